/** Colours for rules: a tokenizer for CodeMirror's stream language. What is wrong is told by the parser, not by colours. */
import type { StringStream } from '@codemirror/language'

const OPERATOR = /^(!=|>=|<=|&=|=|>|<|&)/

/** The next token's kind, in the names of `@lezer/highlight`; null for plain text. */
export function tokenize(stream: StringStream): string | null {
  if (stream.sol() && stream.match(/^\s*#.*/)) return 'comment'
  if (stream.eatSpace()) return null
  const before = stream.string.slice(0, stream.pos)
  const option = /(?:^|\s)(-{1,2}[\w-]+)\s+(?:\S*[=<>&!,])?$/.exec(before)?.[1] ?? ''
  if (/(^|\s)$/.test(before) && stream.match(/^--?[A-Za-z][\w-]*/)) return 'keyword'
  if (stream.match(OPERATOR)) return 'operator'
  if (stream.match(/^-?(0x[0-9a-f]+|\d+)\b/i)) return 'number'
  if (option === '-F' && /\s$/.test(before) && stream.match(/^[\w]+/)) return 'propertyName'
  if (stream.match(/^[^\s=<>!&,]+/)) return option === '-k' || option === '-w' ? 'string' : null
  stream.next()
  return null
}
