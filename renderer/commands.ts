/**
 * Everything that the user can do by name: one table that feeds the palette, the shortcuts page, the keyboard and the
 * menu bar (electron/main/menu.ts sends these ids). Shortcuts are in the contract, which the menu bar reads too. A command
 * does something when a handler is provided for it: by the frame for good, by a view while it is open.
 */
import { getCurrentScope, onScopeDispose, shallowReactive } from 'vue'
import { COMMAND_KEYS, type CommandId } from '@contract/commands'
import type { ViewName } from '@contract/ipc'
import { VIEWS } from './views'

export type CommandGroup = 'Go to' | 'File' | 'Edit' | 'Filter' | 'Events' | 'Connection' | 'App'

export interface Command {
  id: CommandId
  title: string
  group: CommandGroup
  /** Shortcuts, `Ctrl+K` style; the first is shown. */
  keys: readonly string[]
  /** The view in which the command works: chosen elsewhere it opens that view first. */
  view?: ViewName
}

const command = (id: CommandId, title: string, group: CommandGroup, view?: ViewName): Command => ({
  id,
  title,
  group,
  keys: COMMAND_KEYS[id],
  ...(view ? { view } : {}),
})

export const COMMANDS: readonly Command[] = [
  ...VIEWS.map(({ name, title }) => command(`view.${name}`, `Go to ${title}`, 'Go to')),
  command('file.open', 'Open log or session…', 'File'),
  command('file.recordings', 'Open a recording of an earlier run…', 'File'),
  command('file.save', 'Save session…', 'File'),
  command('file.export', 'Export…', 'File', 'events'),
  command('edit.undo', 'Undo', 'Edit'),
  command('edit.redo', 'Redo', 'Edit'),
  command('filter.focus', 'Filter', 'Filter'),
  command('filter.clear', 'Remove filter and time range', 'Filter'),
  command('events.pause', 'Pause or resume the views', 'Events'),
  command('events.follow', 'Follow the newest event', 'Events', 'events'),
  command('events.goto', 'Go to time or serial…', 'Events', 'events'),
  command('events.find', 'Find in the rows…', 'Events', 'events'),
  command('events.findNext', 'Find next', 'Events', 'events'),
  command('events.findPrevious', 'Find previous', 'Events', 'events'),
  command('events.next', 'Next row', 'Events', 'events'),
  command('events.previous', 'Previous row', 'Events', 'events'),
  command('events.inspect', 'Open the inspector', 'Events', 'events'),
  command('events.bookmark', 'Bookmark the row', 'Events', 'events'),
  command('events.nextBookmark', 'Next bookmark', 'Events', 'events'),
  command('events.previousBookmark', 'Previous bookmark', 'Events', 'events'),
  command('events.columns', 'Choose columns…', 'Events', 'events'),
  command('connection.connect', 'Connect to the kernel', 'Connection'),
  command('connection.disconnect', 'Disconnect', 'Connection'),
  command('palette.open', 'Command palette', 'App'),
  command('help.shortcuts', 'Keyboard shortcuts', 'App'),
  command('help.about', 'About Auditscope', 'App'),
  command('theme.toggle', 'Switch between dark and light', 'App'),
  command('sidebar.toggle', 'Fold or unfold the sidebar', 'App'),
  command('frame.back', 'Back to the view before', 'App'),
]

export interface Handler {
  run: () => void
  /** Whether it can be done now; missing means always. */
  enabled?: () => boolean
}

/** Later handlers hide earlier ones, so that a view can take a command over while it is open. */
const handlers = shallowReactive(new Map<string, readonly Handler[]>())

/** Says what a command does; taken back when the calling component or scope ends. */
export function provideCommand(id: string, handler: Handler | (() => void)): () => void {
  const entry: Handler = typeof handler === 'function' ? { run: handler } : handler
  handlers.set(id, [...(handlers.get(id) ?? []), entry])
  const remove = (): void => {
    handlers.set(
      id,
      (handlers.get(id) ?? []).filter((other) => other !== entry),
    )
  }
  if (getCurrentScope()) onScopeDispose(remove)
  return remove
}

function handlerOf(id: string): Handler | undefined {
  return handlers.get(id)?.at(-1)
}

/** Whether running the command would do something now. */
export function isEnabled(id: string): boolean {
  const handler = handlerOf(id)
  return handler !== undefined && (handler.enabled?.() ?? true)
}

/** Runs a command; false when nothing can be done now. */
export function runCommand(id: string): boolean {
  if (!isEnabled(id)) return false
  handlerOf(id)!.run()
  return true
}

/** The command of an id, for its title and its shortcut. */
export function commandOf(id: string): Command | undefined {
  return COMMANDS.find((entry) => entry.id === id)
}
