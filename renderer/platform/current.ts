/** The platform of this window, for components and for Pinia stores. */
import type { Platform } from './platform'

let current: Platform | null = null

/** Sets the platform; called once before the app is mounted, and by each test. */
export function setPlatform(platform: Platform): void {
  current = platform
}

/** The platform of this window. Throws when there is none: a mistake in the order of start-up. */
export function usePlatform(): Platform {
  if (!current) throw new Error('setPlatform was not called before the app was mounted.')
  return current
}
