/** What a menu shows; the same table serves drop-down and context menus. */
import type { IconName } from './icons'

export interface MenuAction {
  kind?: 'action'
  label: string
  icon?: IconName
  /** Shown at the right; the menu does not listen for it. */
  shortcut?: string
  disabled?: boolean
  danger?: boolean
  /** For toggles: shows a tick. */
  checked?: boolean
  /** A drop-down menu stays open. */
  stays?: boolean
  run: () => void
}
export interface MenuSubmenu {
  kind: 'submenu'
  label: string
  icon?: IconName
  items: readonly MenuItem[]
}
export interface MenuLabel {
  kind: 'label'
  label: string
}
export interface MenuSeparator {
  kind: 'separator'
}
export type MenuItem = MenuAction | MenuSubmenu | MenuLabel | MenuSeparator

export const SEPARATOR: MenuSeparator = { kind: 'separator' }
