/**
 * What a command of `auditscope` is: a declaration (name, usage, flags) and a function. The framework in cli.ts parses and
 * checks the arguments, prints help and errors, and turns the result into an exit code; a command only does its work.
 */
import type { Result } from '@native/audit/result'
import type { Io } from './io'

interface FlagBase {
  /** One sentence for --help. */
  help: string
  /** One letter, for the few flags that people type all day. */
  short?: string
}
/** `--json`: present or not. */
export interface SwitchFlag extends FlagBase {
  kind: 'switch'
}
/** `--listen ADDRESS`: any text. */
export interface TextFlag extends FlagBase {
  kind: 'text'
  placeholder: string
}
/** `--rate-limit N`: a number within [min, max]; whole unless `fraction`. */
export interface NumberFlag extends FlagBase {
  kind: 'number'
  placeholder: string
  min: number
  max: number
  fraction?: boolean
}
/** `--mode observe|best-effort|never-lose`: one of a few words. */
export interface ChoiceFlag extends FlagBase {
  kind: 'choice'
  choices: readonly string[]
}
export type Flag = SwitchFlag | TextFlag | NumberFlag | ChoiceFlag
/** Flags by their long name without the dashes. */
export type Flags = Readonly<Record<string, Flag>>

type FlagValue<F extends Flag> = F extends SwitchFlag
  ? boolean
  : F extends NumberFlag
    ? number | undefined
    : F extends ChoiceFlag
      ? F['choices'][number] | undefined
      : string | undefined
/** What the flags were set to: switches are booleans, everything else is undefined when it was not given. */
export type FlagValues<F extends Flags> = { [K in keyof F]: FlagValue<F[K]> }

/** The arguments that are not flags, e.g. `FILE...`. */
export interface Positionals {
  /** As shown in the usage line, e.g. `FILE`. */
  placeholder: string
  min: number
  max: number
}

export interface Invocation<F extends Flags> {
  flags: FlagValues<F>
  args: string[]
  io: Io
}

/** A command that runs. A {@link Result} that is not ok becomes one line on stderr and exit code 1, or 2 for code `usage`. */
export interface Command<F extends Flags = Flags> {
  name: string
  /** One line for the list of commands. */
  summary: string
  /** More paragraphs for --help. */
  details?: string
  flags: F
  /** None when missing. */
  positionals?: Positionals
  /**
   * Set when the arguments are text of another language that starts with dashes (`rules add -a always,exit ...`): only
   * the flags declared here are taken out, everything else is handed over in `args` as it was typed.
   */
  verbatim?: boolean
  run(invocation: Invocation<F>): Promise<Result<unknown>>
}

/** A name that only holds further commands, e.g. `rules`. */
export interface CommandGroup {
  name: string
  summary: string
  commands: readonly (Command | CommandGroup)[]
}
export type CommandEntry = Command | CommandGroup

/** Declares a command, with the types of its flags inferred from their declarations. */
export function command<const F extends Flags>(declaration: Command<F>): Command {
  return declaration
}

export function isGroup(entry: CommandEntry): entry is CommandGroup {
  return 'commands' in entry
}
