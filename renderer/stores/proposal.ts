/** The settings that the user proposes on the Limits page, and applying them. Kept while other views are open. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { confirmWords, dangers, type DangerContext } from '@native/audit/settings/dangers'
import { refusals, settingDiff } from '@native/audit/settings/changes'
import { profileInForce, PROFILES, type Profile } from '@native/audit/settings/profiles'
import { settingValues, type SettingChoice, type SettingKey } from '@native/audit/settings/settings'
import { ok, type Result } from '@native/audit/result'
import { useConnection } from './connection'
import { useHistory } from './history'
import { useToasts } from './toasts'

export const useProposal = defineStore('proposal', () => {
  const connection = useConnection()
  const history = useHistory()
  const toasts = useToasts()

  const choice = shallowRef<SettingChoice>({})
  /** Settings whose typed text is no number, with what is wrong: nothing is applied while there are any. */
  const invalid = shallowRef<Partial<Record<SettingKey, string>>>({})
  /** The profile that was chosen; its mode is entered first. */
  const profile = shallowRef<Profile | null>(null)
  /** Changes outlive Auditscope. */
  const keep = ref(false)
  const busy = ref(false)

  const kernel = computed(() => connection.sample?.kernel ?? null)
  const current = computed(() => (kernel.value ? settingValues(kernel.value) : null))
  const hz = computed(() => connection.sample?.hz ?? connection.current.hello?.hz ?? 250)
  const daemon = computed(() => connection.sample?.daemon ?? null)
  const context = computed<DangerContext>(() => {
    const other = daemon.value !== null && daemon.value.pid !== connection.current.pid
    return {
      hz: hz.value,
      otherDaemon: other ? `${daemon.value!.comm} (pid ${daemon.value!.pid})` : null,
      daemonRegistered: daemon.value !== null,
      backlog: kernel.value?.backlog ?? 0,
      memoryBytes: null,
    }
  })

  const diff = computed(() =>
    current.value ? settingDiff(current.value, choice.value, hz.value) : [],
  )
  const found = computed(() =>
    current.value ? dangers(current.value, choice.value, context.value) : [],
  )
  const refused = computed(() =>
    current.value ? refusals(current.value, choice.value, hz.value) : [],
  )
  const inForce = computed(() =>
    current.value && connection.current.mode
      ? profileInForce(current.value, connection.current.mode, hz.value)
      : null,
  )
  const modeChange = computed(() =>
    profile.value && profile.value.mode !== connection.current.mode ? profile.value.mode : null,
  )

  function propose(key: SettingKey, value: number | null, problem = ''): void {
    const { [key]: _was, ...others } = choice.value
    choice.value = value === null ? others : { ...others, [key]: value }
    const { [key]: _wrong, ...rest } = invalid.value
    invalid.value = problem ? { ...rest, [key]: problem } : rest
    profile.value = null
  }

  function chooseProfile(chosen: Profile): void {
    if (!current.value) return
    choice.value = chosen.settings(current.value, hz.value)
    invalid.value = {}
    profile.value = chosen
  }

  function reset(): void {
    choice.value = {}
    invalid.value = {}
    profile.value = null
  }

  async function send(settings: SettingChoice, words: ('panic' | 'lock')[]): Promise<Result<null>> {
    const result = await connection.set({
      ...settings,
      keep: keep.value,
      confirm: words,
    })
    return result.ok ? ok(null) : result
  }

  /** Applies the proposal: the mode first, then the settings. The confirmations must have been given before. */
  async function apply(): Promise<Result<null>> {
    busy.value = true
    try {
      if (modeChange.value) {
        const switched = await connection.connect(modeChange.value)
        if (!switched.ok) return switched
      }
      const before = Object.fromEntries(diff.value.map(({ key, from }) => [key, from]))
      const after = Object.fromEntries(diff.value.map(({ key, to }) => [key, to]))
      if (diff.value.length > 0) {
        const result = await send(after, confirmWords(found.value))
        if (!result.ok) return result
        recordStep(before, after)
      }
      reset()
      return ok(null)
    } finally {
      busy.value = false
    }
  }

  /** Lets the change be undone, unless one direction of it needs a typed word or locks. */
  function recordStep(before: SettingChoice, after: SettingChoice): void {
    if ([before.failure, after.failure].includes(2) || after.enabled === 2) return
    history.push({
      label: 'Settings changed',
      undo: () => void again(before),
      redo: () => void again(after),
    })
  }

  async function again(settings: SettingChoice): Promise<void> {
    const result = await send(settings, [])
    if (!result.ok) toasts.failure(result, 'The settings were not changed')
  }

  return {
    choice,
    invalid,
    profile,
    keep,
    busy,
    current,
    context,
    hz,
    diff,
    dangers: found,
    refusals: refused,
    profiles: PROFILES,
    inForce,
    modeChange,
    /** Whether there is something to apply, and nothing against it. */
    applicable: computed(
      () =>
        (diff.value.length > 0 || modeChange.value !== null) &&
        refused.value.length === 0 &&
        Object.keys(invalid.value).length === 0,
    ),
    propose,
    chooseProfile,
    reset,
    apply,
  }
})
