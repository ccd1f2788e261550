/** Values that are strings: paths, labels, keys. */
import { byteLength } from './bytes'
import { MAX_KEY_BYTES, MAX_STRING_BYTES } from './model'
import { refusal, warning, type Input, type ReadValue, type ValueProblem } from './value-result'

/** A string of at most the length of a path. */
export function readString({ field, text }: Input): ReadValue {
  const length = byteLength(text)
  if (length > MAX_STRING_BYTES)
    return refusal(
      'too-long',
      `The value of \`${field}\` has ${length} bytes; at most ${MAX_STRING_BYTES} are possible.`,
    )
  return { value: length, text, problems: [] }
}

/** A key. */
export function readKeyText(input: Input): ReadValue {
  const read = readString(input)
  return read.value > MAX_KEY_BYTES
    ? refusal(
        'key-too-long',
        `The key has ${read.value} bytes; at most ${MAX_KEY_BYTES} are possible.`,
        'Write a shorter key.',
      )
    : read
}

/** A path, with what is odd about it. */
export function readPath(input: Input): ReadValue {
  const read = readString(input)
  return read.problems.length > 0 ? read : { ...read, problems: pathProblems(input.text) }
}

/** What is odd about a path, though auditctl takes it. */
export function pathProblems(path: string): ValueProblem[] {
  const problems: ValueProblem[] = []
  if (/(^|\/)\.\.(\/|$)/.test(path))
    problems.push(
      warning(
        'relative-path',
        `\`${path}\` has a \`..\` in it, which never matches.`,
        'Write the full path.',
      ),
    )
  if (/[*?]/.test(path))
    problems.push(
      warning(
        'wildcard',
        `\`${path}\` has a wildcard, which the kernel takes for part of the name.`,
        'Watch the directory instead.',
      ),
    )
  if (/^["'].*["']$/.test(path))
    problems.push(
      warning(
        'quoted',
        'The quotes are part of the value: rules have no quotes.',
        'Leave them out.',
        path.slice(1, -1),
      ),
    )
  return problems
}
