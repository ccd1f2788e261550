/** Why the grid is empty, and the one next step. */
import { computed, type ComputedRef } from 'vue'
import { compileQuery } from '@native/audit/query'
import { useConnection } from '@renderer/stores/connection'
import { useFilter } from '@renderer/stores/filter'
import { useFrame } from '@renderer/stores/frame'
import { useSessions } from '@renderer/stores/sessions'
import { queryNames } from './query-names'
import { useEventSource } from './source'

export interface EmptyWords {
  title: string
  text: string
  action: { label: string; run: () => void } | null
}

/** Null while there are rows, or while it is not known yet whether there are any. */
export function useEmptyWords(): ComputedRef<EmptyWords | null> {
  const events = useEventSource()
  const sessions = useSessions()
  const filter = useFilter()
  const frame = useFrame()
  const connection = useConnection()

  return computed(() => {
    const { source } = events
    if (source === null || !source.done || source.range.next > source.range.first) return null
    const session = sessions.active
    const held = session === null ? 0 : session.next - session.first
    if (filter.active && held > 0) {
      return {
        title: 'No event fits the filter',
        text:
          doubtOf(filter.query) || 'Filters hide, they do not delete: all events are still there.',
        action: { label: 'Remove filter and time range', run: () => filter.clear() },
      }
    }
    if (!sessions.live) return fileWords(session?.state === 'reading')
    if (!connection.connected) {
      return {
        title: 'Not connected',
        text: 'Events arrive once Auditscope is connected.',
        action: null,
      }
    }
    return {
      title: 'No events yet',
      text: 'Auditing is connected. Events appear when something happens that a rule records.',
      action: { label: 'Find out why', run: () => frame.go('diagnosis') },
    }
  })
}

/** What is odd about a filter that lets nothing through: a field that does not exist, a name that is not known. */
function doubtOf(query: string): string {
  const { problems } = compileQuery(query, { now: Date.now(), names: queryNames })
  return problems[0]?.message ?? ''
}

function fileWords(reading: boolean): EmptyWords {
  return reading
    ? { title: 'Reading the file', text: 'The first events appear in a moment.', action: null }
    : { title: 'The file holds no events', text: 'No line of it is an audit record.', action: null }
}
