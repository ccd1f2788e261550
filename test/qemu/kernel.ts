/**
 * The guest's kernel: Debian's cloud kernel, unpacked from its package and never installed. A machine without apt names
 * another one in AUDITSCOPE_GUEST_KERNEL (any x86-64 bzImage with audit and a serial console).
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { dependencyOf, unpackedPackage } from '../lib/debian'

/** Path of the kernel's image. */
export function guestKernel(): string {
  const named = process.env.AUDITSCOPE_GUEST_KERNEL
  if (named !== undefined && named !== '') return named
  const versioned = dependencyOf('linux-image-cloud-amd64', /^linux-image-/)
  const boot = join(unpackedPackage(versioned), 'boot')
  const image = readdirSync(boot).find((name) => name.startsWith('vmlinuz-'))
  if (image === undefined) throw new Error(`${boot} holds no kernel; delete it and run again.`)
  return join(boot, image)
}
