/** What goes on in the frame without anybody asking: visibility, the clock, the ledger, files from outside, density. */
import { onScopeDispose, watch, watchEffect } from 'vue'
import { usePlatform } from '@renderer/platform/current'
import { useConnection } from '@renderer/stores/connection'
import { useFrame } from '@renderer/stores/frame'
import { useLedger } from '@renderer/stores/ledger'
import { useSessions } from '@renderer/stores/sessions'
import { useSettings } from '@renderer/stores/settings'
import { useToasts } from '@renderer/stores/toasts'
import { every, everyNews } from './every'

/** The clock that tells whether a sample is old. */
const CLOCK_MS = 1000
/** The ledger is a sentence that people read: once a second is enough. */
const LEDGER_MS = 1000

/** Call in the setup of the frame. */
export function useFrameLife(): void {
  const platform = usePlatform()
  const frame = useFrame()
  const connection = useConnection()
  const sessions = useSessions()
  const ledger = useLedger()
  const settings = useSettings()
  const toasts = useToasts()

  const onVisibility = (): void => {
    frame.hidden = document.visibilityState === 'hidden'
  }
  document.addEventListener('visibilitychange', onVisibility)
  watch(
    () => frame.hidden,
    (hidden) => void platform.store.request('visibility', { visible: !hidden }),
  )

  every(CLOCK_MS, () => connection.tickClock(Date.now()))
  everyNews(LEDGER_MS, async () => {
    await ledger.refresh()
    return true
  })
  watch(
    () => sessions.activeId,
    () => void ledger.refresh(),
  )

  watchEffect(() => {
    document.documentElement.dataset.density = settings.density
    const session = sessions.active
    document.title = session && !sessions.live ? `${session.title} – Auditscope` : 'Auditscope'
  })

  const unsubscribe = [
    platform.on('openFiles', ({ paths }) => void openFiles(paths)),
    platform.on('problem', ({ message, hint, solved }) => {
      toasts.show(solved ? `Solved: ${message}` : message, {
        kind: solved ? 'ok' : 'warning',
        text: solved ? '' : hint,
      })
    }),
    platform.on('notice', (notice) => {
      toasts.show(notice.message, { kind: 'note' })
    }),
  ]
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onVisibility)
    for (const end of unsubscribe) end()
  })

  async function openFiles(paths: string[]): Promise<void> {
    const result = await sessions.open(paths)
    if (!result.ok) toasts.failure(result, 'The file could not be opened')
    // Who asked for the overview, by `--view`, keeps it.
    else if (frame.view === 'overview' && settings.info?.view !== 'overview') frame.go('events')
  }
}
