/**
 * A desktop session for the test user: what logind would say about it, and the graphical polkit agent on the display of the
 * tests, whose dialogs are answered as a person does, by keyboard. Only where no logind runs: beside a real one a session
 * cannot be made up.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** The agents that the tests can answer; one of them is installed for them (build/bootstrap/requirements.mjs). */
export const AGENTS = [
  '/usr/lib/policykit-1-gnome/polkit-gnome-authentication-agent-1',
  '/usr/libexec/polkit-mate-authentication-agent-1',
]
const SESSION = '77'
const RUN = '/run/systemd'
/** The control group that libsystemd looks at (sd_pid_get_session(3)). */
const CGROUP = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((folder) =>
  existsSync(path.join(folder, 'cgroup.procs')),
)

/** Why there cannot be a desktop, or null. */
export function whyNoDesktop(): string | null {
  if (!AGENTS.some(existsSync)) return 'no graphical polkit agent is installed'
  if (existsSync(path.join(RUN, 'seats/seat0'))) return 'logind knows real sessions here'
  return CGROUP === undefined ? 'no unified control group is mounted' : null
}

/** An open dialog of the agent. */
export interface Prompt {
  /** Types a password and confirms it. */
  answer(password: string): void
  dismiss(): void
}

/** The session; make one with {@link Desktop.open} and {@link Desktop.close} it in the end. */
export class Desktop {
  readonly #user: string
  readonly #home: string
  readonly #scope: string
  readonly #files: string[]
  readonly #environment: string[]
  #agent: ChildProcess | null = null

  private constructor(user: string, uid: number, home: string) {
    this.#user = user
    this.#home = home
    this.#scope = path.join(CGROUP!, 'user.slice', `user-${uid}.slice`, `session-${SESSION}.scope`)
    const session = `UID=${uid}\nUSER=${user}\nACTIVE=1\nIS_DISPLAY=1\nSTATE=active\nREMOTE=0\nTYPE=x11\nCLASS=user\nSCOPE=session-${SESSION}.scope\nSEAT=seat0\nDISPLAY=${process.env.DISPLAY}\n`
    const owner = `NAME=${user}\nSTATE=active\nDISPLAY=${SESSION}\nSESSIONS=${SESSION}\nACTIVE_SESSIONS=${SESSION}\nONLINE_SESSIONS=${SESSION}\nSEATS=seat0\nACTIVE_SEATS=seat0\n`
    const seat = `IS_SEAT0=1\nCAN_GRAPHICAL=1\nACTIVE=${SESSION}\nACTIVE_UID=${uid}\nSESSIONS=${SESSION}\nUIDS=${uid}\n`
    const files = { [`sessions/${SESSION}`]: session, [`users/${uid}`]: owner, 'seats/seat0': seat }
    this.#files = Object.keys(files).map((file) => path.join(RUN, file))
    mkdirSync(this.#scope, { recursive: true })
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.join(RUN, path.dirname(file)), { recursive: true })
      writeFileSync(path.join(RUN, file), text)
    }
    const cookie = path.join(home, 'xauthority')
    copyFileSync(process.env.XAUTHORITY!, cookie)
    execFileSync('chown', [user, cookie])
    this.#environment = [
      `HOME=${home}`,
      `USER=${user}`,
      'PATH=/usr/bin:/bin',
      'LANG=C.UTF-8',
      `DISPLAY=${process.env.DISPLAY}`,
      `XAUTHORITY=${cookie}`,
      `XDG_SESSION_ID=${SESSION}`,
    ]
  }

  /** Before polkitd is started: it looks for sessions once. */
  static open(user: string, uid: number, home: string): Desktop {
    return new Desktop(user, uid, home)
  }

  /** Starts a program of the user's in the session. */
  spawn(command: readonly string[]): ChildProcess {
    const join = 'echo $$ >"$0" && exec "$@"'
    const drop = ['setpriv', '--reuid', this.#user, '--regid', this.#user, '--init-groups', '--']
    return spawn(
      'sh',
      [
        '-c',
        join,
        path.join(this.#scope, 'cgroup.procs'),
        ...drop,
        'env',
        '-i',
        ...this.#environment,
        ...command,
      ],
      { cwd: this.#home, stdio: ['ignore', 'pipe', 'pipe'] },
    )
  }

  /** Starts the graphical agent. */
  startAgent(): void {
    this.#agent = this.spawn([AGENTS.find(existsSync)!])
  }

  /** Waits for the agent's dialog; null when none opens. */
  async prompt(timeoutMs = 10_000): Promise<Prompt | null> {
    const end = Date.now() + timeoutMs
    let window: string | undefined
    while ((window = dialogs()[0]) === undefined) {
      if (Date.now() > end) return null
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    // Without a window manager nobody gives a new window the keyboard.
    const keys = (...args: string[]) => {
      execFileSync('xdotool', ['windowfocus', '--sync', window!, ...args], { stdio: 'pipe' })
    }
    return {
      answer: (password) => {
        keys('type', '--delay', '5', password)
        keys('key', 'Return')
      },
      dismiss: () => keys('key', 'Escape'),
    }
  }

  /** Waits until no dialog is open; answers whether none is. */
  async promptClosed(timeoutMs = 10_000): Promise<boolean> {
    const end = Date.now() + timeoutMs
    while (dialogs().length > 0) {
      if (Date.now() > end) return false
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return true
  }

  close(): void {
    this.#agent?.kill()
    for (const file of this.#files) rmSync(file, { force: true })
    // What was in the session may need a moment to leave its group.
    spawnSync('sh', [
      '-c',
      `for i in 1 2 3 4 5 6 7 8 9; do rmdir "$0" "$0/.." && exit; sleep 0.2; done`,
      this.#scope,
    ])
  }
}

/** The agent's visible dialogs. */
function dialogs(): string[] {
  const found = spawnSync('xdotool', ['search', '--onlyvisible', '--name', 'uthenticat'], {
    encoding: 'utf8',
  })
  return found.stdout.split('\n').filter(Boolean)
}
