// A helper without a kernel: greets, answers every command by what its first argument says, ends with its stdin.
'use strict'
const behaviour = JSON.parse(process.argv[2] ?? '{}')
const FRAME = { command: 1, hello: 2, reply: 3, status: 4, notice: 5, records: 6 }

function send(kind, payload) {
  const header = Buffer.alloc(5)
  header.writeUInt32LE(payload.length)
  header[4] = kind
  process.stdout.write(Buffer.concat([header, payload]))
}
const sendJson = (kind, value) => send(kind, Buffer.from(JSON.stringify(value)))

if (behaviour.exitBeforeHello !== undefined) {
  process.stderr.write(behaviour.stderr ?? '')
  process.exit(behaviour.exitBeforeHello)
}
sendJson(FRAME.hello, {
  protocol: 1,
  version: '0.0.0',
  pid: process.pid,
  kernel: { release: '6.1.0', machine: 'x86_64' },
  hz: 250,
  access: behaviour.access ?? 'control',
  problem: behaviour.problem ?? null,
  authorized: behaviour.authorized ?? true,
  status: null,
  daemon: null,
  leftovers: behaviour.leftovers ?? [],
})

let input = Buffer.alloc(0)
process.stdin.on('data', (chunk) => {
  input = Buffer.concat([input, chunk])
  while (input.length >= 5 && input.length >= 5 + input.readUInt32LE()) {
    const length = input.readUInt32LE()
    const { id, name, args } = JSON.parse(input.subarray(5, 5 + length).toString())
    input = input.subarray(5 + length)
    const wanted = args.mode ? `${name} ${args.mode}` : name
    const isLocked = behaviour.authorized === false && behaviour.needControl?.includes(wanted)
    const refusal =
      behaviour.refuse?.[wanted] ?? (isLocked ? { code: 'control-locked', message: '' } : undefined)
    if (name === 'authorize' && !refusal) behaviour.authorized = true
    if (refusal) sendJson(FRAME.reply, { id, result: { ok: false, hint: '', ...refusal } })
    else sendJson(FRAME.reply, { id, result: { ok: true, value: { name, args } } })
    if (behaviour.tells) sendJson(FRAME.notice, { at: 0, type: 'told', message: name, args })
    if (name === 'subscribe' && !refusal) send(FRAME.records, Buffer.alloc(32, 1))
    if (behaviour.dieAfter === name) process.kill(process.pid, 'SIGKILL')
  }
})
process.stdin.on('end', () => process.exit(0))
