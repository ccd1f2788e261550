/**
 * Audit records of user space (AUDIT_TRUSTED_APP, as `auditctl -m` sends them), at a rate: for a kernel whose
 * configuration is locked, so that no rule can be added.
 */
import { encodeRequest, NLM_F_REQUEST } from '@native/audit/netlink/message'
import { openSocket } from '@native/kernel/netlink-socket'
import { libc } from '@native/kernel/libc'

const AUDIT_TRUSTED_APP = 1121
const AF_NETLINK = 16
const SOCKADDR_NL_BYTES = 12
/** Time between two bursts, ms. */
const BURST_MS = 5

/** Sends `rate` messages a second for so many seconds; returns how many were sent. */
export async function sendMessages(rate: number, seconds: number): Promise<number> {
  const opened = openSocket()
  if (!opened.ok) throw new Error(opened.message)
  const kernel = new Uint8Array(SOCKADDR_NL_BYTES)
  new DataView(kernel.buffer).setUint16(0, AF_NETLINK, true)
  const start = performance.now()
  let sent = 0
  while (performance.now() - start < seconds * 1000) {
    const due = ((performance.now() - start) / 1000) * rate
    for (; sent < due; sent++) {
      const payload = new TextEncoder().encode(`auditscope-bench n=${sent}\0`)
      const bytes = encodeRequest({
        type: AUDIT_TRUSTED_APP,
        flags: NLM_F_REQUEST,
        seq: sent + 1,
        payload,
      })
      libc.sendto(opened.value, bytes, bytes.length, 0, kernel, kernel.length)
    }
    await new Promise((resolve) => setTimeout(resolve, BURST_MS))
  }
  libc.close(opened.value)
  return sent
}
