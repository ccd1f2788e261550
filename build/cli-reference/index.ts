/** Prints what the package ships about the command line, as JSON; bundled and run by `npm run package`. */
import { root } from '@native/cli/table'
import { bashCompletion } from './bash'
import { manual } from './manual'

process.stdout.write(JSON.stringify({ manual: manual(root), bash: bashCompletion(root) }))
