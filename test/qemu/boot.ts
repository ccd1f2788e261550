/** Boots the guest in QEMU (software emulation, no root, no KVM) and collects what it says. */
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

export interface BootOptions {
  kernel: string
  initramfs: string
  /** The program that process 1 runs, and its arguments. */
  program: readonly string[]
  /** More words for the kernel's command line, e.g. `audit=1`. */
  kernelArgs?: readonly string[]
  /** Memory, MiB. */
  memory?: number
  /** The machine is stopped after this, ms. */
  timeout: number
}

/** What a run of the guest left. */
export interface BootResult {
  /** Lines that the program wrote as JSON, in order. */
  reports: unknown[]
  /** The kernel's console: its own messages and what programs wrote on stderr. */
  console: string
  /** How long it ran, ms. */
  duration: number
  timedOut: boolean
}

export function boot(options: BootOptions): Promise<BootResult> {
  const { kernel, initramfs, program, kernelArgs = [], memory = 1024, timeout } = options
  // panic=-1 reboots at once, and -no-reboot turns that into the end of QEMU. The words after -- go to process 1.
  const commandLine = [
    'console=ttyS0 loglevel=4 panic=-1 random.trust_cpu=on mitigations=off',
    ...kernelArgs,
    '--',
    ...program,
  ].join(' ')
  const consoleFile = `${initramfs}.console`
  rmSync(consoleFile, { force: true })
  const started = Date.now()
  const child = spawn(
    'qemu-system-x86_64',
    [
      ...['-accel', 'tcg,thread=multi', '-smp', '2', '-m', String(memory), '-cpu', 'max'],
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ...['-serial', `file:${consoleFile}`, '-serial', 'stdio'],
      ...['-kernel', kernel, '-initrd', initramfs, '-append', commandLine],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const reports: unknown[] = []
  let errors = ''
  let timedOut = false
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) reports.push(JSON.parse(line))
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString('latin1')
  })
  const timer = setTimeout(() => {
    timedOut = true
    child.kill('SIGKILL')
  }, timeout)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(timer)
      const text = errors + readFileSync(consoleFile, 'latin1')
      resolve({ reports, console: text, duration: Date.now() - started, timedOut })
    })
  })
}
