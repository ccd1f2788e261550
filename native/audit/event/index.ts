/** Events: the records that belong together, and what they say at a glance. */
export {
  Assembler,
  type AssemblerOptions,
  type AssemblerSink,
  type AssemblerStats,
} from './assembler'
export { Digester } from './digest'
export { EventDigest, UNSET } from './event-digest'
export { AuditEvent, type Completion } from './event'
export { OBJECT_KINDS, type ObjectKind } from './objects'
export { absolutePath } from './paths'
export { ProcessChains, type Ancestor } from './process-chain'
export { type SerialGap } from './serials'
export { decodeSockaddr, type SocketAddress } from './sockaddr'
export { StringCache } from './strings'
