/** Commands of a view, while it is open. */
import { provideCommand } from '@renderer/commands'

/** Commands by id: what they do, and whether they can be done now. */
export type CommandTable = Record<string, { run: () => void; enabled?: () => boolean }>

/** Provides commands that work only while `active` says so: a view that is kept alive must not answer for another. */
export function provideWhile(active: () => boolean, table: CommandTable): void {
  for (const [id, { run, enabled }] of Object.entries(table)) {
    provideCommand(id, { run, enabled: () => active() && (enabled?.() ?? true) })
  }
}
