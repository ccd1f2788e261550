/** The query language of the event browser: pure, shared by the renderer (while typing) and the store (running it). */
export type { Condition, Node, Problem, Span, Value } from './ast'
export { addChip, fromChips, removeChip, toChips, valueChip, wordsChip, type Chip } from './chips'
export { compileQuery, wordTest, type Compiled, type Plan, type WordTest } from './compile'
export { complete, valueOption, type Completion, type Option } from './complete'
export {
  fieldByName,
  fieldOrPlain,
  FIELDS,
  KINDS,
  OPERATORS,
  type Field,
  type FieldKind,
  type Operator,
} from './fields'
export { matchesPlan, type FieldValue, type QueryEvent } from './match'
export type { Names } from './names'
export { parseQuery, type Parsed } from './parser'
export { printCondition, printQuery, printValue, printWords } from './printer'
export type { FieldTest } from './test'
