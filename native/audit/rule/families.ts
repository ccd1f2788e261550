/** Address families that rules can name (linux/socket.h). auditctl itself takes numbers only. */
import { NameTable } from './names'

/** AF_MAX - 1 of the libc that auditctl is built with (46 families). */
export const MAX_ADDRESS_FAMILY = 45

export const ADDRESS_FAMILIES = new NameTable([
  ['unix', 1],
  ['local', 1],
  ['inet', 2],
  ['inet6', 10],
  ['netlink', 16],
  ['packet', 17],
  ['bluetooth', 31],
  ['alg', 38],
  ['vsock', 40],
  ['xdp', 44],
])
