#!/usr/bin/env node
/**
 * Puts what polkit may start where polkit may trust it: the checkout's helper with its Electron in /opt/auditscope, and the
 * policy. For development and tests, where no package is installed; run by root, again after each change of the helper.
 *
 *     sudo node build/install-helper.mjs            (needs a build: npm run build)
 *     sudo node build/install-helper.mjs --remove
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { FuseV1Options } from '@electron/fuses'
import { findElectron } from './bootstrap/electron.mjs'
import { inRoot } from './bootstrap/paths.mjs'
import { capture } from './bootstrap/child.mjs'
import { Stop, step } from './bootstrap/step.mjs'
import { makeRuntime } from './package/runtime.mjs'
import { normalise } from './package/tree.mjs'
import { TARGETS } from './targets.mjs'

const FOLDER = '/opt/auditscope'
/** In the folder when it was made by this script; without it, it is a package's and left alone. */
const MARK = join(FOLDER, 'installed-from-a-checkout')
const POLICY = '/usr/share/polkit-1/actions/org.auditscope.policy'
/** Whom the helper runs as. */
const USER = 'auditscope'
const WRAPPERS = ['auditscope-helper', 'auditscope-placer', 'auditscope-rules-writer']

/** The same commands as in the package's postinst and postrm. */
const ADD_USER = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin']

async function addUser() {
  if ((await capture('getent', ['passwd', USER])).code === 0) return
  const { code, stderr } = await capture('useradd', [
    ...ADD_USER,
    '--home-dir',
    '/nonexistent',
    USER,
  ])
  if (code !== 0) throw new Stop(`The user ${USER} could not be made: ${stderr.trim()}`)
}

/** @param {string} path @returns {string} where the package takes the file from */
const source = (path) => inRoot('build/package/root', path)

/** Takes away what this script installed, and nothing else. */
async function remove() {
  if (!existsSync(FOLDER)) return
  if (!existsSync(MARK)) {
    throw new Stop(`${FOLDER} was not made by this script; remove the package auditscope first.`)
  }
  rmSync(FOLDER, { recursive: true, force: true })
  rmSync(POLICY, { force: true })
  await capture('userdel', [USER])
}

async function install() {
  const missing = TARGETS.flatMap(({ outputs }) => outputs).find(
    (path) => !existsSync(inRoot(path)),
  )
  if (missing) throw new Stop(`${missing} does not exist; run "npm run build" first.`)
  const electron = await findElectron()
  await remove()
  await addUser()
  const staging = mkdtempSync(join(tmpdir(), 'auditscope-install-'))
  try {
    // Playwright steers the app through the inspector, which the package switches off.
    await makeRuntime(electron, staging, { [FuseV1Options.EnableNodeCliInspectArguments]: true })
    for (const name of WRAPPERS) cpSync(source(join(FOLDER, name)), join(staging, name))
    writeFileSync(join(staging, MARK.slice(FOLDER.length)), `${inRoot()}\n`)
    normalise(staging, Date.now() / 1000)
    mkdirSync(dirname(FOLDER), { recursive: true })
    cpSync(staging, FOLDER, { recursive: true })
    mkdirSync(dirname(POLICY), { recursive: true })
    cpSync(source(POLICY), POLICY)
  } finally {
    rmSync(staging, { recursive: true })
  }
}

try {
  const [option, ...rest] = process.argv.slice(2)
  if (rest.length > 0 || (option !== undefined && option !== '--remove')) {
    throw new Stop('usage: node build/install-helper.mjs [--remove]', 2)
  }
  if (process.getuid?.() !== 0)
    throw new Stop('Only root can install the helper; run it with sudo.')
  await step('helper', async () => {
    await (option ? remove() : install())
    return { note: option ? 'removed' : `installed in ${FOLDER}`, value: undefined }
  })
} catch (error) {
  if (!(error instanceof Stop)) throw error
  console.error(`install-helper: ${error.message}`)
  process.exitCode = error.exitCode
}
