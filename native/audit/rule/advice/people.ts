/** Advice on whom a rule is about, on its key, and on settings that are dangerous. */
import type { Diagnostic } from '../diagnostic'
import { UNSET, type Rule } from '../model'
import { syscallsOf } from '../names'
import type { Statement } from '../statement'
import { addConditions, advise, hasField, records, type AdvisedRule, type Subject } from './subject'

/** First login id of people (UID_MIN of login.defs on all common distributions). */
const FIRST_PERSON = 1000

/** Fields that say whom a rule is about. */
const ABOUT_WHOM = [
  'auid',
  'loginuid_set',
  'uid',
  'euid',
  'exe',
  'pid',
  'ppid',
  'sessionid',
  'subj_user',
  'subj_role',
  'subj_type',
] as const

/** A syscall rule that includes daemons: most events are theirs. */
export function adviseDaemons({ subject }: AdvisedRule): Diagnostic | null {
  const { statement } = subject
  if (!records(subject) || statement.watch || hasField(statement, ...ABOUT_WHOM)) return null
  // A file is worth watching whoever touches it.
  if (hasField(statement, 'path', 'dir', 'inode')) return null
  return advise(
    statement.places.head,
    'daemons',
    'This records daemons as well as people.',
    'When only people matter, say so: most events are then never made.',
    [
      {
        title: 'People only',
        edits: [addConditions(subject, `-F auid>=${FIRST_PERSON} -F auid!=unset`)],
      },
    ],
  )
}

/** `auid>=1000` alone: an unset login id is 4294967295, which is more. */
export function adviseUnset({ subject }: AdvisedRule): Diagnostic | null {
  const { rule, places } = subject.statement
  const index = rule.fields.findIndex(
    ({ field, operator }) => field === 'auid' && (operator === '>=' || operator === '>'),
  )
  if (index === -1 || excludesUnset(rule)) return null
  return advise(
    places.fields[index]!,
    'unset-auid',
    'This includes daemons: their login id is unset, which is 4294967295 to the kernel.',
    'Leave them out with auid!=unset.',
    [{ title: 'Add auid!=unset', edits: [addConditions(subject, '-F auid!=unset')] }],
    'warning',
  )
}

function excludesUnset({ fields }: Rule): boolean {
  return fields.some(
    ({ field, operator, value }) =>
      (field === 'auid' && operator === '!=' && value === UNSET) ||
      (field === 'auid' && (operator === '<' || operator === '<=') && value < UNSET) ||
      (field === 'auid' && operator === '=') ||
      field === 'loginuid_set',
  )
}

/** A rule that records and has no key: its events cannot be found by it. */
export function adviseKey({ subject }: AdvisedRule): Diagnostic | null {
  const { statement } = subject
  if (!records(subject) || hasField(statement, 'key')) return null
  const key = proposedKey(subject)
  return advise(
    statement.places.head,
    'no-key',
    'Without a key, the events of this rule are hard to find.',
    'Give it a name; rules of one purpose can share it.',
    [
      {
        title: `Add key ${key}`,
        edits: [{ start: statement.end, end: statement.end, text: ` -k ${key}` }],
      },
    ],
  )
}

/** A name from what the rule is about. */
function proposedKey({ statement, machine, numbers, everySyscall }: Subject): string {
  const place = statement.rule.fields.find(
    ({ field }) => field === 'path' || field === 'dir' || field === 'exe',
  )
  const name = place?.text
    ?.split('/')
    .filter((part) => part !== '')
    .pop()
  const word =
    name ??
    (everySyscall || machine === null ? undefined : syscallsOf(machine).name(numbers[0] ?? -1))
  return (
    (word ?? 'rule')
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 32) || 'rule'
  )
}

/** Settings that can stop the machine. */
export function adviseSetting(statement: Statement): Diagnostic | null {
  return statement.kind === 'set' && statement.setting === 'failure' && statement.value === 2
    ? advise(
        statement,
        'panic',
        'With -f 2 the machine panics when a single record is lost.',
        'Use -f 1 unless a rule of your organisation asks for this.',
        [
          {
            title: 'Change to -f 1',
            edits: [{ start: statement.start, end: statement.end, text: '-f 1' }],
          },
        ],
        'warning',
      )
    : null
}

/** `always` on the exclude list: the kernel drops the records whatever is written. */
export function adviseExclude({ subject }: AdvisedRule): Diagnostic | null {
  const { rule, places } = subject.statement
  if (rule.list !== 'exclude' || rule.action !== 'always') return null
  const text = `${rule.prepend ? '-A' : '-a'} never,exclude`
  return advise(
    places.head,
    'exclude-always',
    'The exclude list drops what matches, also with `always`.',
    'Write never, so that the rule says what it does.',
    [{ title: 'Change to never,exclude', edits: [{ ...places.head, text }] }],
  )
}
