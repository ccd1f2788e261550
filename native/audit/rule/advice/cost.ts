/** What a rule costs: on which syscalls the kernel has to look at it. */
import { BARE_CONTEXT, type RuleContext } from '../context'
import { isFull, maskNumbers } from '../mask'
import type { Rule } from '../model'
import { machineOf } from '../print'
import { syscallsOf } from '../names'
import { HOT_SYSCALLS } from './families'

/** Where a rule is looked at. */
export interface RuleCost {
  /** Syscalls on which the kernel looks at the rule; `all` for every one. 0 for lists that syscalls do not touch. */
  syscalls: number | 'all'
  /** Those of them that programs make all the time; empty for `all`. */
  hot: string[]
  /** Whether the width is tested first, so that programs of the other width pay less. */
  hasArch: boolean
  /** One sentence. */
  words: string
}

/** What a rule costs on a machine. */
export function ruleCost(rule: Rule, context: RuleContext = BARE_CONTEXT): RuleCost {
  const hasArch = rule.fields.some(({ field }) => field === 'arch')
  if (rule.list !== 'exit' && rule.list !== 'io_uring')
    return { syscalls: 0, hot: [], hasArch, words: WORDS_BY_LIST[rule.list] }
  if (isFull(rule.mask)) {
    const words = 'The kernel looks at this rule at the end of every syscall.'
    return { syscalls: 'all', hot: [], hasArch, words }
  }
  const numbers = maskNumbers(rule.mask)
  const machine = machineOf(rule, context)
  const names =
    machine === null ? [] : numbers.flatMap((number) => syscallsOf(machine).name(number) ?? [])
  const hot = rule.list === 'exit' ? names.filter((name) => HOT_SYSCALLS.has(name)) : []
  return { syscalls: numbers.length, hot, hasArch, words: countedWords(numbers.length, hot) }
}

const WORDS_BY_LIST = {
  task: 'The kernel looks at this rule when a process is started.',
  user: 'The kernel looks at this rule when a program sends a message to the audit system.',
  exclude: 'The kernel looks at this rule before it writes a record.',
  filesystem: 'The kernel looks at this rule when a recorded syscall touches a file.',
} as const

function countedWords(count: number, hot: readonly string[]): string {
  if (count === 1 && hot.length === 1)
    return `The kernel looks at this rule on ${hot[0]}, which is called all the time.`
  const syscalls = `${count} syscall${count === 1 ? '' : 's'}`
  const busy =
    hot.length === 0
      ? ''
      : `, of which ${hot.slice(0, 3).join(', ')}${hot.length > 3 ? ' and others' : ''} ${hot.length === 1 ? 'is' : 'are'} called all the time`
  return `The kernel looks at this rule on ${syscalls}${busy}.`
}
