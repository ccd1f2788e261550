/**
 * Netlink framing of the audit family, both ways (uapi/linux/netlink.h, uapi/linux/audit.h). Little-endian, as every
 * machine that Electron runs on.
 *
 *     nlmsghdr: 0 u32 nlmsg_len, 4 u16 nlmsg_type, 6 u16 nlmsg_flags, 8 u32 nlmsg_seq, 12 u32 nlmsg_pid
 *
 * The quirk: `nlmsg_len` of a unicast event counts the text only, of a multicast event and of a reply the header too
 * (kernel/audit.c, kauditd_send_multicast_skb). So an event's text is what was received less the header.
 */

/** Bytes of struct nlmsghdr. */
export const NLMSG_HDRLEN = 16
/** MAX_AUDIT_MESSAGE_LENGTH: the longest datagram that the kernel sends. */
export const MAX_AUDIT_MESSAGE_LENGTH = 8970

/** Message types that requests and their answers use; records have types of their own. */
export const MessageType = {
  NLMSG_NOOP: 1,
  NLMSG_ERROR: 2,
  NLMSG_DONE: 3,
  AUDIT_GET: 1000,
  AUDIT_SET: 1001,
  AUDIT_ADD_RULE: 1011,
  AUDIT_DEL_RULE: 1012,
  AUDIT_LIST_RULES: 1013,
  AUDIT_TRIM: 1014,
  AUDIT_MAKE_EQUIV: 1015,
  AUDIT_SET_FEATURE: 1018,
  AUDIT_GET_FEATURE: 1019,
  /** To the daemon, not a record: the process id (u32) of whoever wants to be the daemon. */
  AUDIT_REPLACE: 1329,
} as const

/** nlmsg_flags of requests. */
export const NLM_F_REQUEST = 1
export const NLM_F_ACK = 4

/** A request to the kernel. */
export interface Request {
  type: number
  /** NLM_F_REQUEST, with NLM_F_ACK when nothing else would be answered. */
  flags: number
  /** Comes back in the answer. */
  seq: number
  payload: Uint8Array
}

/** An answer on the control socket. */
export interface Reply {
  type: number
  flags: number
  seq: number
  payload: Uint8Array
}

/** A record on the event socket. */
export interface RecordMessage {
  type: number
  flags: number
  text: Uint8Array
}

/** Encodes a request; nlmsg_pid is 0, the kernel fills in the socket's own. */
export function encodeRequest(request: Request): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(NLMSG_HDRLEN + request.payload.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, bytes.length, true)
  view.setUint16(4, request.type, true)
  view.setUint16(6, request.flags, true)
  view.setUint32(8, request.seq, true)
  bytes.set(request.payload, NLMSG_HDRLEN)
  return bytes
}

/**
 * Decodes the answers in a datagram of the control socket. Stops at the first message whose length makes no sense:
 * what follows it cannot be found.
 */
export function decodeReplies(datagram: Uint8Array): Reply[] {
  const view = viewOf(datagram)
  const replies: Reply[] = []
  let at = 0
  while (at + NLMSG_HDRLEN <= datagram.length) {
    const length = view.getUint32(at, true)
    if (length < NLMSG_HDRLEN || at + length > datagram.length) break
    replies.push({
      type: view.getUint16(at + 4, true),
      flags: view.getUint16(at + 6, true),
      seq: view.getUint32(at + 8, true),
      payload: datagram.subarray(at + NLMSG_HDRLEN, at + length),
    })
    at += (length + 3) & ~3
  }
  return replies
}

/** Decodes a datagram of the event socket, or null when it is shorter than its header. */
export function decodeRecord(datagram: Uint8Array): RecordMessage | null {
  if (datagram.length < NLMSG_HDRLEN) return null
  const view = viewOf(datagram)
  return {
    type: view.getUint16(4, true),
    flags: view.getUint16(6, true),
    text: datagram.subarray(NLMSG_HDRLEN),
  }
}

/**
 * The error field of an NLMSG_ERROR reply: 0 for an acknowledgement, a negative errno for a refusal, and the old
 * value, positive, after AUDIT_SET with a mask of a reset bit alone. Null when the payload is too short.
 */
export function decodeError(payload: Uint8Array): number | null {
  return payload.length < 4 ? null : viewOf(payload).getInt32(0, true)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
