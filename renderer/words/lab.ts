/** The lab's words for people. */
import { CALLS, type Consumer, type LabSettings } from '@native/audit/lab/settings'
import type { LabStage } from '@native/audit/lab/result'
import type { SelectOption } from '@renderer/components/base/Select.vue'
import { formatCount, formatDuration, formatQuantity } from '@renderer/format/number'

export const CONSUMER_OPTIONS: readonly SelectOption<Consumer>[] = [
  {
    value: 'naive',
    label: 'A client as first written',
    hint: 'Registered as the daemon, the default buffer, one record at a time.',
  },
  {
    value: 'observe',
    label: 'Auditscope, observe',
    hint: 'Multicast: nobody ever waits for it.',
  },
  {
    value: 'best-effort',
    label: 'Auditscope, best effort',
    hint: 'Registered as the daemon, with a wait time of 0.',
  },
  {
    value: 'never-lose',
    label: 'Auditscope, never lose',
    hint: 'Registered as the daemon, with waits, a large buffer and a raised priority.',
  },
]

export const consumerTitle = (consumer: Consumer): string =>
  CONSUMER_OPTIONS.find(({ value }) => value === consumer)!.label

export const CALL_OPTIONS: readonly SelectOption<LabSettings['call']>[] = [
  {
    value: 'unlink',
    label: 'unlink()',
    hint: `Of a file that is not there: ${CALLS.unlink.records} records each.`,
  },
  { value: 'getppid', label: 'getppid()', hint: `${CALLS.getppid.records} records each.` },
]

export const STAGE_TITLES: Record<LabStage, string> = {
  preparing: 'The load is being started',
  running: 'The load runs',
  draining: 'What waits in the kernel is taken',
  restoring: 'The kernel’s settings are put back',
}

/** An experiment in a line: `A client as first written · pause 1 ms · limit 8,192 · wait 1 min · 2,000 unlink()`. */
export function experimentLine(settings: LabSettings): string {
  const { consumer, delayMs, backlogLimit, waitSeconds, rateLimit, call, calls, processes } =
    settings
  return [
    consumerTitle(consumer),
    delayMs > 0 ? `pause ${formatDuration(delayMs)}` : '',
    `limit ${formatCount(backlogLimit)}`,
    `wait ${waitText(settings, waitSeconds)}`,
    rateLimit > 0 ? `rate ${formatCount(rateLimit)}/s` : '',
    `${processes > 1 ? `${formatQuantity(processes, 'process', 'processes')} × ` : ''}${formatCount(calls)} ${call}()`,
  ]
    .filter(Boolean)
    .join(' · ')
}

/** The mode best effort has no wait, whatever was asked for. */
export function waitText({ consumer }: LabSettings, seconds: number): string {
  return consumer === 'best-effort' ? '0' : seconds === 0 ? '0' : formatDuration(seconds * 1000)
}
