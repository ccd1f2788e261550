/** The theme in force: the desktop's, or the one that the user chose. Main knows both and tells. */
import { readonly, ref } from 'vue'
import { usePlatform } from '@renderer/platform/current'

const dark = ref(false)

/** Follows main's word, and the desktop's until it comes. Call once, before the app is mounted. */
export function followTheme(): void {
  const desktop = window.matchMedia('(prefers-color-scheme: dark)')
  apply(desktop.matches)
  desktop.addEventListener('change', (event) => apply(event.matches))
  usePlatform().on('theme', (theme) => apply(theme.dark))
}

function apply(wanted: boolean): void {
  dark.value = wanted
  document.documentElement.dataset.theme = wanted ? 'dark' : 'light'
}

/** Whether the dark theme is in force. */
export function useTheme(): { dark: Readonly<typeof dark> } {
  return { dark: readonly(dark) }
}

/** The value of a token, for canvases; read it again when the theme changes. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}
