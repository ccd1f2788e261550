import { decodeUtf8, hexToBytes } from '../text'
import { addressFamilies } from '../tables'

/** A socket address as the kernel copied it from the caller: nothing in it is checked. */
export interface SocketAddress {
  /** `inet`, `inet6`, `local`, `netlink`...; `unknown-family(99)` for a number without a name. */
  family: string
  /** Address and port in one text: `192.0.2.1:53`, `[::1]:80`, a path, `@abstract`; empty when the family has none. */
  text: string
  /** The address alone; undefined for families without one. */
  address?: string
  /** Port of inet, inet6 and vsock. */
  port?: number
  /** Path of a local socket, without the mark of an abstract one. */
  path?: string
  /** The name is in the abstract namespace (its first byte is 0). */
  abstract?: boolean
  /** The address is shorter than its family needs. */
  short?: boolean
  /** Further parts by name, such as netlink's port id and groups. */
  details?: Readonly<Record<string, number>>
}

type Decoder = (data: Uint8Array, view: DataView) => Omit<SocketAddress, 'family'>

/** sizeof(struct sockaddr_*) of linux/in.h, in6.h, netlink.h, if_packet.h, vm_sockets.h. */
const INET_SIZE = 16
const INET6_SIZE = 28
const NETLINK_SIZE = 12
const PACKET_SIZE = 12
const VSOCK_SIZE = 16
const SHORT = { text: '', short: true } as const

const DECODERS: Readonly<Record<string, Decoder>> = {
  local: (data) => {
    if (data.length <= 2) return SHORT
    const abstract = data[2] === 0
    const rest = data.subarray(abstract ? 3 : 2)
    const stop = rest.indexOf(0)
    const path = decodeUtf8(stop < 0 ? rest : rest.subarray(0, stop))
    return { text: abstract ? `@${path}` : path, path, abstract }
  },
  inet: (data, view) => {
    if (data.length < INET_SIZE) return SHORT
    const address = data.subarray(4, 8).join('.')
    const port = view.getUint16(2)
    return { text: `${address}:${port}`, address, port }
  },
  inet6: (data, view) => {
    if (data.length < INET6_SIZE) return SHORT
    const scope = view.getUint32(24, true)
    const linkLocal = data[8] === 0xfe && (data[9]! & 0xc0) === 0x80
    const address = formatInet6(view, 8) + (linkLocal && scope > 0 ? `%${scope}` : '')
    const port = view.getUint16(2)
    return { text: `[${address}]:${port}`, address, port, details: { scope } }
  },
  netlink: (data, view) => {
    if (data.length < NETLINK_SIZE) return SHORT
    const pid = view.getUint32(4, true)
    const groups = view.getUint32(8, true)
    return { text: `netlink pid ${pid}`, details: { family: view.getUint16(0, true), pid, groups } }
  },
  packet: (data, view) => {
    if (data.length < PACKET_SIZE) return SHORT
    const protocol = view.getUint16(2)
    const ifindex = view.getInt32(4, true)
    return { text: `interface ${ifindex}`, details: { protocol, ifindex } }
  },
  vsock: (data, view) => {
    if (data.length < VSOCK_SIZE) return SHORT
    const port = view.getUint32(4, true)
    const cid = view.getUint32(8, true)
    return { text: `vsock ${cid}:${port}`, port, details: { cid } }
  },
}

/** Decodes the bytes of a socket address (`saddr` of SOCKADDR, hexadecimal). Undefined when the text is no hexadecimal. */
export function decodeSockaddr(hex: string): SocketAddress | undefined {
  const data = hexToBytes(hex)
  if (data === undefined || data.length < 2) return undefined
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  // sa_family is in the byte order of the machine; families are below 256, so the larger order shows in the second byte.
  const native = view.getUint16(0, true)
  const number = native > 0xff && data[0] === 0 ? data[1]! : native
  const family = addressFamilies.name(number) ?? `unknown-family(${number})`
  const decode = Object.hasOwn(DECODERS, family) ? DECODERS[family] : undefined
  return { family, ...(decode === undefined ? { text: '' } : decode(data, view)) }
}

/** RFC 5952: lower case, the longest run of zeros left out, IPv4-mapped addresses with dots. */
function formatInet6(view: DataView, offset: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(offset + 2 * i))
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (mapped) {
    const bytes = Array.from({ length: 4 }, (_, i) => view.getUint8(offset + 12 + i))
    return `::ffff:${bytes.join('.')}`
  }
  const zeros = longestZeros(groups)
  const text = (part: number[]): string => part.map((group) => group.toString(16)).join(':')
  if (zeros.length < 2) return text(groups)
  return `${text(groups.slice(0, zeros.start))}::${text(groups.slice(zeros.start + zeros.length))}`
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  groups.forEach((group, i) => {
    if (group !== 0) start = i + 1
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start }
  })
  return best
}
