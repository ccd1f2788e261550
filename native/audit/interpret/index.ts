/** What records mean. */
export { interpretRecord, type Field } from './record'
export { groupText, NO_NAMES, userText, type Resolver } from './resolver'
export { proctitleArguments, textValue } from './text-values'
export { actionOf, eventName, type Action } from './actions'
export {
  describe,
  describeEvent,
  objectText,
  originOf,
  resultText,
  whoText,
  type Described,
  type Description,
} from './describe'
