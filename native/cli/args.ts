/** Checks the arguments of a command against its declaration. Every mistake gets one sentence that says what to type. */
import { parseArgs } from 'node:util'
import { nearest } from '@native/audit/nearest'
import { fail, ok, type Failure, type Result } from '@native/audit/result'
import { type ChoiceFlag, type Command, type Flag, type NumberFlag } from './command'

export type ParsedValue = boolean | number | string | undefined
export interface ParsedArgs {
  flags: Record<string, ParsedValue>
  args: string[]
  help: boolean
}

/** The code that becomes exit code 2. */
export const USAGE = 'usage'

const HELP = { help: { type: 'boolean', short: 'h' } } as const

/** Parses what follows the command's name. */
export function parseFor(command: Command, argv: readonly string[]): Result<ParsedArgs> {
  const options: Record<string, { type: 'boolean' | 'string'; short?: string }> = { ...HELP }
  for (const [name, flag] of Object.entries(command.flags)) {
    const type = flag.kind === 'switch' ? 'boolean' : 'string'
    options[name] = flag.short === undefined ? { type } : { type, short: flag.short }
  }
  const own = command.verbatim === true ? splitVerbatim(options, argv) : { ours: argv, rest: [] }
  const { tokens } = parseArgs({ args: [...own.ours], options, strict: false, tokens: true })

  const flags: Record<string, ParsedValue> = {}
  for (const [name, flag] of Object.entries(command.flags))
    flags[name] = flag.kind === 'switch' ? false : undefined
  const args: string[] = []
  const seen = new Set<string>()
  let help = false
  for (const token of tokens) {
    if (token.kind === 'positional') args.push(token.value)
    if (token.kind !== 'option') continue
    if (token.name === 'help') {
      help = true
      continue
    }
    const flag = Object.hasOwn(command.flags, token.name) ? command.flags[token.name] : undefined
    if (flag === undefined) return unknownFlag(token.rawName, Object.keys(command.flags))
    if (seen.has(token.name)) return usage(`--${token.name} is given twice.`)
    seen.add(token.name)
    const value = flagValue(token.name, flag, token.value)
    if (!value.ok) return value
    flags[token.name] = value.value
  }
  args.push(...own.rest)
  if (help) return ok({ flags, args, help })
  const wrongCount = checkCount(command, args)
  return wrongCount ?? ok({ flags, args, help })
}

/** Takes only the declared long flags (and --help) out of text of another language. */
function splitVerbatim(
  options: Record<string, { type: 'boolean' | 'string' }>,
  argv: readonly string[],
): { ours: string[]; rest: string[] } {
  const ours: string[] = []
  const rest: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i]!
    if (arg === '--') {
      rest.push(...argv.slice(i + 1))
      break
    }
    const [, name = '', inline] = /^--([a-z][a-z-]*)(=)?/.exec(arg) ?? []
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    if (option === undefined) rest.push(arg)
    else {
      ours.push(arg)
      if (option.type === 'string' && inline === undefined && i + 1 < argv.length)
        ours.push(argv[++i]!)
    }
  }
  return { ours, rest }
}

function flagValue(name: string, flag: Flag, value: string | undefined): Result<ParsedValue> {
  if (flag.kind === 'switch')
    return value === undefined ? ok(true) : usage(`--${name} takes no value.`)
  if (value === undefined) return usage(`--${name} needs a value: ${expected(flag)}.`)
  if (flag.kind === 'number') return numberValue(name, flag, value)
  if (flag.kind === 'choice') return choiceValue(name, flag, value)
  return ok(value)
}

function numberValue(name: string, flag: NumberFlag, text: string): Result<number> {
  const form = flag.fraction === true ? /^-?\d{1,17}(\.\d{1,9})?$/ : /^-?\d{1,17}$/
  const value = Number(text)
  if (!form.test(text) || value < flag.min || value > flag.max)
    return usage(`--${name} is ${expected(flag)}, not "${text}".`)
  return ok(value)
}

function choiceValue(name: string, flag: ChoiceFlag, text: string): Result<string> {
  if (flag.choices.includes(text)) return ok(text)
  return usage(`--${name} is ${expected(flag)}, not "${text}".`, didYouMean(text, flag.choices, ''))
}

function expected(flag: Flag): string {
  if (flag.kind === 'choice') return `one of ${flag.choices.join(', ')}`
  if (flag.kind === 'number')
    return `a ${flag.fraction === true ? '' : 'whole '}number from ${flag.min} to ${flag.max}`
  return flag.kind === 'text' ? flag.placeholder : 'nothing'
}

function checkCount(command: Command, args: readonly string[]): Failure | null {
  const { placeholder, min, max } = command.positionals ?? { placeholder: '', min: 0, max: 0 }
  if (args.length < min) return usage(`${placeholder} is missing.`)
  if (args.length > max) return usage(`"${args[max]!}" is one argument too many.`)
  return null
}

function unknownFlag(raw: string, known: readonly string[]): Failure {
  return usage(
    `There is no option ${raw}.`,
    didYouMean(raw.replace(/^-+/, ''), [...known, 'help'], '--'),
  )
}

/** "Did you mean X?", or nothing. */
export function didYouMean(text: string, known: readonly string[], prefix: string): string {
  const name = nearest(text, known)
  return name === null ? '' : `Did you mean ${prefix}${name}?`
}

/** A mistake of the person who typed. */
export function usage(message: string, hint = ''): Failure {
  return fail(USAGE, message, hint)
}
