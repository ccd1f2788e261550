/**
 * The guest's kernel: Debian's cloud kernel, unpacked from its package and never installed; kept in .cache. A machine
 * without apt names another one in AUDITSCOPE_GUEST_KERNEL (any x86-64 bzImage with audit and a serial console).
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const META_PACKAGE = 'linux-image-cloud-amd64'
const IMAGE = /^vmlinuz-/

/** Path of the kernel's image. `cache`: folder that survives the run. */
export function guestKernel(cache: string): string {
  const named = process.env.AUDITSCOPE_GUEST_KERNEL
  if (named !== undefined && named !== '') return named
  const folder = join(cache, 'kernel')
  if (!existsSync(folder)) download(cache, folder)
  const image = readdirSync(join(folder, 'boot')).find((name) => IMAGE.test(name))
  if (image === undefined) throw new Error(`${folder} holds no kernel; delete it and run again.`)
  return join(folder, 'boot', image)
}

function download(cache: string, folder: string): void {
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, 'unpacking-'))
  try {
    const run = (program: string, ...args: string[]): string =>
      execFileSync(program, args, {
        cwd: work,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    const depends = run('apt-cache', 'depends', META_PACKAGE)
    const versioned = /Depends: (linux-image-\S+)/.exec(depends)?.[1]
    if (versioned === undefined) throw new Error(`apt knows no package ${META_PACKAGE}.`)
    run('apt-get', 'download', versioned)
    const archive = readdirSync(work).find((name) => name.endsWith('.deb'))!
    run('dpkg-deb', '--extract', archive, 'unpacked')
    // Modules are not needed and take 100 MB.
    rmSync(join(work, 'unpacked', 'lib'), { recursive: true, force: true })
    renameSync(join(work, 'unpacked'), folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
