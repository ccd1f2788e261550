/** What a rule set would have recorded of captured events. */
export { factsOf, type EventFacts, type PathFacts } from './facts'
export { fieldMatches, fieldsMatch, ruleMatches, type Match } from './match'
export { matchesPermission, syscallsOfPermission } from './permission'
export { WhatIf, WhatIfSum, type Outcome, type Share, type WhatIfResult } from './whatif'
