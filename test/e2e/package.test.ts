/** The Debian package from a person's side: made twice it is the same, it installs, runs sandboxed, and purges. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { getCurrentFuseWire } from '@electron/fuses'
import { extractFile, listPackage } from '@electron/asar'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listFiles, makeDeb } from '../../build/package/deb.mjs'
import { identify } from '../../build/package/identity.mjs'
import { FUSES } from '../../build/package/runtime.mjs'
import { makeTree } from '../../build/package/tree.mjs'
import { installedElectron } from '../../build/bootstrap/electron.mjs'
import { steeredByPrompts } from './polkit/prompts'
import { Stage, USER } from './polkit/stage'

const FUSE_ON = '1'.charCodeAt(0)

/** Why the package cannot be installed here, or null. */
function whyNot(): string | null {
  if (process.getuid?.() !== 0) return 'that needs root'
  if (!process.env.CI && process.env.AUDITSCOPE_HOST_KERNEL !== '1')
    return 'give --host-kernel, or set CI'
  if (existsSync('/opt/auditscope')) return '/opt/auditscope is there already'
  return null
}
const reason = whyNot()
if (reason !== null) process.stdout.write(`The package is not installed for a test: ${reason}.\n`)

/** Path, mode, size and content of everything below a folder. */
function inventory(folder: string): Record<string, string> {
  const entries = listFiles(folder).map((file) => {
    const { mode, size, mtimeMs } = lstatSync(path.join(folder, file))
    const hash = createHash('sha256')
      .update(readFileSync(path.join(folder, file)))
      .digest('hex')
    return [file, `${mode.toString(8)} ${size} ${mtimeMs} ${hash}`]
  })
  return Object.fromEntries(entries)
}

let work: string
let tree: string
beforeAll(async () => {
  work = mkdtempSync(path.join(tmpdir(), 'auditscope-package-'))
  tree = path.join(work, 'tree')
  const electron = installedElectron()
  await makeTree(tree, await identify(electron), electron)
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

describe('the tree of the package', () => {
  it('is the same when it is made again', async () => {
    const again = path.join(work, 'again')
    const electron = installedElectron()
    await makeTree(again, await identify(electron), electron)
    expect(inventory(again)).toEqual(inventory(tree))
    rmSync(again, { recursive: true })
  })

  it('holds no file that others can write, and one that is setuid: Chromium’s sandbox', () => {
    const special = listFiles(tree).filter((file) => {
      const { mode } = lstatSync(path.join(tree, file))
      return (mode & 0o022) !== 0 || (mode & 0o7000) !== 0
    })
    expect(special).toEqual(['opt/auditscope/chrome-sandbox'])
  })

  it('has its fuses set as written', async () => {
    const wire = await getCurrentFuseWire(path.join(tree, 'opt/auditscope/auditscope'))
    for (const [fuse, on] of Object.entries(FUSES)) {
      expect(wire[Number(fuse) as keyof typeof wire] === FUSE_ON, `fuse ${fuse}`).toBe(on)
    }
  })

  it('has an archive of the bundles alone', () => {
    const archive = path.join(tree, 'opt/auditscope/resources/app.asar')
    const folders = new Set(
      listPackage(archive, { isPack: false }).map((file) => file.split('/').slice(1, 3).join('/')),
    )
    expect([...folders].sort()).toEqual([
      'out',
      'out/main',
      'out/preload',
      'out/renderer',
      'package.json',
    ])
    const manifest = JSON.parse(extractFile(archive, 'package.json').toString())
    expect(manifest).toMatchObject({
      main: 'out/main/index.js',
      desktopName: 'org.auditscope.Auditscope.desktop',
    })
  })

  it('names in its bill of materials what is bundled', () => {
    const file = path.join(tree, 'usr/share/doc/auditscope/sbom.cdx.json')
    const { components } = JSON.parse(readFileSync(file, 'utf8')) as {
      components: { name: string }[]
    }
    const names = components.map(({ name }) => name)
    for (const name of ['electron', 'koffi', '@vue/runtime-core', 'zod', 'echarts'])
      expect(names).toContain(name)
    expect(names).not.toContain('vitest')
  })
})

describe.skipIf(reason !== null)('the package on a machine', () => {
  let stage: Stage
  const asUser = (...command: string[]) => {
    const drop = ['--reuid', USER, '--regid', USER, '--init-groups', '--']
    return spawnSync('setpriv', [...drop, 'env', '-u', 'XAUTHORITY', ...command], {
      encoding: 'utf8',
      cwd: stage.folder,
      env: { ...process.env, HOME: stage.folder, PATH: '/usr/bin:/bin' },
      timeout: 60_000,
    })
  }

  beforeAll(async () => {
    const identity = await identify(installedElectron())
    const deb = await makeDeb(tree, identity, work, ['-Znone'])
    execFileSync('dpkg', ['--install', deb], { stdio: 'pipe' })
    stage = Stage.prepare('package')
  })
  afterAll(async () => {
    spawnSync('dpkg', ['--purge', 'auditscope'])
    await stage.strike()
  })

  it('brings the command line tool and its manual', () => {
    expect(asUser('auditscope', '--version').stdout).toMatch(/^auditscope \d+\.\d+\.\d+$/m)
    expect(asUser('auditscope', 'nonsense').status).toBe(2)
    expect(existsSync('/usr/share/man/man1/auditscope.1.gz')).toBe(true)
  })

  it('heeds nothing of what an environment can say to Node', () => {
    const { status, stdout } = asUser(
      'env',
      'NODE_OPTIONS=--require=/nonexistent.js',
      'auditscope',
      '--version',
    )
    expect(status).toBe(0)
    expect(stdout).toMatch(/^auditscope /)
  })

  steeredByPrompts(() => stage)

  it('leaves nothing behind when it is purged', () => {
    execFileSync('dpkg', ['--purge', 'auditscope'], { stdio: 'pipe' })
    const folders = ['/opt', '/etc', '/usr/bin', '/usr/share', '/var/lib/dpkg', '/run'].filter(
      existsSync,
    )
    const left = execFileSync(
      'find',
      [...folders, '-xdev', '-name', '*auditscope*', '-not', '-path', '/run/lock/*'],
      {
        encoding: 'utf8',
      },
    )
    const ours = (file: string) => file !== '' && !file.startsWith('/etc/polkit-1/rules.d/')
    expect(left.split('\n').filter(ours)).toEqual([])
    expect(spawnSync('getent', ['passwd', 'auditscope']).status).not.toBe(0)
  })
})
