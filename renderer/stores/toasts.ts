/** Short messages in the corner, with at most one action each (as a rule: undo). */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Failure } from '@native/audit/result'

export type ToastKind = 'ok' | 'note' | 'warning' | 'danger'

export interface Toast {
  id: number
  kind: ToastKind
  title: string
  /** What to do, or more detail; may be empty. */
  text: string
  action: { label: string; run: () => void } | null
}

/** More at once would cover the view; the oldest go. */
const MAX_TOASTS = 4

export const useToasts = defineStore('toasts', () => {
  const list = shallowRef<Toast[]>([])
  let nextId = 1

  function show(
    title: string,
    options: Partial<Pick<Toast, 'kind' | 'text' | 'action'>> = {},
  ): number {
    const toast: Toast = {
      id: nextId++,
      kind: options.kind ?? 'ok',
      title,
      text: options.text ?? '',
      action: options.action ?? null,
    }
    list.value = [...list.value, toast].slice(-MAX_TOASTS)
    return toast.id
  }

  /** A Failure in the words that it brings. A dismissed prompt is no failure: nothing is shown. */
  function failure(problem: Failure, what = ''): void {
    if (problem.code === 'dismissed') return
    show(what ? `${what}: ${problem.message}` : problem.message, {
      kind: 'danger',
      text: problem.hint,
    })
  }

  function dismiss(id: number): void {
    list.value = list.value.filter((toast) => toast.id !== id)
  }

  return { list, show, failure, dismiss }
})
