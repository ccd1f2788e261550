/** `auditscope status`: what AUDIT_GET and AUDIT_GET_FEATURE answer, in words or as JSON. */
import { counted, grouped } from '@native/audit/numbers'
import { ok, type Result } from '@native/audit/result'
import { SETTINGS, type SettingKey } from '@native/audit/settings/settings'
import { jiffiesText, valueText } from '@native/audit/settings/words'
import { bitmapFeatures, type SwitchState } from '@native/audit/status/features'
import type { AuditStatus } from '@native/audit/status/status'
import { command } from '../command'
import { escapeForDisplay } from '@native/audit/text'
import type { KernelSession } from '../machine'
import { withRootHint } from '../refusal'

/** What the command shows; as JSON it is printed as it is. */
export interface StatusReport {
  kernel: { release: string; machine: string }
  /** Jiffies per second: divides `backlogWaitTime` and `backlogWaitTimeActual` into seconds. */
  hz: number
  status: AuditStatus
  /** The registered audit daemon; null when there is none. `comm` is empty when no such process exists. */
  daemon: { pid: number; comm: string } | null
  /** What the kernel's bitmap says that it can do. */
  abilities: string[]
  /** The switches of AUDIT_GET_FEATURE; null where the kernel has none. */
  features: SwitchState[] | null
}

export const status = command({
  name: 'status',
  summary: 'Show the state of the kernel’s audit subsystem.',
  flags: { json: { kind: 'switch', help: 'Print one JSON object; times are in jiffies.' } },
  async run({ flags, io }) {
    const session = await io.machine.kernel()
    if (!session.ok) return session
    const report = await readStatus(session.value)
    if (!report.ok) return withRootHint(report)
    await io.out.write(flags.json ? JSON.stringify(report.value) + '\n' : statusText(report.value))
    return ok(null)
  },
})

/** Asks the kernel. */
export async function readStatus(session: KernelSession): Promise<Result<StatusReport>> {
  const answer = await session.api.status()
  if (!answer.ok) return answer
  const switches = await session.api.switches()
  const { pid, featureBitmap } = answer.value
  return ok({
    kernel: session.kernel,
    hz: session.hz,
    status: answer.value,
    daemon: pid === 0 ? null : { pid, comm: session.processName(pid) },
    abilities: featureBitmap === null ? [] : bitmapFeatures(featureBitmap).map(({ name }) => name),
    features: switches.ok ? switches.value : null,
  })
}

/** The report as lines of `name  value`, with the kernel's own names. */
export function statusText(report: StatusReport): string {
  const { status: values, hz, daemon, features } = report
  const setting = (key: SettingKey): string => {
    const value = values[key]
    return value === null ? 'not known to this kernel' : valueText(key, value, hz)
  }
  const limit = values.backlogLimit === 0 ? 'no limit' : grouped(values.backlogLimit)
  const waited = values.backlogWaitTimeActual
  const rows: [string, string][] = [
    ['enabled', setting('enabled')],
    ['daemon', daemon === null ? 'none' : `${daemon.comm || 'no such process'} (${daemon.pid})`],
    ['backlog', `${grouped(values.backlog)} of ${limit}`],
    ['lost', counted(values.lost, 'record')],
    ...SETTINGS.filter(({ key }) => key !== 'enabled').map(
      ({ key, kernelName }): [string, string] => [kernelName, setting(key)],
    ),
    ['waited', waited === null ? 'not known to this kernel' : jiffiesText(waited, hz)],
    ...(features ?? []).map(({ name, enabled, locked }): [string, string] => [
      name,
      `${enabled ? 'on' : 'off'}${locked ? ', locked' : ''}`,
    ]),
    ['kernel', `${report.kernel.release} ${report.kernel.machine}`],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${escapeForDisplay(value)}\n`).join('')
}
