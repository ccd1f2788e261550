import { decodeUtf8, hexToBytes, latin1Bytes } from '../text'
import { TERMINAL_KEYS } from '../tables/generated/terminal-keys'

/** Text whose bytes are the characters of `raw`, decoded. */
function fromRaw(raw: string): string {
  return ASCII.test(raw) ? raw : decodeUtf8(latin1Bytes(raw))
}
const ASCII = /^[\x00-\x7f]*$/

/**
 * An untrusted string: quoted, or hexadecimal, or (from user space) anything. `(null)` stays, as ausearch shows it.
 * @param raw one character a byte
 */
export function textValue(raw: string): string {
  if (raw.startsWith('"'))
    return fromRaw(raw.slice(1, raw.endsWith('"') && raw.length > 1 ? -1 : undefined))
  // An abstract socket's name begins with a zero byte, which is not part of what people call it.
  const bytes = hexToBytes(raw.startsWith('00') && raw.length > 2 ? raw.slice(2) : raw)
  return bytes === undefined ? fromRaw(raw) : decodeUtf8(bytes)
}

/** A command line: arguments are parted by NUL bytes, which become spaces. */
export function proctitleValue(raw: string): string {
  const bytes = raw.startsWith('"') ? undefined : hexToBytes(raw)
  return bytes === undefined ? textValue(raw) : decodeUtf8(bytes).replaceAll('\0', ' ')
}

/** A command line as its arguments. The kernel cuts it at 128 bytes. */
export function proctitleArguments(raw: string): string[] {
  const bytes = raw.startsWith('"') ? undefined : hexToBytes(raw)
  if (bytes === undefined) return [textValue(raw)]
  const text = decodeUtf8(bytes)
  return (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0')
}

/** Keys of rules, parted by U+0001. */
export function keyValue(raw: string): string {
  return textValue(raw)
}

/** What was typed: names of keys in angle brackets, the rest quoted, all parted by commas. */
export function keystrokesValue(raw: string): string {
  const bytes = hexToBytes(raw)
  if (bytes === undefined) return fromRaw(raw)
  const parts: string[] = []
  let typed = ''
  const flush = (): void => {
    if (typed !== '') parts.push(`"${typed}"`)
    typed = ''
  }
  for (let i = 0; i < bytes.length;) {
    const key = keyAt(bytes, i)
    if (key === undefined) {
      typed += typedCharacter(bytes[i++]!)
    } else {
      flush()
      parts.push(`<${key.name}>`)
      i += key.length
    }
  }
  flush()
  return parts.join(',')
}

const CONTROL_NAMES = new Map([
  [0x08, 'backspace'],
  [0x09, 'tab'],
  [0x0a, 'nl'],
  [0x0d, 'ret'],
  [0x1b, 'esc'],
  [0x7f, 'backspace'],
])

/** The key whose sequence starts at i: a terminal's own, longest first, or a control character. */
function keyAt(bytes: Uint8Array, i: number): { name: string; length: number } | undefined {
  const byte = bytes[i]!
  if (byte >= 0x20 && byte !== 0x7f) return undefined
  if (byte === 0x1b) {
    for (const [sequence, name] of TERMINAL_KEYS) {
      let k = 0
      while (k < sequence.length && sequence.charCodeAt(k) === bytes[i + k]) k++
      if (k === sequence.length) return { name, length: k }
    }
  }
  return { name: CONTROL_NAMES.get(byte) ?? `^${String.fromCharCode(byte + 0x40)}`, length: 1 }
}

function typedCharacter(byte: number): string {
  if (byte > 0x7e) return `\\${byte.toString(8).padStart(3, '0')}`
  const character = String.fromCharCode(byte)
  return character === '\\' || character === '"' ? `\\${character}` : character
}
