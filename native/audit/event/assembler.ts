import { MALFORMED, type AuditRecord } from '../record'
import { TYPE } from '../tables'
import { AuditEvent, type Completion } from './event'
import { SerialTracker, type SerialGap } from './serials'

/** Where complete events go. */
export interface AssemblerSink {
  event(event: AuditEvent): void
  /** Serials that never came. */
  gap?(gap: SerialGap): void
}

export interface AssemblerOptions {
  /** Event time after which an event without an end is taken for complete, ms. */
  timeout?: number
  /** Events in flight; beyond it the oldest is forced out. */
  maxEvents?: number
  /** Records of one event; beyond it the event is forced out. */
  maxRecords?: number
}

/** What an assembler has done; counts only grow. */
export interface AssemblerStats {
  records: number
  malformed: number
  events: number
  /** Events completed by each way. */
  completions: Record<Completion, number>
  /** End markers of events that were complete already: the usual case after a PROCTITLE. */
  endMarkers: number
  /** Serials that never came. */
  missing: number
  /** Events in flight now. */
  inFlight: number
}

interface Pending {
  readonly serial: number
  readonly time: number
  readonly node: string
  records: AuditRecord[]
  /** Clock at which it is taken for complete. */
  due: number
}

/** Type → how it ends its event, if it does. */
const ENDS = new Uint8Array(65536)
const SINGLE = 1
const ENDS_BY_PROCTITLE = 2
const ENDS_BY_EOE = 3
// Types that are an event by themselves (auparse's rule).
ENDS.fill(SINGLE, 0, TYPE.SYSCALL)
ENDS.fill(SINGLE, TYPE.MAC_UNLBL_ALLOW, TYPE.MAC_CALIPSO_DEL + 1)
ENDS.fill(SINGLE, TYPE.ANOM_LOGIN_FAILURES)
ENDS[TYPE.KERNEL] = SINGLE
// Newer kernels write LOGIN within the system call that set the login uid (kernel/audit.c, audit_log_set_loginuid).
ENDS[TYPE.LOGIN] = 0
ENDS[TYPE.PROCTITLE] = ENDS_BY_PROCTITLE
ENDS[TYPE.EOE] = ENDS_BY_EOE

/** Times further apart than this are not compared: one of them is wrong, or the machine was off. */
const STALE_AFTER = 1000

/**
 * Puts the records of an event together by node, time and serial, however they are interleaved. Bounded: what is too old
 * or too much comes out as it is, and says so. Records of one event keep their order; events come out as they complete.
 */
export class Assembler {
  readonly stats: AssemblerStats = {
    records: 0,
    malformed: 0,
    events: 0,
    completions: { eoe: 0, proctitle: 0, single: 0, timeout: 0, forced: 0 },
    endMarkers: 0,
    missing: 0,
    inFlight: 0,
  }
  private readonly timeout: number
  private readonly maxEvents: number
  private readonly maxRecords: number
  /** The event that the last record belonged to; not in the map, since most streams hardly interleave. */
  private current: Pending | undefined
  /** The other events in flight by serial; several nodes or times can share one. Oldest first. */
  private readonly others = new Map<number, Pending[]>()
  private otherCount = 0
  /** Newest event time seen, as far as it can be believed. */
  private clock = 0
  private stale = 0
  private nextSweep = 0
  private readonly trackers = new Map<string, SerialTracker>()
  private tracker: SerialTracker | undefined
  private trackerNode = ''

  constructor(
    private readonly sink: AssemblerSink,
    options: AssemblerOptions = {},
  ) {
    this.timeout = options.timeout ?? 2000
    this.maxEvents = options.maxEvents ?? 4096
    this.maxRecords = options.maxRecords ?? 4096
  }

  /** Takes the next record. Calls the sink before it returns if that completes events. */
  push(record: AuditRecord): void {
    const { type } = record
    this.stats.records++
    if (type === MALFORMED) {
      this.stats.malformed++
      this.emit([record], 'single')
      return
    }
    this.advance(record.time)
    // auditd counts its own records by itself.
    if (type < TYPE.DAEMON_START || type >= TYPE.SYSCALL) {
      this.trackerOf(record.node).seen(record.serial, record.time, this.clock)
    }
    const end = ENDS[type]!
    if (end === SINGLE) {
      this.emit([record], 'single')
      return
    }
    const pending = this.take(record)
    if (end === ENDS_BY_EOE) {
      if (pending === undefined) this.stats.endMarkers++
      else {
        pending.records.push(record)
        this.finish(pending, 'eoe')
      }
      return
    }
    if (pending === undefined) {
      if (end === ENDS_BY_PROCTITLE) this.emit([record], 'proctitle')
      else this.begin(record)
      return
    }
    pending.records.push(record)
    if (end === ENDS_BY_PROCTITLE) this.finish(pending, 'proctitle')
    else if (pending.records.length >= this.maxRecords) this.finish(pending, 'forced')
    else pending.due = this.clock + this.timeout
  }

