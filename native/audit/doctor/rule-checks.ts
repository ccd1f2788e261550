/** Checks of the rules, and of the tasks that they can reach. */
import { counted, grouped } from '../numbers'
import { isFull } from '../rule/mask'
import type { Rule } from '../rule/model'
import { ruleText } from '../rule/print'
import { note, ok, problem, unknown, warning, type Case, type Check, type Finding } from './check'

export const RULE_CHECKS: readonly Check[] = [
  { id: 'rules', title: 'Rules', find: withRules(recording) },
  { id: 'task-never', title: 'Rules that make tasks invisible', find: withRules(taskNever) },
  { id: 'exit-never', title: 'Rules that hide everything', find: withRules(exitNever) },
  { id: 'old-tasks', title: 'Tasks that cannot be audited', find: oldTasks },
]

function withRules(find: (rules: Rule[]) => Finding): Check['find'] {
  return (facts) => (facts.rules === null ? unknown(facts, 'The rules') : find(facts.rules))
}

function recording(rules: Rule[]): Finding {
  if (rules.length === 0)
    return warning(
      'There are none: only logins, services and denials are recorded, no system call.',
      'Add rules for what should be seen.',
    )
  const recorders = rules.filter(
    ({ action, list }) => action === 'always' && (list === 'exit' || list === 'io_uring'),
  )
  return recorders.length === 0
    ? warning(
        `${counted(rules.length, 'rule')}, and none of them records system calls.`,
        'Add rules with always,exit for what should be seen.',
      )
    : ok(
        `${counted(rules.length, 'rule')}, ${grouped(recorders.length)} of them record system calls.`,
      )
}

function taskNever(rules: Rule[]): Finding {
  const rule = rules.find(({ list, action }) => list === 'task' && action === 'never')
  if (rule === undefined) return ok('None: every new task gets an audit context.')
  const reason = `"${ruleText(rule)}": tasks that it matches are started without an audit context, and no later rule can see them.`
  const action = 'Delete it; tasks that were started under it stay invisible.'
  return rule.fields.length === 0
    ? problem(reason, action, deleteCommand(rule))
    : warning(reason, action, deleteCommand(rule))
}

function exitNever(rules: Rule[]): Finding {
  const exit = rules.filter(({ list }) => list === 'exit')
  const at = exit.findIndex((rule) => rule.action === 'never' && matchesEverything(rule))
  if (at === -1) return ok('None: no rule hides all of the others.')
  const after = exit.length - at - 1
  return problem(
    `"${ruleText(exit[at]!)}" matches every system call, so that the ${counted(after, 'rule')} after it never ${after === 1 ? 'applies' : 'apply'}.`,
    'Delete it, or narrow it.',
    deleteCommand(exit[at]!),
  )
}

/** Whether a rule has no field but the ones that name it, and every system call; on the task list there is none yet. */
function matchesEverything({ list, fields, mask }: Rule): boolean {
  return fields.every(({ field }) => field === 'key') && (list === 'task' || isFull(mask))
}

function deleteCommand(rule: Rule): string {
  // Before the list there may be the syscalls of a rule whose list has none (auditctl -S ... -a never,task).
  return `auditctl ${ruleText(rule).replace(/(^| )-[aA] /, '$1-d ')}`
}

function oldTasks({ tasks, status, cmdline }: Case): Finding {
  const { total, knownOn, startedBefore } = tasks
  const all = `All of the ${processes(total)} can be audited.`
  if (cmdline.includes('audit=1') || cmdline.includes('audit=on')) return ok(all)
  const action = 'Restart the services that matter, or boot with audit=1.'
  if (knownOn === null || startedBefore === null)
    return status?.enabled === 0
      ? note(
          `Auditing is off, and is not known to have been on since boot. Unless it was, none of the ${processes(total)} will be recorded when it is turned on; children that they start from then on will.`,
          action,
        )
      : {
          state: 'unknown',
          reason:
            'The kernel does not tell which tasks have an audit context, nor when auditing was first turned on.',
        }
  if (startedBefore === 0) return ok(all)
  const source = knownOn.from === 'kernel-log' ? 'as the kernel log shows' : 'as Auditscope saw'
  const reason = `Up to ${grouped(startedBefore)} of ${processes(total)}: these were started before ${dateTime(knownOn.at)}, the earliest time at which auditing is known to have been on (${source}). Of a process that is older than the first time, no system call is recorded; of children that it starts later, they are.`
  return status?.enabled === 0 ? note(reason, action) : warning(reason, action)
}

function processes(count: number): string {
  return `${grouped(count)} running process${count === 1 ? '' : 'es'}`
}

/** Local date and time, to the second. */
function dateTime(ms: number): string {
  const date = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}
