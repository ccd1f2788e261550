/** What the frame's own commands do, and how commands are run from the keyboard, the menu bar and the palette. */
import { nextTick, onScopeDispose } from 'vue'
import {
  COMMANDS,
  commandOf,
  isEnabled,
  provideCommand,
  runCommand,
  type Command,
} from '@renderer/commands'
import { connectTo } from '@renderer/components/frame/connecting'
import { mayAct, matches } from '@renderer/keyboard'
import { usePlatform } from '@renderer/platform/current'
import { useConnection } from '@renderer/stores/connection'
import { useFilter } from '@renderer/stores/filter'
import { useFrame } from '@renderer/stores/frame'
import { useHistory } from '@renderer/stores/history'
import { useSessions } from '@renderer/stores/sessions'
import { useSettings } from '@renderer/stores/settings'
import { useToasts } from '@renderer/stores/toasts'
import { VIEWS } from '@renderer/views'
import { useTheme } from './theme'

/** How long a command waits for its view to be loaded and to provide a handler, ms. */
const VIEW_PATIENCE_MS = 2000

/** Runs a command wherever the user is: one that belongs to a view opens that view first. */
export async function execute(command: Command): Promise<void> {
  const frame = useFrame()
  if (!command.view || command.view === frame.view || isEnabled(command.id)) {
    runCommand(command.id)
    return
  }
  frame.go(command.view)
  const deadline = Date.now() + VIEW_PATIENCE_MS
  await nextTick()
  while (!isEnabled(command.id) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  runCommand(command.id)
}

/** Provides the frame's commands; call in the setup of the frame. */
export function provideFrameCommands(): void {
  const frame = useFrame()
  const settings = useSettings()
  const connection = useConnection()
  const filter = useFilter()
  const history = useHistory()
  const sessions = useSessions()
  const toasts = useToasts()
  const { dark } = useTheme()

  for (const view of VIEWS) provideCommand(`view.${view.name}`, () => frame.go(view.name))

  provideCommand('file.open', () => void open())
  provideCommand('file.recordings', () => {
    frame.overlay = 'recordings'
  })
  provideCommand('file.save', () => void save())
  provideCommand('edit.undo', { run: () => undo(), enabled: () => history.nextUndo !== null })
  provideCommand('edit.redo', { run: () => redo(), enabled: () => history.nextRedo !== null })
  provideCommand('filter.clear', { run: () => filter.clear(), enabled: () => filter.active })
  provideCommand('events.pause', () => {
    frame.paused = !frame.paused
  })
  provideCommand('connection.connect', {
    run: () => void connectTo(settings.current?.mode ?? 'observe'),
    enabled: () => !connection.connected && connection.current.state !== 'connecting',
  })
  provideCommand('connection.disconnect', {
    run: () => void disconnect(),
    enabled: () => connection.connected || connection.current.state === 'connecting',
  })
  provideCommand('palette.open', () => {
    frame.overlay = 'palette'
  })
  provideCommand('help.shortcuts', () => {
    frame.overlay = 'shortcuts'
  })
  provideCommand('help.about', () => {
    frame.overlay = 'about'
  })
  provideCommand('theme.toggle', () => void settings.set({ theme: dark.value ? 'light' : 'dark' }))
  provideCommand('sidebar.toggle', () => {
    frame.sidebarFolded = !frame.sidebarFolded
  })
  provideCommand('frame.back', () => frame.back())

  async function open(): Promise<void> {
    const result = await sessions.chooseAndOpen('log')
    if (!result.ok) toasts.failure(result, 'The file could not be opened')
    else if (result.value.session !== null) frame.go('events')
  }

  async function save(): Promise<void> {
    const result = await sessions.chooseAndSave()
    if (!result.ok) toasts.failure(result, 'The session could not be saved')
    else if (result.value.path !== null) toasts.show('Session saved', { text: result.value.path })
  }

  async function disconnect(): Promise<void> {
    const result = await connection.disconnect()
    if (!result.ok) toasts.failure(result)
  }

  function undo(): void {
    const step = history.undo()
    if (step) toasts.show(`Undone: ${step.label}`, { kind: 'note' })
  }

  function redo(): void {
    const step = history.redo()
    if (step) toasts.show(`Done again: ${step.label}`, { kind: 'note' })
  }
}

/** Listens to the keyboard and to the menu bar; call in the setup of the frame. */
export function listenForCommands(): void {
  const platform = usePlatform()

  function key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return
    // Dialogs keep their keys; only what floats above them may act.
    if (event.target instanceof Element && event.target.closest('[role="dialog"], [role="menu"]'))
      return
    for (const command of COMMANDS) {
      const shortcut = command.keys.find((keys) => matches(keys, event))
      if (!shortcut) continue
      // Keys of a view that is not open belong to whatever has the focus.
      const reachable = isEnabled(command.id) || (command.view && shortcut.includes('Ctrl'))
      if (!reachable || !mayAct(shortcut, event)) return
      event.preventDefault()
      void execute(command)
      return
    }
  }

  window.addEventListener('keydown', key)
  const unsubscribe = platform.on('command', ({ id }) => {
    const command = commandOf(id)
    if (command) void execute(command)
  })
  onScopeDispose(() => {
    window.removeEventListener('keydown', key)
    unsubscribe()
  })
}
