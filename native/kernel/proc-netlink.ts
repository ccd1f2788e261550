/** Netlink sockets of the audit family, from /proc/net/netlink (net/netlink/af_netlink.c, netlink_native_seq_show). */
import { readFileSync } from 'node:fs'

/** The family's number in column *Eth*. */
const NETLINK_AUDIT = '9'

/** A row. Counts are bytes (queued) and datagrams (drops). */
export interface NetlinkRow {
  /** Column *Pid*: the port id, 0 for the kernel's own socket. */
  portid: number
  /** Column *Groups*: multicast groups joined, bit set. */
  groups: number
  /** Column *Rmem*: bytes that wait in the receive buffer. */
  queued: number
  /** Column *Drops*. */
  drops: number
  inode: number
}

/** The audit family's rows of the table's text; columns are found by their titles, so that new ones do no harm. */
export function parseNetlinkTable(text: string): NetlinkRow[] {
  const [title, ...lines] = text.split('\n')
  const titles = title!.trim().split(/\s+/)
  const column = (name: string) => titles.indexOf(name)
  const columns = {
    protocol: column('Eth'),
    portid: column('Pid'),
    groups: column('Groups'),
    queued: column('Rmem'),
    drops: column('Drops'),
    inode: column('Inode'),
  }
  return lines.flatMap((line) => {
    const fields = line.trim().split(/\s+/)
    if (fields[columns.protocol] !== NETLINK_AUDIT) return []
    return [
      {
        portid: Number(fields[columns.portid]) >>> 0,
        groups: parseInt(fields[columns.groups] ?? '0', 16),
        queued: Number(fields[columns.queued]),
        drops: Number(fields[columns.drops]),
        inode: Number(fields[columns.inode]),
      },
    ]
  })
}

/** The audit family's sockets of this network namespace. */
export function readNetlinkTable(): NetlinkRow[] {
  return parseNetlinkTable(readFileSync('/proc/net/netlink', 'utf8'))
}
