/** What a check of the diagnosis is, and what it can say. */
import type { Rule } from '../rule/model'
import type { Facts } from './facts'

/**
 * `ok`; `note`: worth knowing; `warning`: something is limited or at risk; `problem`: explains missing events or can stop
 * the machine; `unknown`: could not be found out.
 */
export type CheckState = 'ok' | 'note' | 'warning' | 'problem' | 'unknown'

/** What one check found. */
export interface Finding {
  state: CheckState
  /** What is so, and what follows from it. */
  reason: string
  /** What to do, one sentence; empty when there is nothing to do. */
  action?: string
  /** The command that does it, where there is one. */
  command?: string
}

/** What checks look at: the facts with their rules decoded. */
export interface Case extends Omit<Facts, 'rules'> {
  /** Null when they could not be read. */
  rules: Rule[] | null
}

export interface Check {
  id: string
  /** What is asked, as a short noun phrase. */
  title: string
  find(facts: Case): Finding
}

export const ok = (reason: string): Finding => ({ state: 'ok', reason })
export const note = (reason: string, action = '', command?: string): Finding =>
  found('note', reason, action, command)
export const warning = (reason: string, action = '', command?: string): Finding =>
  found('warning', reason, action, command)
export const problem = (reason: string, action = '', command?: string): Finding =>
  found('problem', reason, action, command)

/** For what needs the kernel's answer and did not get it; what to do about that is the business of the first checks. */
export function unknown(facts: Case, what: string): Finding {
  const { problem: failure } = facts
  const why = failure === null ? '.' : `: ${failure.message}`
  return { state: 'unknown', reason: `${what} could not be read${why}` }
}

function found(state: CheckState, reason: string, action: string, command?: string): Finding {
  return command === undefined ? { state, reason, action } : { state, reason, action, command }
}
