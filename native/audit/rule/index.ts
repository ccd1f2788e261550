/** The language of audit rules: read, check, compile, print. Pure; runs in the browser too. */
export * from './context'
export * from './diagnostic'
export * from './model'
export * from './parse'
export * from './print'
export * from './statement'
export * from './struct'
