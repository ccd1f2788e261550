/** Shortcuts as text (`Ctrl+Shift+K`), matched against key events. */

interface Chord {
  ctrl: boolean
  alt: boolean
  shift: boolean
  /** `KeyboardEvent.key`, letters in lower case. */
  key: string
}

const NAMES: Record<string, string> = { Space: ' ', Esc: 'escape', Plus: '+' }

function parse(text: string): Chord {
  const parts = text.split('+')
  const last = parts.at(-1)!
  return {
    ctrl: parts.includes('Ctrl'),
    alt: parts.includes('Alt'),
    shift: parts.includes('Shift'),
    key: (NAMES[last] ?? last).toLowerCase(),
  }
}

/** Characters that are typed with Shift on some layouts: Shift is then no part of the chord. */
const isSymbol = (key: string): boolean => key.length === 1 && !/[a-z0-9 ]/i.test(key)

/** Whether a key event is the shortcut. */
export function matches(shortcut: string, event: KeyboardEvent): boolean {
  const chord = parse(shortcut)
  return (
    event.key.toLowerCase() === chord.key &&
    (event.ctrlKey || event.metaKey) === chord.ctrl &&
    event.altKey === chord.alt &&
    (event.shiftKey === chord.shift || isSymbol(chord.key))
  )
}

const TYPING =
  'input, textarea, select, [contenteditable="true"], [role="textbox"], [role="combobox"]'
const ACTIVATED =
  'button, a[href], summary, [role="button"], [role="tab"], [role="checkbox"], [role="switch"], [role="menuitem"], [role="option"], [role="radio"]'

/**
 * Whether a shortcut may act although the focus is where it is: plain keys belong to text fields, Space and Enter to
 * buttons and links, and Ctrl+Z to a text field's own undo.
 */
export function mayAct(shortcut: string, event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null
  if (!target) return true
  const chord = parse(shortcut)
  if (target.closest(TYPING)) {
    if (chord.ctrl) return !['z', 'y', 'a', 'c', 'v', 'x'].includes(chord.key)
    return chord.alt || /^f\d+$/.test(chord.key)
  }
  const activates = !chord.ctrl && !chord.alt && (chord.key === ' ' || chord.key === 'enter')
  return !(activates && target.closest(ACTIVATED))
}
