/** Rule sets of our own, each with a purpose. */
export { keyOfSet, placesOfSet, rulesOfSet, textOfSet, type RuleSet } from './rule-set'
export { RULE_SETS, STARTER_SET } from './sets'
