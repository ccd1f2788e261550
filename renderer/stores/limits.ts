/** Which part of the Limits view is open; kept while other views are. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

export type LimitsTab = 'settings' | 'budget' | 'load'

export const useLimits = defineStore('limits', () => ({ tab: ref<LimitsTab>('settings') }))
