/** Network addresses and networks (CIDR), compared as bytes so that every way to write one is the same. */

/** A network: the first `bits` of `bytes` count. An address is a network of all its bits. */
export interface Network {
  /** 4 or 16 bytes. */
  bytes: readonly number[]
  bits: number
}

function parseIpv4(text: string): number[] | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  const bytes = parts.map((part) => (/^(?:0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256))
  return bytes.every((byte) => byte <= 255) ? bytes : null
}

function parseIpv6(text: string): number[] | null {
  const bare = text.replace(/%[\w.-]+$/, '')
  const halves = bare.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map(groups)
  if (head === null || head === undefined || tail === null) return null
  if (tail === undefined) return head.length === 16 ? head : null
  const missing = 16 - head.length - tail.length
  return missing >= 2 ? [...head, ...new Array<number>(missing).fill(0), ...tail] : null
}

/** Bytes of colon-separated groups, the last of which may be an IPv4 address. */
function groups(text: string): number[] | null {
  if (text === '') return []
  const bytes: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1
    const v4 = last && part.includes('.') ? parseIpv4(part) : null
    if (v4 !== null) bytes.push(...v4)
    else if (/^[0-9a-f]{1,4}$/i.test(part))
      bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255)
    else return null
  }
  return bytes
}

/** The bytes of an address, an IPv4 address mapped into IPv6 as IPv4; null when the text is none. */
export function parseAddress(text: string): readonly number[] | null {
  const bytes = parseIpv4(text) ?? (text.includes(':') ? parseIpv6(text) : null)
  if (
    bytes?.length === 16 &&
    bytes.slice(0, 10).every((byte) => byte === 0) &&
    bytes[10] === 255 &&
    bytes[11] === 255
  )
    return bytes.slice(12)
  return bytes
}

/** `address` or `address/bits`; null when the text is neither. */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/')
  const bytes = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (bytes === null) return null
  if (slash < 0) return { bytes, bits: bytes.length * 8 }
  const prefix = text.slice(slash + 1)
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.POSITIVE_INFINITY
  // The prefix of a mapped address counts the 96 bits of the mapping.
  const within = bytes.length === 4 && text.includes(':') ? bits - 96 : bits
  return within >= 0 && within <= bytes.length * 8 ? { bytes, bits: within } : null
}

/** Whether an address lies in a network of the same family. */
export function inNetwork(address: readonly number[], network: Network): boolean {
  if (address.length !== network.bytes.length) return false
  const whole = network.bits >> 3
  for (let index = 0; index < whole; index++) {
    if (address[index] !== network.bytes[index]) return false
  }
  const rest = network.bits & 7
  return rest === 0 || address[whole]! >> (8 - rest) === network.bytes[whole]! >> (8 - rest)
}
