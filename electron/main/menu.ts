/** The menu bar: what of the renderer's commands it offers. Titles of views and shortcuts come from the contract. */
import { Menu, type MenuItemConstructorOptions } from 'electron'
import { COMMAND_KEYS, VIEW_TITLES, type CommandId } from '@contract/commands'
import { VIEW_NAMES } from '@contract/ipc'

interface Item {
  label: string
  /** Id of the renderer's command. */
  id: CommandId
}
type Entry = Item | 'separator' | MenuItemConstructorOptions['role']

const MENUS: { label: string; entries: Entry[] }[] = [
  {
    label: '&File',
    entries: [
      { label: '&Open log or session…', id: 'file.open' },
      { label: '&Save session…', id: 'file.save' },
      { label: '&Export…', id: 'file.export' },
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
      { label: '&Filter', id: 'filter.focus' },
      { label: '&Go to time or serial…', id: 'events.goto' },
    ],
  },
  {
    label: '&View',
    entries: [
      ...VIEW_NAMES.map((name): Item => ({ label: VIEW_TITLES[name], id: `view.${name}` })),
      'separator',
      { label: '&Pause or resume', id: 'events.pause' },
      { label: '&Command palette', id: 'palette.open' },
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

/** Builds the menu bar; `run` gets the id of the chosen command. */
export function installMenu(run: (id: string) => void): void {
  const build = (entry: Entry): MenuItemConstructorOptions => {
    if (entry === 'separator') return { type: 'separator' }
    if (typeof entry !== 'object') return { role: entry }
    // The renderer handles the keys itself (it knows what has the focus); the menu only shows them.
    return {
      label: entry.label,
      accelerator: COMMAND_KEYS[entry.id][0],
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
