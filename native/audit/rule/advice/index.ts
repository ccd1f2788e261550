/** Advice on a rules file: what is slow, useless, incomplete or dangerous, each with a fix where there is one. */
import type { RuleContext } from '../context'
import type { Diagnostic } from '../diagnostic'
import type { RuleFile } from '../file'
import { adviseNeverFirst, adviseShadowed } from './order'
import { adviseDaemons, adviseExclude, adviseKey, adviseSettings, adviseUnset } from './people'
import { subjectsOf, type Advised } from './subject'
import {
  adviseAll,
  adviseArch,
  adviseEmpty,
  adviseHot,
  adviseRelatives,
  adviseTwin,
  adviseWatch,
} from './syscalls'

/** All advisers. Each looks at the whole file and says what it has to say. */
const ADVISERS: readonly ((advised: Advised) => Diagnostic[])[] = [
  adviseArch,
  adviseWatch,
  adviseAll,
  adviseHot,
  adviseRelatives,
  adviseTwin,
  adviseEmpty,
  adviseDaemons,
  adviseUnset,
  adviseKey,
  adviseExclude,
  adviseSettings,
  adviseShadowed,
  adviseNeverFirst,
]

/** Advice on a file, in the order of the text. Lines with errors are left out. */
export function adviseFile(file: RuleFile, context: RuleContext): Diagnostic[] {
  const advised = { file, context, subjects: subjectsOf(file, context) }
  return ADVISERS.flatMap((adviser) => adviser(advised)).sort((a, b) => a.start - b.start)
}
export { ruleCost, type RuleCost } from './cost'
