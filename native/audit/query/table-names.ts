/** The names that the language asks for, from the kernel's tables: for the store and the renderer alike. */
import { FIELD_NAMES } from '../record/fields'
import { ARCHES, errnoNumber, recordTypes, syscallsOf } from '../tables'
import type { Names } from './names'

let syscalls: readonly string[] | null = null
const types = recordTypes.map(([name]) => name)
const arches = ARCHES.map(({ token }) => token)

/** The names of all system calls of all architectures: a log may come from any. */
function allSyscalls(): readonly string[] {
  syscalls ??= [...new Set(ARCHES.flatMap((arch) => syscallsOf(arch).map(([name]) => name)))].sort()
  return syscalls
}

export const queryNames: Names = {
  errno: (name) => errnoNumber(name) ?? null,
  values: (field) => {
    if (field === 'syscall') return allSyscalls()
    if (field === 'type') return types
    if (field === 'arch') return arches
    return null
  },
  recordFields: () => FIELD_NAMES,
}
