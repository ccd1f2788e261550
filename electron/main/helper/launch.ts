/** How the app starts its privileged programs: which scripts and which wrappers. */
import path from 'node:path'
import { app } from 'electron'
import type { Result } from '@native/audit/result'
import { HELPER_WRAPPER, planLaunch as plan, type Launch } from '@native/helper/launch'

export type { Launch } from '@native/helper/launch'

/** Root-owned wrapper of the one-shot writer of rules.d. */
const WRITER_WRAPPER = '/opt/auditscope/auditscope-rules-writer'

/** The command that starts the helper. */
export function planLaunch(uid?: number): Result<Launch> {
  return plan({ script: bundled('helper.cjs'), wrapper: HELPER_WRAPPER }, uid)
}

/** The command that reads or writes our file in rules.d. */
export function planWriter(verb: 'read' | 'write', uid?: number): Result<Launch> {
  return plan({ script: bundled('rules-writer.cjs'), wrapper: WRITER_WRAPPER, args: [verb] }, uid)
}

/** A bundled privileged program: beside the app's archive when packaged (koffi's binary cannot load from inside of it). */
function bundled(name: string): string {
  const folder = app.isPackaged ? process.resourcesPath : path.join(app.getAppPath(), 'out')
  return path.join(folder, 'helper', name)
}
