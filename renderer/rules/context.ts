/** What rule texts mean on the connected machine, as far as the window knows it. */
import { contextOf, type RuleContext } from '@native/audit/rule'
import { machineOfName } from '@native/audit/rule/names'
import type { Connection } from '@contract/ipc'

/** The context for a connection; without one, that of the machine the app runs on is assumed to be x86_64. */
export function ruleContext(
  connection: Pick<Connection, 'hello'>,
  features: number | null = connection.hello?.status?.featureBitmap ?? null,
): RuleContext {
  return contextOf({
    machine: machineOfName(connection.hello?.kernel.machine ?? '') ?? 'x86_64',
    users: { root: 0 },
    groups: { root: 0 },
    directories: [],
    features,
  })
}
