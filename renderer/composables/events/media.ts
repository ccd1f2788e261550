/** Whether the window is at most so wide. */
import { onScopeDispose, ref, type Ref } from 'vue'

export function useNarrow(px: number): Readonly<Ref<boolean>> {
  const query = window.matchMedia(`(max-width: ${px}px)`)
  const narrow = ref(query.matches)
  const change = (): void => {
    narrow.value = query.matches
  }
  query.addEventListener('change', change)
  onScopeDispose(() => query.removeEventListener('change', change))
  return narrow
}
