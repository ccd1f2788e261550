/** Values that are numbers. */
import { nearest } from '../nearest'
import { COMPARISONS } from './fields'
import { ADDRESS_FAMILIES, ERRNO, MAX_ADDRESS_FAMILY } from './names'
import { UNSET } from './model'
import { readNumber, startsNegative, startsWithDigit } from './number'
import { refusal, value, warning, type Input, type ReadValue } from './value-result'

/** A number, with a warning where auditctl silently reads something else than what is written. */
export function number({ field, text }: Input, kind: 'signed' | 'unsigned'): ReadValue {
  const read = readNumber(text, kind)
  if (read.length < text.length) {
    const rest = text.slice(read.length)
    const kept = text.slice(0, read.length) || '0'
    return value(
      read.value,
      warning(
        'trailing-text',
        `auditctl reads only the \`${kept}\` of \`${text}\` and ignores \`${rest}\`.`,
        `Write the number for \`${field}\` alone.`,
        kept,
      ),
    )
  }
  if (!read.fits)
    return value(
      read.value,
      warning(
        'too-large',
        `\`${text}\` does not fit into 32 bits; the kernel gets ${read.value}.`,
        'Write a value of at most 4294967295.',
      ),
    )
  if (read.octal && read.value !== Number(text))
    return value(
      read.value,
      warning(
        'octal',
        `\`${text}\` begins with 0 and is read as octal: ${read.value}.`,
        'Write it in decimal or with 0x.',
        String(read.value),
      ),
    )
  return value(read.value)
}

/** A number, and nothing else. */
export function requireNumber(input: Input, kind: 'signed' | 'unsigned'): ReadValue {
  if (startsWithDigit(input.text)) return number(input, kind)
  const words: Readonly<Record<string, string>> = { yes: '1', true: '1', no: '0', false: '0' }
  const better = input.field === 'success' ? (words[input.text.toLowerCase()] ?? null) : null
  return refusal(
    'not-a-number',
    `\`${input.field}\` takes a number, and \`${input.text}\` is none.`,
    better === null ? '' : `Write ${better}.`,
    better,
  )
}

/** The number of a comparison, for lists on which auditctl takes no -C. */
export function readComparisonNumber(input: Input): ReadValue {
  const read = requireNumber(input, 'signed')
  if (COMPARISONS[read.value] || read.problems.length > 0) return read
  return value(
    read.value,
    warning(
      'no-comparison',
      `There is no comparison ${read.value}, and the kernel writes a warning to its log whenever it looks at this rule.`,
      'Write the two fields with -C.',
    ),
  )
}

/** An argument of a syscall: 32 bits of it, with a sign when it is written so. */
export function readArgument(input: Input): ReadValue {
  if (startsWithDigit(input.text)) return number(input, 'unsigned')
  if (startsNegative(input.text)) return number(input, 'signed')
  return refusal(
    'not-a-number',
    `\`${input.field}\` takes a number, and \`${input.text}\` is none.`,
    'Write the number of the constant; strings cannot be compared, the kernel sees only their address.',
  )
}

/** What a syscall returns: a number, or the name of an error. */
export function readExit(input: Input): ReadValue {
  const { text } = input
  if (startsWithDigit(text) || startsNegative(text)) return number(input, 'signed')
  const negative = text.startsWith('-')
  const name = negative ? text.slice(1) : text
  const errno = ERRNO.number(name)
  if (errno === null) {
    const better = nearest(name, ERRNO.all)
    return refusal(
      'unknown-errno',
      `Errno \`${name}\` is not known${better === null ? '.' : `; did you mean \`${better}\`?`}`,
      '',
      better === null ? null : `-${better}`,
    )
  }
  if (negative) return value(-errno >>> 0)
  return value(
    errno,
    warning(
      'positive-errno',
      `\`exit=${text}\` matches syscalls that return ${errno}, not those that fail with ${text}.`,
      `A failed syscall returns the negative number: write -${name}.`,
      `-${name}`,
    ),
  )
}

/** A session id; `unset` for none. */
export function readSession(input: Input): ReadValue {
  const { text } = input
  if (startsWithDigit(text)) return number(input, 'unsigned')
  if (startsNegative(text)) return number(input, 'signed')
  if (text === 'unset') return value(UNSET)
  return value(
    0,
    warning(
      'read-as-zero',
      `auditctl takes \`${text}\` for session 0.`,
      'Write a number or unset.',
      nearest(text, ['unset']),
    ),
  )
}

/** An address family, by its number. */
export function readFamily(input: Input): ReadValue {
  const { text } = input
  const named = ADDRESS_FAMILIES.number(text)
  if (named !== null && readNumber(text, 'unsigned').length === 0)
    return value(
      named,
      warning(
        'family-name',
        `auditctl does not know names of address families and takes \`${text}\` for 0.`,
        `Write ${named} when auditctl also loads this rule.`,
        String(named),
      ),
    )
  const read = number(input, 'unsigned')
  return read.value > MAX_ADDRESS_FAMILY
    ? refusal(
        'too-large',
        `\`${text}\` is no address family; the largest is ${MAX_ADDRESS_FAMILY}.`,
        'Common ones: 1 unix, 2 IPv4, 10 IPv6, 16 netlink, 17 packet.',
      )
    : read
}
