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
      { label: 'Open a &recording of an earlier run…', id: 'file.recordings' },
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
      { label: 'Re&move filter and time range', id: 'filter.clear' },
    ],
  },
  {
    label: 'E&vents',
    entries: [
      { label: '&Pause or resume the views', id: 'events.pause' },
      { label: '&Follow the newest event', id: 'events.follow' },
      'separator',
      { label: 'Next row', id: 'events.next' },
      { label: 'Previous row', id: 'events.previous' },
      { label: '&Go to time or serial…', id: 'events.goto' },
      'separator',
      { label: 'Find in the &rows…', id: 'events.find' },
      { label: 'Find &next', id: 'events.findNext' },
      { label: 'Find previous', id: 'events.findPrevious' },
      'separator',
      { label: '&Bookmark the row', id: 'events.bookmark' },
      { label: 'Next bookmark', id: 'events.nextBookmark' },
      { label: 'Previous bookmark', id: 'events.previousBookmark' },
      'separator',
      { label: 'Open the &inspector', id: 'events.inspect' },
      { label: 'Choose &columns…', id: 'events.columns' },
    ],
  },
  {
    label: '&View',
    entries: [
      ...VIEW_NAMES.map((name): Item => ({ label: VIEW_TITLES[name], id: `view.${name}` })),
      { label: '&Back to the view before', id: 'frame.back' },
      'separator',
      { label: '&Command palette', id: 'palette.open' },
      { label: 'Switch between dark and light', id: 'theme.toggle' },
      { label: 'Fold or unfold the side&bar', id: 'sidebar.toggle' },
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
      // Electron's name of a key where the browser has another.
      accelerator: COMMAND_KEYS[entry.id][0]?.replace('ArrowLeft', 'Left'),
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
