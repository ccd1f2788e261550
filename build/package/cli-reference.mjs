/** The manual's list of commands and the shell completion, made from the CLI's own command table. */
import { capture } from '../bootstrap/child.mjs'
import { inRoot, root } from '../bootstrap/paths.mjs'
import { Stop } from '../bootstrap/step.mjs'
import { CLI_REFERENCE } from '../targets.mjs'

/**
 * @returns {Promise<{ manual: string, bash: string, zsh: string, fish: string }>} the roff of the section COMMANDS; the completions
 */
export async function cliReference() {
  const { code, stdout, stderr } = await capture(
    process.execPath,
    [inRoot(CLI_REFERENCE.outputs[0] ?? '')],
    {
      cwd: root,
    },
  )
  if (code !== 0) throw new Stop(`The CLI's reference could not be made: ${stderr.trim()}`)
  return JSON.parse(stdout)
}
