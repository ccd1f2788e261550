/** One fake event, whole, as the inspector shows it. */
import type { EventDetail, RecordView } from '@contract/store'
import type { FakeEvent } from './events'

export function detailOf(event: FakeEvent, marked: boolean): EventDetail {
  const { row, records } = event
  const outcome = row.success ? '' : ` (${row.result})`
  return {
    row: { ...row, position: row.seq, marked },
    sentence: `${row.who} ${row.what} ${row.object}${outcome}`,
    who: [
      { label: 'User', value: row.who, filter: `user=${row.who.split(' ')[0]}` },
      { label: 'Process', value: `${row.comm} (${row.pid})`, filter: `pid=${row.pid}` },
      { label: 'Executable', value: row.exe, filter: `exe="${row.exe}"` },
      { label: 'Session', value: String(row.ses), filter: `ses=${row.ses}` },
    ],
    what: [
      {
        label: 'Call',
        value: row.event,
        filter: row.syscall ? `syscall=${row.syscall}` : `type=${row.type}`,
      },
      { label: 'Result', value: row.result, filter: `result=${row.result}` },
      { label: 'Key', value: row.key, filter: row.key ? `key=${row.key}` : '' },
    ],
    object: [{ label: 'Object', value: row.object, filter: '' }],
    records: records.map(recordView),
    chain: [
      { pid: row.ppid ?? 1, comm: 'bash', exe: '/usr/bin/bash', seq: null },
      { pid: 1, comm: 'systemd', exe: '/usr/lib/systemd/systemd', seq: null },
    ],
    completion: row.syscall ? 'proctitle' : 'single',
    note: '',
    hidden: false,
  }
}

function recordView(raw: string): RecordView {
  const type = /^type=(\w+)/.exec(raw)?.[1] ?? ''
  const body = raw.slice(raw.indexOf('): ') + 3)
  const fields = [...body.matchAll(/(\w+)=("[^"]*"|\S+)/g)].map(([, name, value]) => ({
    name: name!,
    raw: value!,
    value: value!.replace(/^"|"$/g, ''),
  }))
  return { type, raw, fields }
}
