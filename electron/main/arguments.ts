/** The app's command line: what `npm start -- ...` and the desktop entry may pass. Pure. */
import { VIEW_NAMES, type ViewName } from '@contract/ipc'
import { fail, ok, type Result } from '@native/audit/result'

export interface AppArguments {
  /** Files to open at start: audit.log files or saved sessions; {@link STANDARD_INPUT} for what is piped in. */
  open: string[]
  /** View to show first. */
  view: ViewName | null
  /** Write a PNG of the window here and exit. */
  screenshot: string | null
  /** Seconds to wait before the screenshot, after the first paint. */
  after: number
  /** Window size in CSS pixels. */
  size: { width: number; height: number } | null
  /** Overrides the theme of the settings for this run. */
  theme: 'dark' | 'light' | null
  /** Connect to the helper at once, whatever the settings say. */
  connect: boolean
}

/** Stands for the standard input, as with most programs. */
export const STANDARD_INPUT = '-'

export const USAGE =
  'Usage: auditscope-gui [--open FILE|-]... [--view NAME] [--connect] [--theme dark|light] [--size WxH] ' +
  '[--screenshot FILE [--after SECONDS]] [FILE|-]...'

interface Option {
  /** True when the option is followed by a value. */
  value: boolean
  /** Stores the value; returns what is wrong with it, or null. */
  take(into: AppArguments, value: string): string | null
}

const OPTIONS: Record<string, Option> = {
  open: {
    value: true,
    take: (into, value) => {
      into.open.push(value)
      return null
    },
  },
  view: {
    value: true,
    take: (into, value) => {
      const view = VIEW_NAMES.find((name) => name === value)
      if (!view) return `there is no view "${value}"; views are ${VIEW_NAMES.join(', ')}`
      into.view = view
      return null
    },
  },
  screenshot: {
    value: true,
    take: (into, value) => {
      into.screenshot = value
      return null
    },
  },
  after: {
    value: true,
    take: (into, value) => {
      const seconds = Number(value)
      if (value.trim() === '' || !(seconds >= 0 && seconds <= 3600))
        return `--after takes 0 to 3600 seconds, not "${value}"`
      into.after = seconds
      return null
    },
  },
  size: {
    value: true,
    take: (into, value) => {
      const match = /^(\d{3,4})x(\d{3,4})$/.exec(value)
      if (!match) return `--size takes WIDTHxHEIGHT in pixels, for example 1280x800, not "${value}"`
      into.size = { width: Number(match[1]), height: Number(match[2]) }
      return null
    },
  },
  theme: {
    value: true,
    take: (into, value) => {
      if (value !== 'dark' && value !== 'light')
        return `--theme takes dark or light, not "${value}"`
      into.theme = value
      return null
    },
  },
  connect: {
    value: false,
    take: (into) => {
      into.connect = true
      return null
    },
  },
}

/**
 * Reads the arguments after the executable and the app's path.
 * Chromium's own switches (`--no-sandbox`, `--disable-gpu`, ...) pass: they belong to the runtime and were applied already.
 */
export function parseArguments(argv: readonly string[]): Result<AppArguments> {
  const into: AppArguments = {
    open: [],
    view: null,
    screenshot: null,
    after: 1,
    size: null,
    theme: null,
    connect: false,
  }
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]
    if (word === '--') {
      into.open.push(...argv.slice(i + 1))
      break
    }
    if (!word.startsWith('--')) {
      if (word === STANDARD_INPUT || !word.startsWith('-')) into.open.push(word)
      continue
    }
    const [name, inline] = splitOption(word)
    const option = OPTIONS[name]
    if (!option) continue
    if (!option.value && inline !== null) return fail('usage', `--${name} takes no value.`, USAGE)
    const value = option.value ? (inline ?? argv[++i]) : ''
    if (value === undefined) return fail('usage', `--${name} needs a value.`, USAGE)
    const problem = option.take(into, value)
    if (problem) return fail('usage', `${problem}.`, USAGE)
  }
  return ok(into)
}

function splitOption(word: string): [string, string | null] {
  const equals = word.indexOf('=')
  return equals < 0 ? [word.slice(2), null] : [word.slice(2, equals), word.slice(equals + 1)]
}
