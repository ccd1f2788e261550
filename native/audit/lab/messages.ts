/** What the lab's process and the app say to each other, one line of JSON each. */
import type { Failure } from '../result'
import type { LabAnswers } from './questions'
import type { LabProgress, LabResult } from './result'
import type { LabSettings } from './settings'

/** What to run: one experiment, or, with null, all of those that answer the questions. */
export interface LabOrder {
  settings: LabSettings | null
}

export type LabMessage =
  | { kind: 'progress'; progress: LabProgress }
  | { kind: 'result'; result: LabResult }
  | ({ kind: 'answers' } & LabAnswers)
  /** The last one; everything is put back. */
  | { kind: 'ended'; failure: Failure | null }
