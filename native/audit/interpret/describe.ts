import { UNSET, type AuditEvent, type EventDigest } from '../event'
import { fieldId, FieldScan, MALFORMED } from '../record'
import { errnoName, errnoText, recordCategory, recordTypeNumber, TYPE } from '../tables'
import { decodeUtf8, latin1 } from '../text'
import { actionOf, eventName, isAboutObject, judgeOf, type Action } from './actions'
import { signalName } from './number-values'
import { groupText, userText, type Resolver } from './resolver'
import { textValue } from './text-values'

/** What of a digest a description needs; a store's columns have the same. */
export type Described = Pick<
  EventDigest,
  | 'type'
  | 'arch'
  | 'syscall'
  | 'uring'
  | 'success'
  | 'exit'
  | 'auid'
  | 'uid'
  | 'euid'
  | 'comm'
  | 'object'
  | 'objectKind'
  | 'object2'
> & { op?: string }

/** An event in words. Strings are decoded, not escaped for display. */
export interface Description {
  /** System call, io_uring operation or record type. */
  event: string
  /** `alice (as root)`, `root`, or empty when the event does not say. */
  who: string
  /** Past tense: `deleted`. */
  action: string
  /** The primary object, user and group numbers resolved. */
  object: string
  /** `ok`, an error name, `failed`, or empty when not known. */
  result: string
  /** One sentence, without a full stop. */
  sentence: string
}

/** Who acted: the login user, and whom they acted as when that differs. */
export function whoText(auid: number, uid: number, euid: number, resolver: Resolver): string {
  const acting = euid >= 0 ? euid : uid
  if (auid < 0 || auid === UNSET) {
    if (acting < 0) return ''
    const name = userText(acting, resolver)
    return uid >= 0 && uid !== acting ? `${userText(uid, resolver)} (as ${name})` : name
  }
  const login = userText(auid, resolver)
  return acting < 0 || acting === auid ? login : `${login} (as ${userText(acting, resolver)})`
}

/** How it ended, in a word: `ok`, `ENOENT`, `failed`; empty when the record does not say. */
export function resultText(success: number, exit: number): string {
  if (success < 0) return ''
  if (success === 1) return 'ok'
  return (exit < 0 ? errnoName(-exit) : undefined) ?? 'failed'
}

/** The object as people read it: numbers of users and groups by their names. */
export function objectText(described: Described, resolver: Resolver): string {
  const { object, objectKind } = described
  // The words for the operation of a CONFIG_CHANGE say it already.
  if (objectKind === 'setting' && object === described.op) return ''
  if (objectKind === 'rule') return object.replaceAll('\x01', ', ')
  if (objectKind !== 'user' && objectKind !== 'group') return object
  if (!/^\d{1,10}$/.test(object)) return object
  return (objectKind === 'user' ? userText : groupText)(Number(object), resolver)
}

/** Describes an event by its digest alone. */
export function describe(described: Described, resolver: Resolver): Description {
  const { type, arch, syscall, uring } = described
  if (type === MALFORMED)
    return { ...NOTHING, event: 'MALFORMED', sentence: 'a line that is no audit record' }
  const object = objectText(described, resolver)
  const event = eventName(type, arch, syscall, uring)
  const action = describeAction(described, object !== '')
  // A LOGIN record has the new login user in auid: it is the object, not the one who acts.
  const auid = type === TYPE.LOGIN ? -1 : described.auid
  const who = whoText(auid, described.uid, described.euid, resolver)
  return {
    event,
    who,
    action: action.past,
    object,
    result: resultText(described.success, described.exit),
    sentence: sentence(described, action, who, object),
  }
}

const NOTHING: Description = {
  event: '',
  who: '',
  action: '',
  object: '',
  result: '',
  sentence: '',
}

const LOOSE = / (to|of|at|from|with|for|as|in|into|on)$/

/**
 * What an event did, in words that fit whether an object follows or not: `sent to` nothing is `called sendto`; `failed
 * too often to log in as` nobody ends with `log in`.
 */
export function describeAction(
  {
    type,
    arch,
    syscall,
    uring,
    op,
  }: Pick<Described, 'type' | 'arch' | 'syscall' | 'uring'> & { op?: string },
  hasObject: boolean,
): Action {
  const action = actionOf(type, arch, syscall, uring, op)
  if (hasObject) return action
  const { noun } = action
  if (noun !== undefined) return { past: `${action.past} ${noun}`, base: `${action.base} ${noun}` }
  if (!LOOSE.test(action.past)) return action
  const isCall = type === TYPE.SYSCALL || type === TYPE.URINGOP
  if (isCall && !action.past.startsWith('called ')) {
    const event = eventName(type, arch, syscall, uring)
    return { past: `called ${event}`, base: `call ${event}` }
  }
  return { past: action.past.replace(LOOSE, ''), base: action.base.replace(LOOSE, '') }
}

