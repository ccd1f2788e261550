/** What each option of a rules file does, for completion and hover. */

export interface OptionHelp {
  /** As it is typed, e.g. `-a` or `--reset-lost`. */
  option: string
  /** What follows it; empty when nothing does. */
  value: string
  help: string
}

/** Every option that has a place in a rules file, the most used first. */
export const OPTION_HELP: readonly OptionHelp[] = [
  { option: '-a', value: 'ACTION,LIST', help: 'Adds a rule as the last of its list.' },
  { option: '-w', value: 'PATH', help: 'Watches a file, or a directory with everything below it.' },
  { option: '-F', value: 'FIELD=VALUE', help: 'A condition; all conditions of a rule must hold.' },
  {
    option: '-S',
    value: 'SYSCALL',
    help: 'Syscalls by name or number, separated by commas, or all.',
  },
  { option: '-k', value: 'KEY', help: 'Names the rule, so that its events can be found.' },
  { option: '-p', value: 'rwxa', help: 'Kinds of access that a watch is about.' },
  { option: '-C', value: 'FIELD=FIELD', help: 'Compares two fields of the event with each other.' },
  { option: '-A', value: 'ACTION,LIST', help: 'Adds a rule as the first of its list.' },
  { option: '-d', value: 'ACTION,LIST', help: 'Deletes the rule that is exactly the same.' },
  { option: '-W', value: 'PATH', help: 'Deletes a watch.' },
  { option: '-D', value: '', help: 'Deletes all rules; with -k KEY those whose key contains it.' },
  { option: '-b', value: 'RECORDS', help: 'Records that may wait for the daemon; 0 for no limit.' },
  {
    option: '--backlog_wait_time',
    value: 'JIFFIES',
    help: 'How long a task may wait for room in the backlog.',
  },
  { option: '-f', value: '0|1|2', help: 'On loss: 0 nothing, 1 print, 2 panic.' },
  { option: '-r', value: 'RECORDS', help: 'Records a second at most; 0 for no limit.' },
  {
    option: '-e',
    value: '0|1|2',
    help: 'Auditing: 0 off, 1 on, 2 on and locked until the next boot.',
  },
  { option: '-i', value: '', help: 'auditctl goes on after errors and reports success.' },
  {
    option: '-c',
    value: '',
    help: 'auditctl goes on after errors and reports failure in the end.',
  },
  {
    option: '-q',
    value: 'MOUNT,SUBTREE',
    help: 'Makes a mounted tree part of a watched directory.',
  },
  { option: '-t', value: '', help: 'Trims watched directories after a file system was unmounted.' },
  { option: '-m', value: 'TEXT', help: 'Sends a user message to the audit system.' },
  {
    option: '--loginuid-immutable',
    value: '',
    help: 'Makes login ids unchangeable once they are set, until the next boot.',
  },
  { option: '--reset-lost', value: '', help: 'Sets the count of lost records to 0.' },
  {
    option: '--reset_backlog_wait_time_actual',
    value: '',
    help: 'Sets the sum of waiting times to 0.',
  },
  {
    option: '--signal',
    value: 'SIGNAL',
    help: 'Sends TERM, HUP, USR1, USR2 or CONT to the daemon.',
  },
]

const BY_OPTION = new Map(OPTION_HELP.map((help) => [help.option, help]))

/** Help of an option by what is typed, e.g. `-a`; null when it is not known. */
export function optionHelp(option: string): OptionHelp | null {
  return BY_OPTION.get(option) ?? null
}

/** Help of the filter lists. */
export const LIST_HELP = {
  exit: 'When a syscall ends; the list for nearly all rules.',
  task: 'When a process is started; never keeps it from ever being audited.',
  user: 'When a program sends a message to the audit system.',
  exclude: 'Before a record is written; what matches is dropped.',
  filesystem: 'For files on a type of file system, such as tracefs.',
  io_uring: 'When an io_uring operation ends (Linux 5.16, auditctl 3.1).',
} as const

/** Help of the actions. */
export const ACTION_HELP = {
  always: 'Records what matches.',
  never: 'Records nothing of what matches, whatever later rules say.',
} as const

/** Help of the operators. */
export const OPERATOR_HELP = {
  '=': 'equal',
  '!=': 'not equal',
  '>': 'greater',
  '>=': 'greater or equal',
  '<': 'less',
  '<=': 'less or equal',
  '&': 'any of the bits is set',
  '&=': 'all of the bits are set',
} as const
