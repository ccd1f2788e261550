// A helper without a kernel: greets, answers commands, and sends the frames that its first argument names.
'use strict'
const {
  frames = [],
  refuse = null,
  dieAfterFrames = false,
  flood = 0,
  sample = null,
} = JSON.parse(process.argv[2])
const KIND = { hello: 2, reply: 3, status: 4, records: 6 }

const SAMPLE = sample ?? {
  at: Date.now(),
  mode: 'observe',
  subscription: 1,
  kernel: { lost: 0, backlog: 0, backlogLimit: 64, rateLimit: 0 },
  socket: { drops: 0 },
  drain: { records: 0 },
}

function send(kind, payload) {
  const header = Buffer.alloc(5)
  header.writeUInt32LE(payload.length)
  header[4] = kind
  return process.stdout.write(Buffer.concat([header, payload]))
}
const sendJson = (kind, value) => send(kind, Buffer.from(JSON.stringify(value)))

sendJson(KIND.hello, {
  protocol: 1,
  version: '0.0.0',
  pid: process.pid,
  kernel: { release: '6.1.0', machine: 'x86_64' },
  hz: 250,
  access: 'control',
  problem: null,
  status: null,
  daemon: null,
  leftovers: [],
})
let input = Buffer.alloc(0)
process.stdin.on('data', (chunk) => {
  input = Buffer.concat([input, chunk])
  while (input.length >= 5 && input.length >= 5 + input.readUInt32LE()) {
    const length = input.readUInt32LE()
    const { id, name } = JSON.parse(input.subarray(5, 5 + length).toString())
    input = input.subarray(5 + length)
    if (refuse !== null)
      return sendJson(KIND.reply, { id, result: { ok: false, hint: '', ...refuse } })
    sendJson(KIND.reply, { id, result: { ok: true, value: name === 'status' ? SAMPLE : {} } })
    if (name === 'subscribe') subscribed()
  }
})
process.stdin.on('end', () => process.exit(0))

function subscribed() {
  if (sample !== null) sendJson(KIND.status, sample)
  for (const frame of frames) send(KIND.records, Buffer.from(frame, 'base64'))
  for (let i = 0; i < flood; i++) send(KIND.records, Buffer.from(frames[0], 'base64'))
  if (dieAfterFrames) process.stdout.write('', () => process.kill(process.pid, 'SIGKILL'))
}
