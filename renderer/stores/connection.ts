/** The connection to the helper, and its newest sample of the kernel's status. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Connection, Mode } from '@contract/ipc'
import { fail, type Result } from '@native/audit/result'
import type {
  CommandArgs,
  CommandName,
  CommandResult,
  Notice,
  StatusSample,
} from '@native/helper/protocol'
import { usePlatform } from '@renderer/platform/current'
import { helperCommand } from '@renderer/platform/platform'

const DISCONNECTED: Connection = {
  state: 'disconnected',
  mode: null,
  problem: null,
  control: null,
  pid: null,
  since: null,
  leftovers: [],
  hello: null,
}

/** Samples come twice a second; a newest one older than this is shown as stale. */
export const STALE_AFTER_MS = 3000

/** The sample with the kernel's status of the one before when that is the same: what shows it is not drawn again. */
function withKnownKernel(sample: StatusSample, before: StatusSample | null): StatusSample {
  const known = before?.kernel
  if (!known || JSON.stringify(known) !== JSON.stringify(sample.kernel)) return sample
  return { ...sample, kernel: known }
}

/** Notices kept for the list; the oldest go. */
const MAX_NOTICES = 200

export const useConnection = defineStore('connection', () => {
  const platform = usePlatform()
  const current = shallowRef<Connection>(DISCONNECTED)
  const sample = shallowRef<StatusSample | null>(null)
  const sampleAt = ref(0)
  const now = ref(Date.now())
  const notices = shallowRef<Notice[]>([])

  platform.on('connection', (connection) => {
    current.value = connection
    if (connection.state !== 'connected') sample.value = null
  })
  platform.on('status', (status) => {
    sample.value = withKnownKernel(status, sample.value)
    sampleAt.value = now.value = Date.now()
  })
  platform.on('notice', (notice) => {
    notices.value = [...notices.value, notice].slice(-MAX_NOTICES)
  })

  const connected = computed(() => current.value.state === 'connected')
  const control = computed(() => (connected.value ? current.value.control : null))
  const stale = computed(
    () => connected.value && sampleAt.value > 0 && now.value - sampleAt.value > STALE_AFTER_MS,
  )

  async function connect(mode: Mode): Promise<Result<Connection>> {
    const result = await platform.invoke('helper.connect', { mode })
    if (result.ok) current.value = result.value
    return result
  }

  async function disconnect(): Promise<Result<null>> {
    return platform.invoke('helper.disconnect', {})
  }

  /** Changes settings. What the kernel says afterwards is shown at once: the next sample comes half a second later. */
  async function set(settings: CommandArgs<'set'>): Promise<Result<CommandResult<'set'>>> {
    const result = await command('set', settings)
    if (result.ok && sample.value) sample.value = { ...sample.value, kernel: result.value.status }
    return result
  }

  /** One command of the helper's table; a Failure with `not-connected` without asking when there is no helper. */
  function command<N extends CommandName>(
    name: N,
    args: CommandArgs<N>,
  ): Promise<Result<CommandResult<N>>> {
    if (connected.value) return helperCommand(platform, name, args)
    return Promise.resolve(
      fail(
        'not-connected',
        'Auditscope is not connected to the kernel.',
        'Connect first; the button is in the toolbar.',
      ),
    )
  }

  return {
    current,
    sample,
    sampleAt,
    notices,
    connected,
    /** What the connection may do; null without one. */
    control,
    /** Whether settings and rules can be changed; while `control` is `locked` the first change asks for the password. */
    canChange: computed(() => control.value === 'full' || control.value === 'locked'),
    stale,
    /** Advances the clock that `stale` is judged by; the frame calls it once a second. */
    tickClock: (at: number): void => {
      now.value = at
    },
    connect,
    disconnect,
    command,
    set,
  }
})
