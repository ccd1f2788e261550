/** The three names that cross Electron's IPC; everything else is a name inside of the tables. */
export const CHANNELS = {
  /** renderer → main, `{ name, args }`, answered with a Result. */
  invoke: 'auditscope:invoke',
  /** main → renderer, `{ name, value }`. */
  push: 'auditscope:push',
  /** main → preload → page: the store's MessagePort. */
  storePort: 'auditscope:store-port',
} as const
