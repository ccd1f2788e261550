/**
 * Everything that the user can do by name: one table that feeds the palette, the shortcuts page, the keyboard and the
 * menu bar (electron/main/menu.ts sends these ids). A command does something when a handler is provided for it: by the
 * frame for good, by a view while it is open.
 */
import { getCurrentScope, onScopeDispose, shallowReactive } from 'vue'
import type { ViewName } from '@contract/ipc'
import { VIEWS } from './views'

export type CommandGroup = 'Go to' | 'File' | 'Edit' | 'Filter' | 'Events' | 'Connection' | 'App'

export interface Command {
  id: string
  title: string
  group: CommandGroup
  /** Shortcuts, `Ctrl+K` style; the first is shown. */
  keys: readonly string[]
  /** The view in which the command works: chosen elsewhere it opens that view first. */
  view?: ViewName
}

/** The views that Alt+1..9 open, as in the View menu. */
const ALT_VIEWS: readonly ViewName[] = [
  'overview',
  'events',
  'processes',
  'syscalls',
  'files',
  'rules',
  'limits',
  'lab',
  'diagnosis',
]

function viewCommand(name: ViewName, title: string): Command {
  const digit = ALT_VIEWS.indexOf(name) + 1
  return {
    id: `view.${name}`,
    title: `Go to ${title}`,
    group: 'Go to',
    keys: digit > 0 ? [`Alt+${digit}`] : [],
  }
}

const command = (
  id: string,
  title: string,
  group: CommandGroup,
  keys: readonly string[] = [],
  view?: ViewName,
): Command => ({ id, title, group, keys, ...(view ? { view } : {}) })

export const COMMANDS: readonly Command[] = [
  ...VIEWS.map((view) => viewCommand(view.name, view.title)),
  command('file.open', 'Open log or session…', 'File', ['Ctrl+O']),
  command('file.recordings', 'Open a recording of an earlier run…', 'File'),
  command('file.save', 'Save session…', 'File', ['Ctrl+S']),
  command('file.export', 'Export…', 'File', ['Ctrl+E'], 'events'),
  command('edit.undo', 'Undo', 'Edit', ['Ctrl+Z']),
  command('edit.redo', 'Redo', 'Edit', ['Ctrl+Y', 'Ctrl+Shift+Z']),
  command('filter.focus', 'Filter', 'Filter', ['Ctrl+F']),
  command('filter.clear', 'Remove filter and time range', 'Filter', ['Ctrl+Shift+F']),
  command('events.pause', 'Pause or resume the views', 'Events', ['Space']),
  command('events.follow', 'Follow the newest event', 'Events', ['End'], 'events'),
  command('events.goto', 'Go to time or serial…', 'Events', ['Ctrl+G'], 'events'),
  command('events.find', 'Find in the rows…', 'Events', ['Ctrl+Shift+G'], 'events'),
  command('events.findNext', 'Find next', 'Events', ['F3'], 'events'),
  command('events.findPrevious', 'Find previous', 'Events', ['Shift+F3'], 'events'),
  command('events.next', 'Next row', 'Events', ['J'], 'events'),
  command('events.previous', 'Previous row', 'Events', ['K'], 'events'),
  command('events.inspect', 'Open the inspector', 'Events', ['Enter'], 'events'),
  command('events.bookmark', 'Bookmark the row', 'Events', ['F2'], 'events'),
  command('events.nextBookmark', 'Next bookmark', 'Events', ['F4'], 'events'),
  command('events.previousBookmark', 'Previous bookmark', 'Events', ['Shift+F4'], 'events'),
  command('events.columns', 'Choose columns…', 'Events', [], 'events'),
  command('connection.connect', 'Connect to the kernel', 'Connection'),
  command('connection.disconnect', 'Disconnect', 'Connection'),
  command('palette.open', 'Command palette', 'App', ['Ctrl+K']),
  command('help.shortcuts', 'Keyboard shortcuts', 'App', ['?']),
  command('help.about', 'About Auditscope', 'App'),
  command('theme.toggle', 'Switch between dark and light', 'App'),
  command('sidebar.toggle', 'Fold or unfold the sidebar', 'App', ['Ctrl+B']),
  command('frame.back', 'Back to the view before', 'App', ['Alt+ArrowLeft']),
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
