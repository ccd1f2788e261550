/** Who has which number, on the machine that the events came from. Implementations that read databases live elsewhere. */
export interface Resolver {
  /** The name of a user, or undefined. Neither 0 nor unset is special here. */
  user(uid: number): string | undefined
  /** The name of a group, or undefined. */
  group(gid: number): string | undefined
}

/** Knows nobody: for logs of other machines, and when names are not wanted. */
export const NO_NAMES: Resolver = { user: () => undefined, group: () => undefined }

const UNSET = 0xffffffff

/** A user as `ausearch -i` writes it: `unset`, a name, `unknown(1234)`. */
export function userText(uid: number, resolver: Resolver): string {
  if (uid === UNSET) return 'unset'
  return resolver.user(uid) ?? (uid === 0 ? 'root' : `unknown(${uid | 0})`)
}

/** A group likewise. */
export function groupText(gid: number, resolver: Resolver): string {
  if (gid === UNSET) return 'unset'
  return resolver.group(gid) ?? (gid === 0 ? 'root' : `unknown(${gid | 0})`)
}
