/**
 * auditctl and ausearch, which the tests compare with. Where they are not installed the package is only unpacked, not
 * installed: its installation would enable and start the audit daemon as a service, and that is the machine owner's
 * decision, never a test's.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { capture, findProgram } from './child.mjs'
import { inCache } from './paths.mjs'
import { Stop } from './step.mjs'

const TOOLS = ['auditctl', 'ausearch', 'aureport', 'ausyscall']

/** Downloads Debian's package and unpacks it below `folder`. */
async function unpackPackage(/** @type {string} */ folder) {
  for (const [program, args] of /** @type {[string, string[]][]} */ ([
    ['apt-get', ['download', 'auditd']],
    ['sh', ['-c', 'dpkg-deb --extract auditd_*.deb .']],
  ])) {
    const { code, stderr } = await capture(program, args, { cwd: folder })
    if (code !== 0) {
      console.error(stderr.trimEnd())
      throw new Stop(
        `auditctl and ausearch could not be fetched as shown above; install the package auditd and run the command again.`,
      )
    }
  }
}

/** Where the unpacked tools are: /sbin in the package, or /usr/sbin since Debian 13. */
const toolFolder = (/** @type {string} */ folder) =>
  ['sbin', 'usr/sbin']
    .map((name) => join(folder, name))
    .find((path) => existsSync(join(path, 'auditctl')))

/**
 * @param {(doing: string) => void} say
 * @returns {Promise<{ note: string, value: string }>} a PATH in which the tools are found
 */
export async function auditToolsPath(say) {
  const path = process.env.PATH ?? ''
  const found = TOOLS.map(findProgram)
  if (found.every((tool) => tool !== undefined)) {
    const folders = new Set(found.map((tool) => dirname(/** @type {string} */ (tool))))
    return {
      note: 'auditctl and ausearch are installed',
      value: [path, ...folders].join(delimiter),
    }
  }
  const folder = inCache('audit-tools')
  if (!existsSync(folder)) {
    say('unpacking auditctl and ausearch (not installing them: no daemon is started)')
    mkdirSync(inCache(), { recursive: true })
    const work = mkdtempSync(inCache('unpacking-'))
    try {
      await unpackPackage(work)
      for (const name of readdirSync(work)) if (name.endsWith('.deb')) rmSync(join(work, name))
      renameSync(work, folder)
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  }
  const tools = toolFolder(folder)
  if (!tools) throw new Stop(`${folder} holds no auditctl; delete it and run the command again.`)
  return {
    note: `auditctl and ausearch from ${tools}`,
    value: [tools, join(folder, 'usr/bin'), path].join(delimiter),
  }
}
