/** The kernel's settings of a benchmark's run, through auditctl: the same for every consumer. */
import { execFileSync } from 'node:child_process'
import { generatorRule } from '../../kernel/rules'

const auditctl = (...args: string[]) =>
  execFileSync('auditctl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** A value of `auditctl -s`. */
export function kernelValue(name: string): number {
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(auditctl('-s'))?.[1] ?? NaN)
}

/** Sets everything but "enabled": with auditing on and nobody registered, records would go to the console. */
export function prepareKernel(call: 'getppid' | 'unlink', backlogLimit: number): void {
  auditctl('--reset-lost')
  auditctl('-b', String(backlogLimit))
  auditctl(...generatorRule(call).split(' '))
}

/** Turns auditing on. */
export function enableAudit(): void {
  auditctl('-e', '1')
}

/** Waits until the kernel's queue is empty, turns auditing off, deletes the rule; returns the records lost. */
export async function settleKernel(): Promise<number> {
  while (kernelValue('backlog') > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  const lost = kernelValue('lost')
  auditctl('-e', '0')
  auditctl('-D')
  return lost
}
