/** Programs from Debian's packages for tests: unpacked below .cache, never installed. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** The package that a metapackage stands for: the first dependency whose name matches. */
export function dependencyOf(metaPackage: string, name: RegExp): string {
  const depends = execFileSync('apt-cache', ['depends', metaPackage], { encoding: 'utf8' })
  const found = [...depends.matchAll(/Depends: (\S+)/g)].map(([, each]) => each!)
  const match = found.find((each) => name.test(each))
  if (match === undefined) throw new Error(`apt knows no package ${metaPackage} like this one.`)
  return match
}

/** Folder with the package's files, downloaded once. */
export function unpackedPackage(name: string): string {
  const cache = join(process.cwd(), '.cache', 'debian')
  const folder = join(cache, name)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, 'unpacking-'))
  try {
    const run = (program: string, ...args: string[]): unknown =>
      execFileSync(program, args, { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] })
    run('apt-get', 'download', name)
    const archive = readdirSync(work).find((file) => file.endsWith('.deb'))!
    run('dpkg-deb', '--extract', archive, 'unpacked')
    renameSync(join(work, 'unpacked'), folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return folder
}
