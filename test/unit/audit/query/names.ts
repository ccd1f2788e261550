import type { Names } from '@native/audit/query'

/** A few names, so that the language's tests do not depend on the kernel's tables. */
export const testNames: Names = {
  errno: (name) => ({ EPERM: 1, ENOENT: 2, EACCES: 13 })[name] ?? null,
  values: (field) => (field === 'syscall' ? ['open', 'openat', 'unlink'] : null),
  recordFields: () => ['items', 'sauid', 'nametype'],
}
