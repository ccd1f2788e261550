/** The experiments that this project began with, one after the other, and the questions that they answer. */
import type { LabProgress, LabResult } from '@native/audit/lab/result'
import { answers, SUITE, type LabAnswers } from '@native/audit/lab/questions'
import { ok, type Result } from '@native/audit/result'
import { measureListening } from './listening'
import { runExperiment, type LabContext } from './run'

/** Runs all of them. `onResult` hears of each as it ends, `onProgress` how far the running one is. */
export async function runSuite(
  context: Omit<LabContext, 'onProgress'>,
  onResult: (result: LabResult) => unknown,
  onProgress?: (progress: LabProgress) => void,
): Promise<Result<LabAnswers>> {
  const results: LabResult[] = []
  for (const [index, settings] of SUITE.entries()) {
    const result = await runExperiment(settings, {
      ...context,
      onProgress: (progress) =>
        onProgress?.({ ...progress, experiment: index + 1, of: SUITE.length }),
    })
    if (!result.ok) return result
    results.push(result.value)
    await onResult(result.value)
  }
  const listening = await measureListening(context)
  if (!listening.ok) return listening
  return ok({ listening: listening.value, answers: answers(results, listening.value) })
}
