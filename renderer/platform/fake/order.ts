/** The order of fake events: sorted by a column, and those that belong together with one. */
import type { StoreArgs } from '@contract/store'
import type { FakeEvent } from './events'

type Sort = NonNullable<StoreArgs<'query.start'>['sort']>

/** Events by a column, up or down; of equal ones the first comes first, and those without a value are the last. */
export function sorted(events: readonly FakeEvent[], { column, descending }: Sort): FakeEvent[] {
  const valueOf = ({ row }: FakeEvent): string | number =>
    (row as unknown as Record<string, string | number | null>)[column] ?? ''
  const up = descending ? -1 : 1
  return [...events].sort((a, b) => {
    const [one, other] = [valueOf(a), valueOf(b)]
    if (one === other) return a.row.seq - b.row.seq
    if (one === '' || other === '') return one === '' ? 1 : -1
    return one < other ? -up : up
  })
}

const SAME: Record<
  Exclude<StoreArgs<'related'>['by'], 'ancestors'>,
  (event: FakeEvent) => string | number | null
> = {
  process: ({ row }) => row.pid,
  session: ({ row }) => row.ses,
  file: ({ row }) => row.object,
  key: ({ row }) => row.key,
}

/** Events around one that share something with it: half of them before it, and itself. */
export function relatedTo(
  event: FakeEvent,
  events: readonly FakeEvent[],
  by: StoreArgs<'related'>['by'],
  limit: number,
): FakeEvent[] {
  if (by === 'ancestors') return []
  const value = SAME[by](event)
  if (value === null || value === '') return [event]
  const same = events.filter((other) => SAME[by](other) === value)
  const at = same.indexOf(event)
  const half = Math.floor(limit / 2)
  const before = Math.min(at, Math.max(half, limit - (same.length - at)))
  return same.slice(at - before, at - before + limit)
}
