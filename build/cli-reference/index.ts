/** Prints what the package ships about the command line, as JSON; bundled and run by `npm run package`. */
import { root } from '@native/cli/table'
import { bashCompletion } from './bash'
import { fishCompletion } from './fish'
import { manual } from './manual'
import { zshCompletion } from './zsh'

process.stdout.write(
  JSON.stringify({
    manual: manual(root),
    bash: bashCompletion(root),
    zsh: zshCompletion(root),
    fish: fishCompletion(root),
  }),
)
