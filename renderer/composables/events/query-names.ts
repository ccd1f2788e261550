/** The names that queries may use, from the kernel's tables. */
import type { Names } from '@native/audit/query'
import { ARCHES, archByToken, errnoNumber, recordTypes, syscallsOf } from '@native/audit/tables'

/** System calls that completion offers: those of the usual architecture; any other name can be typed as well. */
const OFFERED_ARCH = 'x86_64'

const VALUES: Record<string, () => readonly string[]> = {
  type: () => recordTypes.map(([name]) => name),
  syscall: () => {
    const arch = archByToken(OFFERED_ARCH)
    return arch === undefined ? [] : syscallsOf(arch).map(([name]) => name)
  },
  event: () => [...VALUES.syscall!(), ...VALUES.type!()],
  arch: () => ARCHES.map(({ token }) => token),
}

export const queryNames: Names = {
  errno: (name) => errnoNumber(name) ?? null,
  values: (field) => VALUES[field]?.() ?? null,
  recordFields: () => [],
}
