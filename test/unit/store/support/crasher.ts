/** A store that records until it is killed; prints how many records it has acknowledged, once there are some. */
import { recordCount } from '@native/audit/netlink/records-frame'
import { Store } from '../../../../electron/store/store'
import { AuditStream } from '../../../support/audit-stream'

const ENOUGH = 20_000
const sizes: { bytes: number; records: number }[] = []
let records = 0
let told = false
const store = new Store({
  reply: (reply) => {
    if (reply.kind !== 'ack') return
    records += sizes.shift()?.records ?? 0
    if (records < ENOUGH || told) return
    told = true
    process.stdout.write(`${records}\n`)
  },
})
store.host({
  kind: 'config',
  dataFolder: process.argv[2]!,
  memoryBudgetBytes: 2 ** 30,
  diskBudgetBytes: 2 ** 30,
  retentionDays: 0,
  maskSecrets: true,
})
const stream = new AuditStream({ seed: 99 })
let index = 0
setInterval(() => {
  const frame = stream.frame(100, index)
  index += recordCount(frame)
  sizes.push({ bytes: frame.byteLength, records: recordCount(frame) })
  store.host({ kind: 'records', bytes: frame as Uint8Array<ArrayBuffer> })
}, 1)
