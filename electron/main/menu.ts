/** The menu bar: a table of what the renderer's command table (renderer/commands.ts) can do, with the same shortcuts. */
import { Menu, type MenuItemConstructorOptions } from 'electron'

interface Item {
  label: string
  /** Id of the renderer's command. */
  id: string
  accelerator?: string
}
type Entry = Item | 'separator' | MenuItemConstructorOptions['role']

const MENUS: { label: string; entries: Entry[] }[] = [
  {
    label: '&File',
    entries: [
      { label: '&Open log or session…', id: 'file.open', accelerator: 'Ctrl+O' },
      { label: '&Save session…', id: 'file.save', accelerator: 'Ctrl+S' },
      { label: '&Export…', id: 'file.export', accelerator: 'Ctrl+E' },
      'separator',
      { label: '&Connect', id: 'connection.connect' },
      { label: '&Disconnect', id: 'connection.disconnect' },
      'separator',
      'quit',
    ],
  },
  {
    label: '&Edit',
    entries: [
      { label: '&Undo', id: 'edit.undo' },
      { label: '&Redo', id: 'edit.redo' },
      'separator',
      'cut',
      'copy',
      'paste',
      'selectAll',
      'separator',
      { label: '&Filter', id: 'filter.focus', accelerator: 'Ctrl+F' },
      { label: '&Go to time or serial…', id: 'events.goto', accelerator: 'Ctrl+G' },
    ],
  },
  {
    label: '&View',
    entries: [
      { label: 'Overview', id: 'view.overview', accelerator: 'Alt+1' },
      { label: 'Events', id: 'view.events', accelerator: 'Alt+2' },
      { label: 'Processes', id: 'view.processes', accelerator: 'Alt+3' },
      { label: 'Syscalls', id: 'view.syscalls', accelerator: 'Alt+4' },
      { label: 'Files', id: 'view.files', accelerator: 'Alt+5' },
      { label: 'Rules', id: 'view.rules', accelerator: 'Alt+6' },
      { label: 'Limits', id: 'view.limits', accelerator: 'Alt+7' },
      { label: 'Lab', id: 'view.lab', accelerator: 'Alt+8' },
      { label: 'Diagnosis', id: 'view.diagnosis', accelerator: 'Alt+9' },
      'separator',
      { label: '&Pause or resume', id: 'events.pause' },
      { label: '&Command palette', id: 'palette.open', accelerator: 'Ctrl+K' },
      { label: '&Theme', id: 'theme.toggle' },
      'separator',
      'resetZoom',
      'zoomIn',
      'zoomOut',
      'togglefullscreen',
    ],
  },
  {
    label: '&Help',
    entries: [
      { label: '&Keyboard shortcuts', id: 'help.shortcuts' },
      { label: '&About Auditscope', id: 'help.about' },
    ],
  },
]

/** Command ids that the menu can send, for the test that every one exists in the renderer. */
export const MENU_COMMANDS: readonly string[] = MENUS.flatMap((menu) =>
  menu.entries.flatMap((entry) => (typeof entry === 'object' ? [entry.id] : [])),
)

/** Builds the menu bar; `run` gets the id of the chosen command. */
export function installMenu(run: (id: string) => void): void {
  const build = (entry: Entry): MenuItemConstructorOptions => {
    if (entry === 'separator') return { type: 'separator' }
    if (typeof entry !== 'object') return { role: entry }
    // The renderer handles the keys itself (it knows what has the focus); the menu only shows them.
    return {
      label: entry.label,
      accelerator: entry.accelerator,
      registerAccelerator: false,
      click: () => run(entry.id),
    }
  }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      MENUS.map((menu) => ({ label: menu.label, submenu: menu.entries.map(build) })),
    ),
  )
}
