/** Ranks commands by what was typed: word beginnings first, then letters in order. */
import type { Command } from '@renderer/commands'

/** The commands that match, best first; with nothing typed all, as in the table. */
export function rank(commands: readonly Command[], typed: string): Command[] {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return [...commands]
  return commands
    .map((command) => ({ command, score: score(`${command.title} ${command.group}`, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ command }) => command)
}

/** 0 no match; more is better. */
function score(text: string, wanted: string): number {
  const lower = text.toLowerCase()
  if (lower.startsWith(wanted)) return 4
  if (lower.split(/\s+/).some((word) => word.startsWith(wanted))) return 3
  if (lower.includes(wanted)) return 2
  let at = -1
  for (const letter of wanted) {
    at = lower.indexOf(letter, at + 1)
    if (at < 0) return 0
  }
  return 1
}
