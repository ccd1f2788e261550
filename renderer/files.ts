/** Small text files that the user chooses in a dialog: rules and settings. */
import { ok, type Result } from '@native/audit/result'
import { usePlatform } from './platform/current'

/** Asks for a rules file and reads it; null when the dialog was dismissed. */
export async function readTextFile(): Promise<Result<{ path: string; text: string } | null>> {
  const platform = usePlatform()
  const chosen = await platform.invoke('dialog.open', { what: 'rules' })
  if (!chosen.ok) return chosen
  const path = chosen.value.paths[0]
  if (path === undefined) return ok(null)
  const file = await platform.invoke('rules.readFile', { path })
  return file.ok ? ok({ path, text: file.value.text }) : file
}

/**
 * Asks where to, and writes; answers with the path, or null when the dialog was dismissed. The dialog itself asks before
 * it lets the user choose a file that exists.
 */
export async function saveTextFile(
  suggestedName: string,
  text: string,
): Promise<Result<string | null>> {
  const platform = usePlatform()
  const chosen = await platform.invoke('dialog.save', { what: 'rules', suggestedName })
  if (!chosen.ok) return chosen
  const { path, exists } = chosen.value
  if (path === null) return ok(null)
  const written = await platform.invoke('rules.writeFile', { path, text, overwrite: exists })
  return written.ok ? ok(path) : written
}
