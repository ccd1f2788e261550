/** The Electron part of /opt/auditscope: the runtime under our name, its fuses set, the app in an archive. */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPackage } from '@electron/asar'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import { inRoot } from '../bootstrap/paths.mjs'

/**
 * Electron's fuses as the package sets them (electronjs.org/docs/latest/tutorial/fuses). Run-as-node stays on: helper,
 * rules writer and CLI are run by this binary as plain Node, and an attacker who can set a variable for a user's process
 * can run any other interpreter as that user just as well. The integrity fuse is without effect on Linux, where the
 * archive is protected by being root's file.
 */
export const FUSES = {
  [FuseV1Options.RunAsNode]: true,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
}

/** Fuses that only newer runtimes have. */
const NEWER_FUSES = { [FuseV1Options.GrantFileProtocolExtraPrivileges]: false }
const NEWER_SINCE_ELECTRON = 29

/** Chromium's own texts (context menus, error pages) in the app's one language; the others are 35 MB. */
const LOCALES = ['en-US.pak']

/** What of the runtime is not taken: the loader for bare Electrons, and what is placed elsewhere. */
const LEFT_OUT = /^\/(resources|version|locales|electron)(\/|$)/

/**
 * Copies the runtime.
 * @param {import('../bootstrap/electron.mjs').Electron} electron
 * @param {string} folder
 */
function copyRuntime({ dist, executable }, folder) {
  cpSync(dist, folder, {
    recursive: true,
    filter: (path) => !LEFT_OUT.test(path.slice(dist.length)),
  })
  cpSync(executable, join(folder, 'auditscope'))
  for (const locale of LOCALES)
    cpSync(join(dist, 'locales', locale), join(folder, 'locales', locale))
  mkdirSync(join(folder, 'resources'), { recursive: true })
  // Chromium's sandbox on kernels without unprivileged user namespaces; root's and setuid, or it refuses.
  chmodSync(join(folder, 'chrome-sandbox'), 0o4755)
}

/**
 * Packs main, preload and renderer with the few fields of package.json that Electron reads.
 * @param {string} archive
 */
async function packApp(archive) {
  const { name, productName, version, main, license } = JSON.parse(
    readFileSync(inRoot('package.json'), 'utf8'),
  )
  const staging = mkdtempSync(join(tmpdir(), 'auditscope-app-'))
  try {
    const manifest = {
      name,
      productName,
      version,
      main,
      license,
      desktopName: 'org.auditscope.Auditscope.desktop',
    }
    writeFileSync(join(staging, 'package.json'), JSON.stringify(manifest, null, 2))
    for (const part of ['main', 'preload', 'renderer']) {
      cpSync(inRoot('out', part), join(staging, 'out', part), { recursive: true })
    }
    await createPackage(staging, archive)
  } finally {
    rmSync(staging, { recursive: true })
  }
}

/**
 * Copies what runs outside the archive, because koffi's binary cannot be loaded from inside it: helper, rules writer, CLI.
 * @param {string} resources
 */
function copyPrograms(resources) {
  for (const part of ['helper', 'cli'])
    cpSync(inRoot('out', part), join(resources, part), { recursive: true })
  // Run by /usr/bin/auditscope, never by itself: what it names as its interpreter need not exist here.
  const cli = join(resources, 'cli/auditscope.cjs')
  writeFileSync(cli, readFileSync(cli, 'utf8').replace(/^#!.*\n/, ''))
  const koffi = join(resources, 'node_modules/koffi')
  const binary = `@koromix/koffi-linux-${process.arch}`
  for (const file of [
    'package.json',
    'index.cjs',
    'LICENSE.txt',
    'src/koffi/index.cjs',
    'src/koffi/src/static.cjs',
  ]) {
    cpSync(inRoot('node_modules/koffi', file), join(koffi, file))
  }
  for (const file of ['package.json', 'index.js', `linux_${process.arch}`]) {
    cpSync(inRoot('node_modules', binary, file), join(resources, 'node_modules', binary, file), {
      recursive: true,
    })
  }
}

/**
 * Makes the runtime folder of the package.
 * @param {import('../bootstrap/electron.mjs').Electron} electron
 * @param {string} folder /opt/auditscope below the staging root
 * @param {Partial<typeof FUSES>} [fuses] set otherwise than in the package
 */
export async function makeRuntime(electron, folder, fuses = {}) {
  copyRuntime(electron, folder)
  const major = Number(electron.version.split('.')[0])
  await flipFuses(join(folder, 'auditscope'), {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: false,
    ...FUSES,
    ...fuses,
    ...(major >= NEWER_SINCE_ELECTRON ? NEWER_FUSES : {}),
  })
  await packApp(join(folder, 'resources/app.asar'))
  copyPrograms(join(folder, 'resources'))
}
