/** Repeats something while the component lives, the window can be seen, and the last run has ended. */
import { onScopeDispose, watch } from 'vue'
import { useActivity } from '@renderer/stores/activity'
import { useFrame } from '@renderer/stores/frame'

/**
 * Runs `work` now and then every `ms` after it has ended. Nothing runs while the window is hidden; it runs at once when
 * it is shown again.
 */
export function every(ms: number, work: () => void | Promise<void>): void {
  const frame = useFrame()
  let timer: ReturnType<typeof setTimeout> | undefined
  let round = 0

  async function run(mine: number): Promise<void> {
    await work()
    if (mine === round) timer = setTimeout(() => void run(mine), ms)
  }

  watch(
    () => frame.hidden,
    (hidden) => {
      clearTimeout(timer)
      round++
      if (!hidden) void run(round)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    round++
  })
}

/** Rates and late losses are still on their way for a while after the last record, ms. */
const SETTLE_MS = 5000
/** While nothing happens, what moves with the time alone is brought up to date this often, ms. */
const STILL_MS = 15_000

/** Whether a question whose answer changes only when something happens is worth asking again. */
export interface News {
  /** Something happened since it was last asked, or lately, or it was last answered more than 15 s ago. */
  due: () => boolean
  /** It was answered. */
  answered: () => void
}

/** Looks at what happens (stores/activity.ts). Call it in a setup. */
export function useNews(): News {
  const activity = useActivity()
  let mark = ''
  let newsAt = 0
  let answeredAt = 0
  return {
    due: () => {
      const now = Date.now()
      if (activity.mark !== mark) {
        mark = activity.mark
        newsAt = now
        return true
      }
      return now - newsAt <= SETTLE_MS || now - answeredAt >= STILL_MS
    },
    answered: () => {
      answeredAt = Date.now()
    },
  }
}

/**
 * Like {@link every}, for questions whose answers change only when something happens: while nothing does, `work` runs
 * every 15 s. It answers whether it asked; when it did not, it is called again.
 */
export function everyNews(ms: number, work: () => Promise<boolean>): void {
  const news = useNews()
  every(ms, async () => {
    if (news.due() && (await work())) news.answered()
  })
}
