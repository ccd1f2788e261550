/** Advice on the two widths of programs: a rule for one of them, without its twin for the other. */
import type { Diagnostic } from '../diagnostic'
import type { RuleContext } from '../context'
import { isEmpty } from '../mask'
import { syscallsOf, type Machine } from '../names'
import {
  advise,
  hasField,
  insertLineAfter,
  nativeTwin,
  type AdvisedRule,
  type Subject,
} from './subject'

/** What a rule is to its twin. */
export interface Twin {
  /** By what its twin, if there is one, asks for it. */
  own: string
  /** The `own` of its twin, and advice when there is none; null for a rule that needs no twin. */
  wanted: { twin: string; advice: Diagnostic } | null
}

/** A rule for one width, whose twin for the other may be missing: programs of the other width then go unseen. */
export function twinOfRule({ subject, context }: AdvisedRule, text: string): Twin {
  const identity = twinIdentity(subject)
  return {
    own: `${subject.machine} ${identity}`,
    wanted: wantedTwin(subject, context, identity, text),
  }
}

function wantedTwin(
  subject: Subject,
  context: RuleContext,
  identity: string,
  text: string,
): Twin['wanted'] {
  const twin = nativeTwin(context)
  const [other, width] =
    subject.machine === context.machine ? [twin, 'b32'] : [context.machine, 'b64']
  if (twin === null || other === null || !subject.hasArch || !isTwinnable(subject)) return null
  if (subject.machine !== context.machine && subject.machine !== twin) return null
  const { rule, places } = subject.statement
  const at = rule.fields.findIndex(({ field }) => field === 'arch')
  if (rule.fields[at]?.operator !== '=') return null
  const names = namesOn(subject, other)
  if (names !== null && names.length === 0) return null
  const advice = advise(
    places.fields[at]!,
    'missing-twin',
    `Programs of the other width go unseen: there is no such rule for ${width}.`,
    width === 'b32' ? '64-bit kernels run 32-bit programs too.' : 'Most programs are 64-bit.',
    [
      {
        title: `Add the ${width} twin`,
        edits: [insertLineAfter(subject.line, twinText(text, subject, width, names))],
      },
    ],
  )
  return { twin: `${other} ${identity}`, advice }
}

function isTwinnable({ statement }: Subject): boolean {
  return (
    statement.rule.list === 'exit' &&
    !isEmpty(statement.rule.mask) &&
    !hasField(statement, 'a0', 'a1', 'a2', 'a3')
  )
}

/** The syscalls' names as far as another machine has them; null for all of them. */
function namesOn({ everySyscall, numbers, machine }: Subject, other: Machine): string[] | null {
  if (everySyscall || machine === null) return null
  const own = syscallsOf(machine)
  const table = syscallsOf(other)
  return numbers
    .flatMap((number) => own.name(number) ?? [])
    .filter((name) => table.number(name) !== null)
}

/**
 * The rule without its width and syscalls: a twin may name other syscalls, as those of the other table. Key and conditions
 * must be the same.
 */
function twinIdentity({ statement: { rule } }: Subject): string {
  const conditions = rule.fields
    .filter(({ field }) => field !== 'arch')
    .map(({ field, operator, value, text }) => `${field}${operator}${text ?? value}`)
    .sort()
  return `${rule.list} ${rule.action} ${conditions.join(' ')}`
}

/** The line with the other width and the names that exist there; `text` is the line. */
function twinText(
  text: string,
  { statement, line }: Subject,
  width: string,
  names: readonly string[] | null,
): string {
  const { places, rule } = statement
  const arch = places.fields[rule.fields.findIndex(({ field }) => field === 'arch')]!
  const edits = [{ ...arch, text: `-F arch=${width}` }]
  if (names !== null)
    places.syscalls.forEach(({ start, end }, index) =>
      edits.push(
        index === 0
          ? { start, end, text: `-S ${names.join(',')}` }
          : { start: start - 1, end, text: '' },
      ),
    )
  edits.sort((a, b) => b.start - a.start)
  let result = text
  for (const { start, end, text: replaced } of edits)
    result = result.slice(0, start - line.start) + replaced + result.slice(end - line.start)
  return result
}
