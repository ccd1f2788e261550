/**
 * The commands of `auditscope`, in the order that help lists them.
 *
 * To add one:
 * 1. Write `commands/NAME.ts` that exports `command({ name, summary, flags, positionals, run })`; for several under one
 *    name (`rules list`, `rules add`, ...) export a `CommandGroup`: `{ name, summary, commands: [command(...), ...] }`.
 * 2. Add it to the list below. Parsing, --help, "did you mean", exit codes and closed pipes are the framework's work.
 *
 * In `run`: return `ok(...)` or a `Failure` (code `usage` makes exit code 2, any other 1; it is printed as one line), write
 * through `io.out` only, and stop when `io.signal` aborts. What needs the kernel is imported inside `run`
 * (`await import('@native/kernel/...')`), so that `--help` and the commands on files work without it.
 */
import type { CommandGroup } from './command'
import { convert } from './commands/convert'
import { doctor } from './commands/doctor'
import { exporter } from './commands/exporter'
import { lab } from './commands/lab'
import { rules } from './commands/rules'
import { set } from './commands/set'
import { status } from './commands/status'
import { watch } from './commands/watch'

export const root: CommandGroup = {
  name: 'auditscope',
  summary: 'Shows what the Linux audit subsystem does, and steers it.',
  commands: [status, watch, convert, doctor, set, rules, exporter, lab],
}
