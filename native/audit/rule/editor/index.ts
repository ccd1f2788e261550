/** What an editor of rules needs: completion, help, and words for options. */
export {
  completeAt,
  type CompletionKind,
  type CompletionNames,
  type Completions,
  type Suggestion,
} from './complete'
export { helpAt, type HoverHelp } from './hover'
export { ACTION_HELP, LIST_HELP, OPERATOR_HELP, OPTION_HELP, optionHelp } from './option-help'
