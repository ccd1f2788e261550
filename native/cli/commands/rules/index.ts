/** `auditscope rules ...`: read, check, change, load and save audit rules. */
import type { CommandGroup } from '../../command'
import { add, remove } from './change'
import { check } from './check'
import { compile } from './compile'
import { diff } from './diff'
import { explain, library } from './explain'
import { list } from './list'
import { load } from './load'
import { save } from './save'

export const rules: CommandGroup = {
  name: 'rules',
  summary: 'Read, check, change, load and save audit rules.',
  commands: [list, check, compile, explain, add, remove, load, diff, save, library],
}
