import { StringCache } from '../event/strings'
import { FieldScan, untrustedText } from '../record'

/**
 * What auditd resolved when it wrote a record (`UID="alice"`, after the separator). It knew the machine, and the time:
 * for users and groups it counts before anybody else. auditd adds one for each field it resolves, in their order, so the
 * second `UID` belongs to the second `uid`.
 */
export class ResolvedNames {
  private readonly scan = FieldScan.ofResolved()
  private readonly texts = new StringCache(untrustedText)

  /** Reads the resolved part of the record that `fields` has scanned and that goes to `end`; false when it has none. */
  load(fields: FieldScan, end: number): boolean {
    if (fields.enriched < 0) return false
    this.scan.scan(fields.bytes, fields.enriched, end)
    return this.scan.count > 0
  }

  /**
   * The name that auditd found for the i-th field; undefined when there is none, or when auditd did not know it either
   * (`unknown(1234)`): the machine that reads may.
   */
  of(fields: FieldScan, i: number): string | undefined {
    const { scan } = this
    const id = fields.ids[i]!
    let at = scan.find(id)
    if (at < 0) return undefined
    if (fields.find(id) !== i) at = nth(scan, id, turnOf(fields, id, i))
    if (at < 0) return undefined
    const text = this.texts.get(scan.bytes, scan.valueStart[at]!, scan.valueEnd[at]!)
    return text.startsWith('unknown') ? undefined : text
  }
}

/** How many fields of this id stand before the i-th field. */
function turnOf(fields: FieldScan, id: number, i: number): number {
  let turn = 0
  for (let k = 0; k < i; k++) if (fields.ids[k] === id) turn++
  return turn
}
/** The index of the (turn + 1)-th field of this id, or -1. */
function nth(scan: FieldScan, id: number, turn: number): number {
  for (let k = 0, left = turn; k < scan.count; k++) if (scan.ids[k] === id && left-- === 0) return k
  return -1
}
