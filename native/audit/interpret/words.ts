import { type AuditEvent, type EventDigest } from '../event'
import { MALFORMED } from '../record'
import { TYPE } from '../tables'
import { describeAction, malformedText, objectText, resultText, whoText } from './describe'
import { dependsOnOperation, eventName, type Action } from './actions'
import type { Resolver } from './resolver'

/** {@link Description} without its sentence: what fills the columns of a table. */
export interface Words {
  event: string
  who: string
  action: string
  object: string
  result: string
}

/** The name of a call or type, and its action with and without an object behind it. */
interface Deed {
  event: string
  withObject: Action
  alone: Action
}

/** Deeds and people that are remembered; more than this and the memory starts anew. */
const MAX_REMEMBERED = 5000

/**
 * The words of one event after the other, as `describeEvent` finds them, but remembering: a few hundred system calls and
 * a handful of people make nearly all events. What it returns is overwritten by the next call.
 */
export class EventWords {
  private readonly words: Words = { event: '', who: '', action: '', object: '', result: '' }
  /** By arch and, within it, by number of the call and type of the record. */
  private readonly deeds = new Map<number, Map<number, Deed>>()
  private remembered = 0
  private readonly people = new Map<string, string>()
  private auid = NaN
  private uid = NaN
  private euid = NaN
  private who = ''

  constructor(private readonly resolver: Resolver) {}

  /** Looks at an event; the digest is its. */
  of(event: AuditEvent, digest: EventDigest): Words {
    const { words } = this
    if (digest.type === MALFORMED) {
      words.event = 'MALFORMED'
      words.who = words.action = words.result = ''
      words.object = malformedText(event)
      return words
    }
    const deed = this.deed(digest)
    const object = objectText(digest, this.resolver)
    words.event = deed.event
    words.who = this.whoOf(digest)
    words.action = (object === '' ? deed.alone : deed.withObject).past
    words.object = object
    words.result = resultText(digest.success, digest.exit)
    return words
  }

  private deed(digest: EventDigest): Deed {
    const { type, arch, syscall, uring } = digest
    // Of operations there may be any number.
    if (dependsOnOperation(type)) return makeDeed(digest)
    let byCall = this.deeds.get(arch)
    if (byCall === undefined) this.deeds.set(arch, (byCall = new Map()))
    const key = (syscall * 2 + (uring ? 1 : 0)) * 65536 + type
    let deed = byCall.get(key)
    if (deed === undefined) {
      deed = makeDeed(digest)
      if (++this.remembered > MAX_REMEMBERED) this.forget()
      else byCall.set(key, deed)
    }
    return deed
  }

  private forget(): void {
    this.deeds.clear()
    this.remembered = 0
  }

  private whoOf({ type, auid, uid, euid }: EventDigest): string {
    // A LOGIN record has the new login user in auid: it is the object, not the one who acts.
    const login = type === TYPE.LOGIN ? -1 : auid
    if (login === this.auid && uid === this.uid && euid === this.euid) return this.who
    const key = `${login} ${uid} ${euid}`
    let who = this.people.get(key)
    if (who === undefined) {
      who = whoText(login, uid, euid, this.resolver)
      if (this.people.size >= MAX_REMEMBERED) this.people.clear()
      this.people.set(key, who)
    }
    this.auid = login
    this.uid = uid
    this.euid = euid
    this.who = who
    return who
  }
}

function makeDeed({ type, arch, syscall, uring, op }: EventDigest): Deed {
  const call = { type, arch, syscall, uring, op }
  return {
    event: eventName(type, arch, syscall, uring),
    withObject: describeAction(call, true),
    alone: describeAction(call, false),
  }
}
