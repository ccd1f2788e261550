/** What the running helper may still do, as the kernel sees it. */
import { spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { HelperClient } from '@native/helper/client'
import { KEPT_CAPABILITIES } from '@native/kernel/confine'
import { describeOnKernel } from './guard'
import { HELPER } from './helper'
import { startHelper } from './listen'

describeOnKernel('the confined helper', () => {
  it('has only the capabilities that it needs, in every thread, no new privileges, a filter and limits', async () => {
    const helper = await startHelper()
    const { pid } = helper.client.hello!
    const kept = Object.keys(KEPT_CAPABILITIES).reduce(
      (mask, bit) => mask | (1n << BigInt(bit)),
      0n,
    )
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8')
      const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)$`, 'm').exec(status)![1]!
      for (const set of ['CapEff', 'CapPrm', 'CapBnd']) {
        expect(BigInt(`0x${field(set)}`) & ~kept).toBe(0n)
      }
      expect(BigInt(`0x${field('CapInh')}`)).toBe(0n)
      expect(field('NoNewPrivs')).toBe('1')
      expect(field('Seccomp')).toBe('2')
    }
    expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('auditscope-help\n')
    const limits = readFileSync(`/proc/${pid}/limits`, 'utf8')
    expect(limits).toMatch(/^Max core file size\s+0\s+0/m)
    expect(limits).toMatch(/^Max open files\s+256\s+256/m)
    expect(limits).toMatch(/^Max file size\s+16777216\s+16777216/m)
  })

  it('inherits neither descriptors nor environment', async () => {
    const client = new HelperClient()
    const env = {
      ...process.env,
      NODE_OPTIONS: '--max-old-space-size=100',
      LD_LIBRARY_PATH: '/tmp/auditscope-evil',
      SECRET_TOKEN: 'x',
    }
    // A shell that leaves a descriptor of a file open for its child, as Electron does with its own.
    const result = await client.spawn(
      'sh',
      ['-c', `exec 9</etc/hostname; exec ${process.execPath} ${HELPER}`],
      { env },
    )
    expect(result.ok).toBe(true)
    const { pid } = client.hello!
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map((entry) => entry.split('=')[0])
    expect(names.sort()).toEqual(['LANG', 'PATH'])
    const targets = readdirSync(`/proc/${pid}/fd`).map((fd) =>
      readlinkSync(`/proc/${pid}/fd/${fd}`),
    )
    for (const target of targets) expect(target).toMatch(/^(socket|pipe|anon_inode):|^\/dev\/null$/)
    await client.end()
  })

  it('does not start from a folder that others can write, with arguments, or from a file', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'auditscope-open-'))
    cpSync(path.dirname(HELPER), folder, { recursive: true })
    chmodSync(folder, 0o777)
    const attempts: [string[], StdioOptions, RegExp][] = [
      [[path.join(folder, 'helper.cjs')], ['pipe', 'pipe', 'pipe'], /can be changed by others/],
      [[HELPER, '--listen', '0.0.0.0'], ['pipe', 'pipe', 'pipe'], /takes no arguments/],
      [[HELPER], ['ignore', 'pipe', 'pipe'], /pipes/],
    ]
    for (const [args, stdio, why] of attempts) {
      const child = spawn(process.execPath, args, {
        stdio,
        env: { ...process.env, NODE_PATH: path.join(process.cwd(), 'node_modules') },
      })
      let said = ''
      child.stderr!.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
      const [code] = (await once(child, 'close')) as [number]
      expect(said).toMatch(why)
      expect(code).toBe(64)
    }
    rmSync(folder, { recursive: true })
  })
})