/** The text of an event that is a line which is no record. */
export function malformedText(event: AuditEvent): string {
  const { bytes, start, end } = event.records[0]!
  return decodeUtf8(bytes, start, end)
}

/** Types whose words tell of a failure already: to add "failed" would turn them round. */
function saysItAlready(type: number): boolean {
  return recordCategory(type) === 'anomaly' || type === TYPE.DAEMON_ABORT || type === TYPE.USER_ERR
}

function sentence(described: Described, action: Action, who: string, object: string): string {
  const aboutObject = isAboutObject(described.type) && object !== ''
  const subject = aboutObject ? object : who || described.comm || 'the system'
  const failed = described.success === 0 && !saysItAlready(described.type)
  const words = [subject, failed ? `failed to ${action.base}` : action.past]
  if (object !== '' && !aboutObject) words.push(object)
  if (described.object2 !== '') words.push('to', described.object2)
  const why = failed && described.exit < 0 ? errnoText(-described.exit) : undefined
  const judge = described.arch === 0 ? undefined : judgeOf(described.type)
  return (
    words.join(' ') +
    (why === undefined ? '' : `: ${why}`) +
    (judge === undefined ? '' : ` (${judge})`)
  )
}

/** What a policy said: `avc:  denied  { read write } for`, or AppArmor's `apparmor="DENIED" operation="open"`. */
interface Verdict {
  result: string
  what: string
  judge: string
}

const ACCESS_VECTOR = /avc:\s+(denied|granted)\s+\{ ([^}]*)\} for/
const APPARMOR = /apparmor="(DENIED|ALLOWED)" operation="(\w+)"/

/** The verdict that a record tells without a system call beside it; undefined for records that are none. */
function verdictOf(event: AuditEvent): Verdict | undefined {
  const { type, bytes, body, end } = event.records[0]!
  if (!VERDICTS.has(type)) return undefined
  const text = decodeUtf8(bytes, body, end)
  const vector = ACCESS_VECTOR.exec(text)
  if (vector !== null)
    return { result: vector[1]!, what: vector[2]!.trim().replaceAll(' ', ', '), judge: 'SELinux' }
  const apparmor = APPARMOR.exec(text)
  if (apparmor === null) return undefined
  return { result: apparmor[1]!.toLowerCase(), what: apparmor[2]!, judge: 'AppArmor' }
}
const VERDICTS = new Set<number>(
  ['AVC', 'USER_AVC', 'APPARMOR_DENIED', 'APPARMOR_ALLOWED'].map((name) => recordTypeNumber(name)!),
)

/** ` with SIGSEGV, run by root`. */
function deathOf(event: AuditEvent, who: string): string {
  const { bytes, body, end } = event.records[0]!
  scan.scan(bytes, body, end)
  const name = signalName(scan.decimal(SIG, 0))
  return (name === undefined ? '' : ` with ${name}`) + (who === '' ? '' : `, run by ${who}`)
}
const SIG = fieldId('sig')

const ADDR = fieldId('addr')
const HOSTNAME = fieldId('hostname')
const scan = new FieldScan()

/** Where a message of user space says that it came from: an address, or a host; empty otherwise. */
export function originOf(event: AuditEvent): string {
  const record = event.records[0]!
  if (record.type === MALFORMED) return ''
  scan.scan(record.bytes, record.body, record.end)
  for (const id of [ADDR, HOSTNAME]) {
    const at = scan.find(id)
    if (at < 0) continue
    const text = textValue(latin1(record.bytes, scan.valueStart[at]!, scan.valueEnd[at]!))
    if (text !== '' && text !== '?') return text
  }
  return ''
}

/** The same with what only the records say: where a login came from, what a policy denied, what a program died of. */
export function describeEvent(
  event: AuditEvent,
  digest: EventDigest,
  resolver: Resolver,
): Description {
  const description = describe(digest, resolver)
  if (digest.type === MALFORMED) {
    description.object = malformedText(event)
    description.sentence += `: ${description.object}`
    return description
  }
  if (digest.arch !== 0) return description
  const verdict = verdictOf(event)
  if (verdict !== undefined) {
    const subject = digest.comm || description.who || 'the system'
    const object = description.object === '' ? '' : ` of ${description.object}`
    description.sentence = `${subject} was ${verdict.result} ${verdict.what}${object} by ${verdict.judge}`
  }
  if (digest.type === TYPE.ANOM_ABEND) description.sentence += deathOf(event, description.who)
  const origin = originOf(event)
  if (origin !== '' && origin !== description.object) description.sentence += ` from ${origin}`
  return description
}
