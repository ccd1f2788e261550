/** Sockets of the audit family (NETLINK_AUDIT, netlink(7)): opening them, and what they say about themselves. */
import {
  decodeError,
  decodeReplies,
  encodeRequest,
  MAX_AUDIT_MESSAGE_LENGTH,
  MessageType,
  NLM_F_REQUEST,
} from '../audit/netlink/message'
import { fail, ok, type Result } from '../audit/result'
import { encodeSettings } from '../audit/status/status'
import { addressOf, errno, errnoName, libc } from './libc'

const AF_NETLINK = 16
const SOCK_RAW = 3
const SOCK_CLOEXEC = 0o2000000
const NETLINK_AUDIT = 9
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const SO_RCVBUFFORCE = 33
const SOL_NETLINK = 270
const NETLINK_ADD_MEMBERSHIP = 1
const NETLINK_DROP_MEMBERSHIP = 2
const NETLINK_NO_ENOBUFS = 5
/** AUDIT_NLGRP_READLOG. */
const READLOG_GROUP = 1
const SOCKADDR_NL_BYTES = 12
const POLLIN = 1
const MSG_PEEK = 0x02
const MSG_DONTWAIT = 0x40

/** An open event socket and what it got. */
export interface EventSocket {
  fd: number
  /** Port id: finds its row in /proc/net/netlink. */
  portid: number
  /** Bytes that the kernel granted, twice what was asked as the kernel counts its own overhead. */
  receiveBuffer: number
  /** Whether SO_RCVBUFFORCE was refused, so that net.core.rmem_max bounds the buffer. */
  limited: boolean
}

/** Opens a bound socket of the audit family. Returns its descriptor, or the errno's name as the Failure's code. */
export function openSocket(): Result<number> {
  const fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT)
  if (fd < 0) return systemFailure('socket')
  if (libc.bind(fd, socketAddress(), SOCKADDR_NL_BYTES) < 0) {
    const failure = systemFailure('bind')
    libc.close(fd)
    return failure
  }
  return ok(fd)
}

/**
 * Opens a socket for records, with a receive buffer of `receiveBuffer` bytes where the kernel allows it.
 *
 * NETLINK_NO_ENOBUFS is set in every mode: without it one overflow closes the socket to all records until the reader
 * has emptied it. The loss itself is counted in *Drops* either way.
 */
export function openEventSocket(receiveBuffer: number): Result<EventSocket> {
  const opened = openSocket()
  if (!opened.ok) return opened
  const fd = opened.value
  const limited = !setInt(fd, SOL_SOCKET, SO_RCVBUFFORCE, receiveBuffer)
  if (limited) setInt(fd, SOL_SOCKET, SO_RCVBUF, receiveBuffer)
  setInt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, 1)
  return ok({ fd, portid: portidOf(fd), receiveBuffer: getInt(fd, SOL_SOCKET, SO_RCVBUF), limited })
}

/** Joins the read-log multicast group. Needs CAP_AUDIT_READ; EINVAL before Linux 3.16. */
export function joinReadLog(fd: number): Result<null> {
  return setInt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, READLOG_GROUP)
    ? ok(null)
    : systemFailure('setsockopt(NETLINK_ADD_MEMBERSHIP)')
}

/** Leaves the read-log multicast group: what is queued stays readable, nothing is added. */
export function leaveReadLog(fd: number): void {
  setInt(fd, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, READLOG_GROUP)
}

/** Makes the receive buffer hold so many bytes, as far as the kernel allows; what is queued already stays. */
export function resizeReceiveBuffer(fd: number, bytes: number): void {
  if (!setInt(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes)) setInt(fd, SOL_SOCKET, SO_RCVBUF, bytes)
}

/** Sends a message to the kernel. The kernel may put the calling thread to sleep here while its queue is full. */
export function sendToKernel(fd: number, message: Uint8Array): Result<null> {
  return libc.sendto(fd, message, message.length, 0, socketAddress(), SOCKADDR_NL_BYTES) < 0
    ? systemFailure('sendto')
    : ok(null)
}

/**
 * Registers process `pid`, which must be the caller's, as the audit daemon that receives on this socket.
 *
 * No acknowledgement is asked for: records may overtake one. A refusal is in the socket when sending returns, and then
 * nothing else can be: without a registration the socket receives nothing.
 */
export function registerSocket(fd: number, pid: number): Result<null> {
  const payload = encodeSettings({ pid })
  const request = { type: MessageType.AUDIT_SET, flags: NLM_F_REQUEST, seq: 1, payload }
  const sent = sendToKernel(fd, encodeRequest(request))
  if (!sent.ok) return sent
  const buffer = new Uint8Array(MAX_AUDIT_MESSAGE_LENGTH)
  const length = libc.recv(fd, buffer, buffer.length, MSG_PEEK | MSG_DONTWAIT)
  const [reply] = length > 0 ? decodeReplies(buffer.subarray(0, length)) : []
  if (reply?.type !== MessageType.NLMSG_ERROR) return ok(null)
  libc.recv(fd, buffer, buffer.length, MSG_DONTWAIT)
  const name = errnoName(-(decodeError(reply.payload) ?? 0))
  return fail(name, `The kernel refused the registration: ${name}.`)
}

/** Waits at most `timeoutMs` for a datagram. Returns its length, or 0 when none came, or a Failure. */
export function receive(fd: number, buffer: Uint8Array, timeoutMs: number): Result<number> {
  const pollfd = new Uint8Array(8)
  const view = new DataView(pollfd.buffer)
  view.setInt32(0, fd, true)
  view.setInt16(4, POLLIN, true)
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const left = Math.max(0, Math.ceil(deadline - performance.now()))
    const ready = libc.poll(addressOf(pollfd), 1, left)
    if (ready > 0) break
    // A signal, a child's end for one, is no time-out.
    if (ready === 0 || errnoName(errno()) !== 'EINTR') return ok(0)
  }
  const received = libc.recv(fd, buffer, buffer.length, MSG_DONTWAIT)
  return received < 0 ? systemFailure('recv') : ok(received)
}

/** The port id that bind gave the socket. */
function portidOf(fd: number): number {
  const address = new Uint8Array(SOCKADDR_NL_BYTES)
  const length = new Uint8Array(4)
  length[0] = SOCKADDR_NL_BYTES
  libc.getsockname(fd, address, length)
  return new DataView(address.buffer).getUint32(4, true)
}

/** struct sockaddr_nl of the kernel: port 0, no groups. */
function socketAddress(): Uint8Array {
  const address = new Uint8Array(SOCKADDR_NL_BYTES)
  new DataView(address.buffer).setUint16(0, AF_NETLINK, true)
  return address
}

function setInt(fd: number, level: number, option: number, value: number): boolean {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setInt32(0, value, true)
  return libc.setsockopt(fd, level, option, bytes, 4) === 0
}

function getInt(fd: number, level: number, option: number): number {
  const bytes = new Uint8Array(4)
  const length = Uint8Array.of(4, 0, 0, 0)
  libc.getsockopt(fd, level, option, bytes, length)
  return new DataView(bytes.buffer).getInt32(0, true)
}

function systemFailure(call: string): Result<never> {
  const name = errnoName(errno())
  return fail(name, `${call} failed: ${name}.`)
}
