/**
 * The drain: receives records from the kernel and copies them into the ring, and does nothing else. It parses nothing,
 * allocates nothing per record and waits only for the kernel. Runs in a thread of its own (native/helper/drain-worker.ts).
 */
import os from 'node:os'
import { MAX_AUDIT_MESSAGE_LENGTH, MessageType, NLMSG_HDRLEN } from '../audit/netlink/message'
import { addressOf, errno, errnoName, libc } from './libc'
import { Pacer } from './pacer'
import { type RingMemory, RingWriter } from './ring'

/** Datagrams taken by one recvmmsg. */
export const BATCH = 64
/** Bytes for one datagram: the longest that the kernel sends, rounded up to a cache line. */
const SLOT_BYTES = (MAX_AUDIT_MESSAGE_LENGTH + 63) & ~63
/** Bytes that the drain needs beside the ring's blocks. */
export const DRAIN_SCRATCH_BYTES = BATCH * SLOT_BYTES

/** The drain goes round its loop at least this often, ms, so that a watchdog can tell that it is alive. */
export const HEARTBEAT_MS = 250
/**
 * Under load the drain lets records gather for a moment instead of being woken for each: a wake-up costs the kernel's
 * sending thread, and so every audited task, more than the copy does. 1 ms of the fastest load measured fills less than
 * 1 % of a 32 MiB buffer.
 */
const GATHER_MS = 1
/** Datagrams in a batch from which on the next ones are let gather. */
const GATHER_FROM = 8
/** Bytes of receive buffer below which nothing is let gather. */
const GATHER_BUFFER_BYTES = 4 * 1024 * 1024

/** How long the drain waits for the new socket's first record before it leaves the old socket, ms. */
const HAND_OVER_MS = 100

const MSG_PEEK = 0x02
const MSG_DONTWAIT = 0x40
const POLLIN = 1
const PRIO_PROCESS = 0

/** struct mmsghdr, struct iovec and struct sockaddr_nl on 64-bit Linux, bytes. */
const MMSGHDR = { bytes: 64, name: 0, nameLength: 8, iov: 16, iovLength: 24, received: 56 } as const
const IOVEC = { bytes: 16, base: 0, length: 8 } as const
const SOCKADDR_NL = { bytes: 12, portid: 4 } as const

const { EAGAIN, EINTR, ENOBUFS } = os.constants.errno

/** Counters of the drain, each written by the drain alone. */
export const DrainCounter = {
  /** Goes up with every round of the loop. */
  heartbeat: 0,
  /** Calls of recvmmsg that returned records. */
  batches: 1,
  enobufs: 2,
  /** Datagrams that another process sent to the socket. */
  foreign: 3,
  /** Times that a process asked to become the audit daemon in this one's place; the kernel asks the daemon first. */
  replacements: 4,
  /** Process id of the newest of those. */
  replacer: 5,
} as const
const COUNTERS = 6

/** What the drain shares with the helper's main thread. */
export interface DrainMemory {
  ring: RingMemory
  counters: SharedArrayBuffer
  /** 1 when a message for the drain waits on its port. */
  signal: SharedArrayBuffer
  /**
   * Two numbers. Records per second that the drain takes at most, 0 for as many as come; and, for the overload lab, how
   * long it pauses after each single record, in microseconds plus one, 0 for taking many at once and no pause.
   */
  pace: SharedArrayBuffer
  /** An eventfd that wakes the drain; written after setting `signal`. */
  wakeFd: number
}

/** The value of one of the drain's counters. */
export function drainCounter(
  memory: DrainMemory,
  counter: (typeof DrainCounter)[keyof typeof DrainCounter],
): number {
  return new Float64Array(memory.counters)[counter]!
}

/** Allocates the counters and the signal. */
export function allocateDrain(ring: RingMemory, wakeFd: number): DrainMemory {
  return {
    ring,
    counters: new SharedArrayBuffer(COUNTERS * 8),
    signal: new SharedArrayBuffer(4),
    pace: new SharedArrayBuffer(8),
    wakeFd,
  }
}

/** The drain's thread. */
export class Drain {
  readonly #memory: DrainMemory
  readonly #ring: RingWriter
  readonly #counters: Float64Array
  readonly #signal: Int32Array
  readonly #pace: Int32Array
  readonly #pacer = new Pacer()
  readonly #received: Int32Array
  readonly #names: Int32Array
  readonly #vectorAddress: number
  readonly #bytes: Uint8Array
  readonly #words: Int32Array
  readonly #pollfds = new Int32Array(4)
  readonly #pollAddress: number
  /** Held because the kernel has their addresses. */
  readonly #held: readonly Uint8Array[]
  #fd = -1
  #gathers = false
  #holds = false
  #stopped = false

