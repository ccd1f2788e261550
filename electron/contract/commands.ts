/**
 * Names and shortcuts that the menu bar (main) and the window (renderer) show: one table, so that they cannot differ.
 * What a command does is the renderer's business (renderer/commands.ts).
 */
import type { ViewName } from './ipc'

/** The views as menu, sidebar and palette call them, in their order. */
export const VIEW_TITLES: Readonly<Record<ViewName, string>> = {
  overview: 'Overview',
  events: 'Events',
  processes: 'Processes',
  syscalls: 'Syscalls',
  files: 'Files',
  users: 'Users',
  keys: 'Keys',
  connections: 'Connections',
  rules: 'Rules',
  limits: 'Limits',
  lab: 'Lab',
  diagnosis: 'Diagnosis',
  settings: 'Settings',
}

/** Id of a command → its shortcuts, `Ctrl+Shift+K` style; the first is shown. */
export const COMMAND_KEYS = {
  'view.overview': ['Alt+1'],
  'view.events': ['Alt+2'],
  'view.processes': ['Alt+3'],
  'view.syscalls': ['Alt+4'],
  'view.files': ['Alt+5'],
  'view.users': [],
  'view.keys': [],
  'view.connections': [],
  'view.rules': ['Alt+6'],
  'view.limits': ['Alt+7'],
  'view.lab': ['Alt+8'],
  'view.diagnosis': ['Alt+9'],
  'view.settings': [],
  'file.open': ['Ctrl+O'],
  'file.recordings': [],
  'file.save': ['Ctrl+S'],
  'file.export': ['Ctrl+E'],
  'edit.undo': ['Ctrl+Z'],
  'edit.redo': ['Ctrl+Y', 'Ctrl+Shift+Z'],
  'filter.focus': ['Ctrl+F'],
  'filter.clear': ['Ctrl+Shift+F'],
  'events.pause': ['Space'],
  'events.follow': ['End'],
  'events.goto': ['Ctrl+G'],
  'events.find': ['Ctrl+Shift+G'],
  'events.findNext': ['F3'],
  'events.findPrevious': ['Shift+F3'],
  'events.next': ['J'],
  'events.previous': ['K'],
  'events.inspect': ['Enter'],
  'events.bookmark': ['F2'],
  'events.nextBookmark': ['F4'],
  'events.previousBookmark': ['Shift+F4'],
  'events.columns': [],
  'connection.connect': [],
  'connection.disconnect': [],
  'palette.open': ['Ctrl+K'],
  'help.shortcuts': ['?'],
  'help.about': [],
  'theme.toggle': [],
  'sidebar.toggle': ['Ctrl+B'],
  'frame.back': ['Alt+ArrowLeft'],
} as const satisfies Record<`view.${ViewName}` | (string & {}), readonly string[]>

export type CommandId = keyof typeof COMMAND_KEYS