  /** Completes what is too old at a time (ms since the epoch). For a live stream, call it a few times a second. */
  expire(now: number): void {
    if (now > this.clock) this.clock = now
    this.sweep()
  }

  /** The stream has ended: completes everything in flight and reports every serial still missing. */
  flush(): void {
    if (this.current !== undefined) this.park()
    for (const list of [...this.others.values()])
      for (const pending of [...list]) this.leave(pending, 'timeout')
    for (const tracker of this.trackers.values()) tracker.expire(Infinity)
  }

  /**
   * Copies the text of the records in flight, so that the buffers that they came in can be used again. Cheap: a handful of
   * events are in flight at any time.
   */
  detach(): void {
    const copy = (pending: Pending): void => {
      pending.records = pending.records.map((record) => record.detached())
    }
    if (this.current !== undefined) copy(this.current)
    for (const list of this.others.values()) list.forEach(copy)
  }

  /** Events in flight. */
  get inFlight(): number {
    return this.otherCount + (this.current === undefined ? 0 : 1)
  }

  /** Moves the clock on. A time that lies behind for long means that the clock had jumped: it is set back. */
  private advance(time: number): void {
    if (time > this.clock) {
      this.clock = time
      this.stale = 0
    } else if (time < this.clock - this.timeout && ++this.stale > STALE_AFTER) {
      this.setBack(time)
    }
    if (this.clock >= this.nextSweep) this.sweep()
  }

  /** Sets the clock back, and the deadlines that were counted from it. */
  private setBack(time: number): void {
    this.clock = time
    this.stale = 0
    this.nextSweep = 0
    const due = time + this.timeout
    if (this.current !== undefined) this.current.due = due
    for (const list of this.others.values()) for (const pending of list) pending.due = due
  }

  private sweep(): void {
    this.nextSweep = this.clock + this.timeout / 10
    if (this.current !== undefined && this.current.due <= this.clock)
      this.finish(this.current, 'timeout')
    if (this.otherCount > 0) {
      for (const list of [...this.others.values()]) {
        for (const pending of [...list])
          if (pending.due <= this.clock) this.leave(pending, 'timeout')
      }
    }
    for (const tracker of this.trackers.values()) tracker.expire(this.clock)
    this.stats.inFlight = this.inFlight
  }

  /** The event in flight that a record belongs to, made current; undefined when there is none. */
  private take(record: AuditRecord): Pending | undefined {
    const { current } = this
    if (current !== undefined && matches(current, record)) return current
    const list = this.otherCount === 0 ? undefined : this.others.get(record.serial)
    const found = list?.find((pending) => matches(pending, record))
    if (found === undefined) return undefined
    this.unpark(found, list!)
    if (current !== undefined) this.park()
    this.current = found
    return found
  }

  private begin(record: AuditRecord): void {
    if (this.current !== undefined) this.park()
    this.current = {
      serial: record.serial,
      time: record.time,
      node: record.node,
      records: [record],
      due: this.clock + this.timeout,
    }
  }

  /** Moves the current event among the others; forces the oldest out when there are too many. */
  private park(): void {
    const pending = this.current!
    this.current = undefined
    const list = this.others.get(pending.serial)
    if (list === undefined) this.others.set(pending.serial, [pending])
    else list.push(pending)
    if (++this.otherCount >= this.maxEvents) {
      const oldest = this.others.values().next().value![0]!
      this.leave(oldest, 'forced')
    }
  }

  private unpark(pending: Pending, list: Pending[]): void {
    if (list.length === 1) this.others.delete(pending.serial)
    else list.splice(list.indexOf(pending), 1)
    this.otherCount--
  }

  private leave(pending: Pending, completion: Completion): void {
    this.unpark(pending, this.others.get(pending.serial)!)
    this.emit(pending.records, completion)
  }

  private finish(pending: Pending, completion: Completion): void {
    if (pending === this.current) this.current = undefined
    this.emit(pending.records, completion)
  }

  private emit(records: AuditRecord[], completion: Completion): void {
    this.stats.events++
    this.stats.completions[completion]++
    this.sink.event(new AuditEvent(records, completion))
  }

  private trackerOf(node: string): SerialTracker {
    if (this.tracker !== undefined && this.trackerNode === node) return this.tracker
    let tracker = this.trackers.get(node)
    if (tracker === undefined) {
      tracker = new SerialTracker(node, this.timeout, (gap) => {
        this.stats.missing += gap.count
        this.sink.gap?.(gap)
      })
      this.trackers.set(node, tracker)
    }
    this.tracker = tracker
    this.trackerNode = node
    return tracker
  }
}

function matches(pending: Pending, record: AuditRecord): boolean {
  return (
    pending.serial === record.serial && pending.time === record.time && pending.node === record.node
  )
}
