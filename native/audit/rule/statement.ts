/** What a line of a rules file can say: a rule, or one of auditctl's other commands. */
import type { Diagnostic, Span } from './diagnostic'
import type { Rule } from './model'

/** Settings of the kernel that a rules file can set; the names are those of the kernel's status. */
export type RuleFileSetting =
  'enabled' | 'failure' | 'rateLimit' | 'backlogLimit' | 'backlogWaitTime'

/** `-a`, `-A`, `-w` add a rule; `-d`, `-W` delete the one that is the same. */
export interface RuleStatement extends Span {
  kind: 'rule'
  operation: 'add' | 'delete'
  rule: Rule
  /** True when the line is written as a watch, with -w or -W. */
  watch: boolean
  /** Where the parts of the rule stand in the text; a part that nothing was written for is null. */
  places: RulePlaces
}

/** Where the parts of a rule stand. */
export interface RulePlaces {
  /** The option that names the list, e.g. `-a always,exit`, or the watch. */
  head: Span
  /** One `-S` option each. */
  syscalls: Span[]
  /** One a field, in the order of the rule's fields; the keys' place for the key field. */
  fields: Span[]
  /** One a `-k` or `-F key=` option. */
  keys: Span[]
}

export type Statement =
  | RuleStatement
  /** `-D`, `-D -k KEY`: deletes every rule, or those whose key contains the text. */
  | (Span & { kind: 'deleteAll'; key: string | null })
  /** `-e -f -r -b --backlog_wait_time`. Units are the kernel's: records, records/s, jiffies. */
  | (Span & { kind: 'set'; setting: RuleFileSetting; value: number })
  /** `-i`: go on after errors; `-c`: go on, and fail in the end. */
  | (Span & { kind: 'onError'; policy: 'ignore' | 'continue' })
  /** `--loginuid-immutable --reset-lost --reset_backlog_wait_time_actual -t`. */
  | (Span & { kind: 'command'; command: RuleFileCommand })
  /** `-q MOUNT,SUBTREE`: a mounted tree belongs to the watched directory. */
  | (Span & { kind: 'equivalent'; mount: string; subtree: string })
  /** `-m TEXT`: a user message. */
  | (Span & { kind: 'message'; text: string })
  /** `--signal NAME` to the audit daemon. */
  | (Span & { kind: 'signal'; signal: string })
  /** `-l -s -v`: shows something, changes nothing. */
  | (Span & { kind: 'query'; option: string })

export type RuleFileCommand =
  'loginuidImmutable' | 'resetLost' | 'resetWaitTimeActual' | 'trimSubtrees'

/** A line that was read. */
export interface ParsedLine extends Span {
  /** Empty for blank lines, comments and lines with errors. */
  statements: Statement[]
  diagnostics: Diagnostic[]
  /** For a comment: the rule that it disables when it is one, else null. */
  disabled: RuleStatement | null
  kind: 'blank' | 'comment' | 'statements' | 'error'
  /** The line as it was read, when edits above have moved it since; null for one that stands where it was read. */
  origin: ParsedLine | null
}
