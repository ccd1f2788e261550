/** Names of users and groups, from the databases of the machine that this process runs on. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import type { Resolver } from '@native/audit/interpret'

/** Where the databases are; tests have their own. */
export interface Databases {
  passwd: string
  group: string
  /** Program that asks the name service switch (getent(1)), for users that no file lists; empty to ask nobody. */
  getent: string
  /** Says whom the name service switch asks (nsswitch.conf(5)): where it is the files alone, nobody else is asked. */
  nsswitch?: string
}
const SYSTEM: Databases = {
  passwd: '/etc/passwd',
  group: '/etc/group',
  getent: 'getent',
  nsswitch: '/etc/nsswitch.conf',
}
/** What nss-systemd(8) reads beside what it makes up: where there is none of them it knows nobody whom a file would not list. */
const USER_RECORDS = [
  '/run/systemd/userdb',
  '/etc/userdb',
  '/run/userdb',
  '/run/host/userdb',
  '/usr/lib/userdb',
]

/** A name service that does not answer must not keep anybody waiting, ms. */
const PATIENCE_MS = 2000
/** Unknown numbers asked for in the life of one object: a log full of made-up numbers must not start a program for each. */
const MAX_QUESTIONS = 1000
/** How often a file is looked at for changes, ms. */
const FRESH_MS = 5000

/**
 * Answers from /etc/passwd and /etc/group, which are read once and again when they change. What they do not list (LDAP,
 * SSSD, systemd-homed) is asked of getent(1): `now` for a program that has nothing else to do, else in the background, so
 * that the name is there the next time.
 */
export class MachineNames implements Resolver {
  private readonly users: Database
  private readonly groups: Database

  constructor(wait: 'now' | 'background', databases: Databases = SYSTEM) {
    const { getent, nsswitch } = databases
    const asked = (database: string): string =>
      nsswitch === undefined || knowsMore(database, nsswitch) ? getent : ''
    this.users = new Database('passwd', databases.passwd, asked('passwd'), wait)
    this.groups = new Database('group', databases.group, asked('group'), wait)
  }

  user(uid: number): string | undefined {
    return this.users.name(uid)
  }
  group(gid: number): string | undefined {
    return this.groups.name(gid)
  }
}

class Database {
  private listed = new Map<number, string>()
  private readonly asked = new Map<number, string | undefined>()
  private modified = NaN
  private looked = -Infinity

  constructor(
    private readonly database: 'passwd' | 'group',
    private readonly path: string,
    private readonly getent: string,
    private readonly wait: 'now' | 'background',
  ) {}

  name(id: number): string | undefined {
    this.refresh()
    const listed = this.listed.get(id)
    if (listed !== undefined) return listed
    if (!this.asked.has(id) && this.getent !== '' && this.asked.size < MAX_QUESTIONS) this.ask(id)
    return this.asked.get(id)
  }

  /** Reads the file again when it has changed. One that cannot be read lists nobody. */
  private refresh(): void {
    const now = performance.now()
    if (now - this.looked < FRESH_MS) return
    this.looked = now
    try {
      const { mtimeMs } = statSync(this.path)
      if (mtimeMs === this.modified) return
      this.modified = mtimeMs
      this.listed = namesIn(readFileSync(this.path, 'utf8'))
    } catch {
      this.listed = new Map()
    }
  }

  private ask(id: number): void {
    this.asked.set(id, undefined)
    const args = [this.database, String(id)]
    const options = { encoding: 'utf8', timeout: PATIENCE_MS } as const
    if (this.wait === 'background') {
      execFile(this.getent, args, options, (_error, stdout) => this.answer(id, stdout))
      return
    }
    try {
      this.answer(
        id,
        execFileSync(this.getent, args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] }),
      )
    } catch {
      // Not known to anybody, or no getent: the number stays a number.
    }
  }

  private answer(id: number, stdout: string): void {
    this.asked.set(id, namesIn(stdout).get(id))
  }
}

/**
 * Whether the name service switch asks somebody who knows more than the files. Starting a program for each number that
 * nobody knows takes longer than reading ten thousand records.
 */
function knowsMore(database: string, nsswitch: string): boolean {
  let text: string
  try {
    text = readFileSync(nsswitch, 'utf8')
  } catch {
    // glibc then asks the files alone.
    return false
  }
  const line = text.split('\n').find((each) => each.trimStart().startsWith(`${database}:`)) ?? ''
  const services = line
    .replace(/#.*/, '')
    .slice(line.indexOf(':') + 1)
    .replace(/\[[^\]]*\]/g, ' ')
    .split(/\s+/)
  return services.some(
    (service) =>
      service !== '' &&
      service !== 'files' &&
      (service !== 'systemd' || USER_RECORDS.some((path) => existsSync(path))),
  )
}

/** Id → name of lines in the form of passwd(5) and group(5); the first name of a number counts. */
function namesIn(text: string): Map<number, string> {
  const names = new Map<number, string>()
  for (const line of text.split('\n')) {
    const [name, , id] = line.split(':')
    if (!name || id === undefined || !/^\d{1,10}$/.test(id)) continue
    if (!names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}
