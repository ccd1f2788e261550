/** Advice on rules: what is slow, useless, incomplete or dangerous, each with a fix where there is one; and what they cost. */
export { Advice } from './advice'
export { Adviser, adviseFile } from './adviser'
export { ruleCost, type RuleCost } from './cost'
export { Problems } from './problems'
