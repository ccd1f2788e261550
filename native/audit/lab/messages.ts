/** What the lab's process and the app say to each other, one line of JSON each. */
import type { Failure } from '../result'
import type { Answer, LabAnswers } from './questions'
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

/** Results kept; the oldest go. */
export const MOST_RESULTS = 24

/** What the app knows of the lab. */
export interface LabState {
  running: boolean
  /** Of the running experiment; null before its first word. */
  progress: LabProgress | null
  /** Oldest first, at most {@link MOST_RESULTS}. */
  results: LabResult[]
  /** The five questions, once they were answered. */
  answers: Answer[] | null
  /** Why the last run ended early; null when it did not. */
  failure: Failure | null
}

export const IDLE_LAB: LabState = {
  running: false,
  progress: null,
  results: [],
  answers: null,
  failure: null,
}

/** What the app knows after a message. */
export function afterMessage(state: LabState, message: LabMessage): LabState {
  switch (message.kind) {
    case 'progress':
      return { ...state, progress: message.progress }
    case 'result':
      return { ...state, results: [...state.results, message.result].slice(-MOST_RESULTS) }
    case 'answers':
      return { ...state, answers: message.answers }
    case 'ended':
      return { ...state, running: false, progress: null, failure: message.failure }
  }
}
