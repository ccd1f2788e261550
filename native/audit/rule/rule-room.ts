/** What a rule that is being read can still take. */
import { hasFeature, type RuleFeature } from './context'
import type { Span } from './diagnostic'
import { type LineState } from './line-state'
import { MAX_FIELDS, type FieldName, type ListName, type RuleField } from './model'

/** Whether the rule can have one more field; complains when it cannot. */
export function hasRoom(state: LineState, span: Span): boolean {
  if (state.fields.length < MAX_FIELDS - 1) return true
  state.error(
    span,
    'too-many-fields',
    `A rule has at most ${MAX_FIELDS - 1} fields.`,
    'Split it into several rules.',
  )
  return false
}

/** Fields and lists that old kernels lack; auditctl asks before it sends. */
const FEATURE_OF_FIELD: Partial<Record<FieldName, RuleFeature>> = {
  exe: 'executablePath',
  sessionid: 'sessionIdFilter',
}

/** What of a field or a list the kernel lacks, in words; null when it has it. */
export function missingFeature(
  { context }: LineState,
  list: ListName,
  field: FieldName,
): string | null {
  const feature = FEATURE_OF_FIELD[field]
  if (feature !== undefined && !hasFeature(context, feature)) return `the field \`${field}\``
  if (list === 'filesystem' && !hasFeature(context, 'filesystemFilter'))
    return 'the filesystem list'
  if (list === 'exclude' && field !== 'msgtype' && !hasFeature(context, 'excludeExtend'))
    return 'other fields than `msgtype` on the exclude list'
  return null
}

/** Adds a field to the rule. */
export function push(state: LineState, { start, end }: Span, field: RuleField): void {
  state.fields.push(field)
  state.fieldPlaces.push({ start, end })
}
