/** The tree of a query, with the place of each part in the text: offsets in UTF-16 units, `to` exclusive. */
import type { Operator } from './fields'

export interface Span {
  from: number
  to: number
}

/** A value as written: the text after unquoting. An unquoted `*` stands for any text, a quoted one for itself. */
export interface Value {
  text: string
  quoted: boolean
  span: Span
}

/** `field op value`. `field` is lower case, an alias not yet resolved. */
export interface Compare {
  kind: 'compare'
  field: string
  fieldSpan: Span
  operator: Operator
  operatorSpan: Span
  value: Value
  span: Span
}

/** `field in (a, b)`: the same as `field=a or field=b`. */
export interface Among {
  kind: 'in'
  field: string
  fieldSpan: Span
  values: Value[]
  span: Span
}

/** A bare word: any text of the event contains it, ignoring case, or it is the event's pid, ppid or serial. */
export interface Words {
  kind: 'words'
  value: Value
  span: Span
}

export interface Junction {
  kind: 'and' | 'or'
  items: Node[]
  span: Span
}

export interface Negation {
  kind: 'not'
  item: Node
  span: Span
}

/** The empty query: everything. */
export interface Everything {
  kind: 'everything'
  span: Span
}

export type Condition = Compare | Among | Words
export type Node = Condition | Junction | Negation | Everything

/** Something wrong with a query. A query with an `error` cannot run; a `warning` says that it may not mean what it seems to. */
export interface Problem {
  severity: 'error' | 'warning'
  span: Span
  message: string
  /** A text that would put it right in place of the span, when one is likely. */
  fix: string | null
}