  constructor(memory: DrainMemory) {
    this.#memory = memory
    this.#ring = new RingWriter(memory.ring)
    this.#counters = new Float64Array(memory.counters)
    this.#signal = new Int32Array(memory.signal)
    this.#pace = new Int32Array(memory.pace)
    this.#bytes = new Uint8Array(memory.ring.buffer)
    this.#words = new Int32Array(memory.ring.buffer)
    const vector = new Uint8Array(BATCH * MMSGHDR.bytes)
    const iovecs = new Uint8Array(BATCH * IOVEC.bytes)
    const names = new Uint8Array(BATCH * SOCKADDR_NL.bytes)
    this.#held = [vector, iovecs, names]
    this.#received = new Int32Array(vector.buffer)
    this.#names = new Int32Array(names.buffer)
    this.#vectorAddress = addressOf(vector)
    this.#pollAddress = addressOf(new Uint8Array(this.#pollfds.buffer))
    this.#fillVector(this.#held)
    this.#pollfds.set([-1, POLLIN, memory.wakeFd, POLLIN])
  }

  /**
   * Receives until {@link stop}. `onSignal` is called when the signal was set: outside of the receiving, so that it may
   * listen, hand over or stop.
   */
  run(onSignal: () => void): void {
    while (!this.#stopped) {
      this.#counters[DrainCounter.heartbeat]! += 1
      if (Atomics.exchange(this.#signal, 0, 0) === 1) {
        this.#clearWake()
        onSignal()
        continue
      }
      const slow = Atomics.load(this.#pace, 1)
      if (slow > 0 && this.#fd >= 0 && !this.#holds) {
        this.#takeOne(slow - 1)
        continue
      }
      const rest = this.#rest()
      if (rest > 0) {
        this.#poll(1, 1, rest)
        continue
      }
      const idle = this.#fd < 0 || this.#holds
      const received = idle ? 0 : this.#receive()
      if (received === BATCH) continue
      if (this.#gathers && received >= GATHER_FROM) this.#poll(1, 1, GATHER_MS)
      else this.#poll(idle ? 1 : 0, idle ? 1 : 2, HEARTBEAT_MS)
    }
  }

  /** Receives from this socket from now on, for this subscription. */
  listen(fd: number, subscription: number, receiveBuffer: number): void {
    this.#ring.beginSubscription(subscription)
    this.#holds = false
    this.#fd = fd
    this.#pollfds[0] = fd
    this.#gathers = receiveBuffer >= GATHER_BUFFER_BYTES
  }

  /** Receives nothing, or goes on: before another socket is attached for {@link handOver}, and when that fails. */
  hold(held: boolean): void {
    this.#holds = held
  }

  /**
   * Goes over to a socket that was attached while the current one was on {@link hold}, without losing or doubling a
   * record.
   *
   * kauditd handles one record after the other: multicast first, then unicast. So when a first record has come to the
   * new socket, every record before it is in the old one, and what the old one has from there on is in the new one too.
   * When nothing comes for a while, there is nothing to lose. Only a record that the kernel sends to a new daemon late
   * (from its retry queue) cannot be found in the old socket; then the records of that moment are delivered twice.
   */
  handOver(fd: number, subscription: number, receiveBuffer: number): void {
    // Not the wall clock: set back in this moment, it would hold every record up.
    const deadline = performance.now() + HAND_OVER_MS
    let first = this.#peek(fd)
    while (first === null && performance.now() < deadline) {
      this.#poll(0, 0, GATHER_MS)
      first = this.#peek(fd)
    }
    this.#drainUpTo(first)
    this.#ring.publish()
    this.listen(fd, subscription, receiveBuffer)
  }

  /** Takes what the socket still holds, then listens to none. */
  finish(): void {
    this.#drainUpTo(null)
    this.#ring.publish()
    this.#fd = -1
    this.#pollfds[0] = -1
  }

  /** Ends {@link run}. */
  stop(): void {
    this.#stopped = true
  }

  /** Sets this thread's nice value; returns the errno's name when refused, else null. */
  setNice(nice: number): string | null {
    return libc.setpriority(PRIO_PROCESS, 0, nice) < 0 ? errnoName(errno()) : null
  }

  /** How long to rest for the pace's sake, ms. Without a pace the clock is not even read. */
  #rest(): number {
    const pace = Atomics.load(this.#pace, 0)
    return pace === 0 ? 0 : this.#pacer.rest(performance.now(), pace)
  }

  /** As clients are first written: wait for a record, take it alone, pause. */
  #takeOne(pauseMicroseconds: number): void {
    this.#poll(0, 2, HEARTBEAT_MS)
    if (this.#receive(1) > 0 && pauseMicroseconds > 0) libc.usleep(pauseMicroseconds)
  }

  /** One recvmmsg: into the ring with what came. Returns the number of datagrams. */
  #receive(most = BATCH): number {
    const count = libc.recvmmsg(this.#fd, this.#vectorAddress, most, MSG_DONTWAIT, 0)
    if (count > 0) {
      for (let i = 0; i < count; i++) this.#take(i)
      this.#ring.publish()
      this.#counters[DrainCounter.batches]! += 1
      if (Atomics.load(this.#pace, 0) !== 0) this.#pacer.took(count)
      return count
    }
    const error = errno()
    if (error === ENOBUFS) this.#counters[DrainCounter.enobufs]! += 1
    else if (error !== EAGAIN && error !== EINTR) {
      throw new Error(`recvmmsg failed: ${errnoName(error)}`)
    }
    return 0
  }

  #take(i: number): void {
    const received = this.#received[(i * MMSGHDR.bytes + MMSGHDR.received) >> 2]!
    // As libaudit does: only port 0, the kernel, is believed.
    if (
      received < NLMSG_HDRLEN ||
      this.#names[(i * SOCKADDR_NL.bytes + SOCKADDR_NL.portid) >> 2] !== 0
    ) {
      this.#counters[DrainCounter.foreign]! += 1
      return
    }
    const from = this.#ring.scratch + i * SLOT_BYTES
    if ((this.#words[(from + 4) >> 2]! & 0xffff) === MessageType.AUDIT_REPLACE) {
      this.#counters[DrainCounter.replacements]! += 1
      this.#counters[DrainCounter.replacer] = this.#words[(from + NLMSG_HDRLEN) >> 2]!
      return
    }
    this.#ring.append(from, received)
  }

  /** Receives until the socket is empty or gives a datagram equal to `end`. */
  #drainUpTo(end: Uint8Array | null): void {
    if (this.#fd < 0) return
    for (;;) {
      const count = libc.recvmmsg(this.#fd, this.#vectorAddress, BATCH, MSG_DONTWAIT, 0)
      if (count <= 0) {
        const error = errno()
        if (error === ENOBUFS || error === EINTR) continue
        return
      }
      for (let i = 0; i < count; i++) {
        if (end !== null && this.#sameRecord(i, end)) return
        this.#take(i)
      }
      this.#ring.publish()
    }
  }

  #peek(fd: number): Uint8Array | null {
    const buffer = new Uint8Array(SLOT_BYTES)
    const received = libc.recv(fd, buffer, buffer.length, MSG_PEEK | MSG_DONTWAIT)
    return received >= NLMSG_HDRLEN ? buffer.subarray(0, received) : null
  }

  /** Same type and text; the netlink header differs between unicast and multicast. */
  #sameRecord(i: number, other: Uint8Array): boolean {
    const start = this.#ring.scratch + i * SLOT_BYTES
    const received = this.#received[(i * MMSGHDR.bytes + MMSGHDR.received) >> 2]!
    const datagram = this.#bytes.subarray(start, start + received)
    return (
      received === other.length &&
      datagram[4] === other[4] &&
      datagram[5] === other[5] &&
      Buffer.compare(datagram.subarray(NLMSG_HDRLEN), other.subarray(NLMSG_HDRLEN)) === 0
    )
  }

  /** Polls `count` descriptors from `first` on (0: the event socket, 1: the wake descriptor); none is a pause. */
  #poll(first: number, count: number, timeoutMs: number): void {
    libc.poll(this.#pollAddress + first * 8, count, timeoutMs)
  }

  #clearWake(): void {
    libc.read(this.#memory.wakeFd, new Uint8Array(8), 8)
  }

  /** Points each mmsghdr at its slot in the ring's scratch area and at its sender's address. */
  #fillVector(held: readonly Uint8Array[]): void {
    const [vector, iovecs, names] = held as [Uint8Array, Uint8Array, Uint8Array]
    const vectorView = new DataView(vector.buffer)
    const iovecView = new DataView(iovecs.buffer)
    const slots = addressOf(this.#bytes) + this.#ring.scratch
    const iovecAddress = addressOf(iovecs)
    const nameAddress = addressOf(names)
    for (let i = 0; i < BATCH; i++) {
      const header = i * MMSGHDR.bytes
      const iovec = i * IOVEC.bytes
      iovecView.setBigUint64(iovec + IOVEC.base, BigInt(slots + i * SLOT_BYTES), true)
      iovecView.setBigUint64(iovec + IOVEC.length, BigInt(SLOT_BYTES), true)
      vectorView.setBigUint64(
        header + MMSGHDR.name,
        BigInt(nameAddress + i * SOCKADDR_NL.bytes),
        true,
      )
      vectorView.setUint32(header + MMSGHDR.nameLength, SOCKADDR_NL.bytes, true)
      vectorView.setBigUint64(header + MMSGHDR.iov, BigInt(iovecAddress + iovec), true)
      vectorView.setBigUint64(header + MMSGHDR.iovLength, 1n, true)
    }
  }
}
