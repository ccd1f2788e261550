/** Asks the page what is wrong with its layout. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import ts from 'typescript'

const SOURCE = readFileSync('test/e2e/in-page/layout.ts', 'utf8')
const target = { target: ts.ScriptTarget.ES2022 }
const SCRIPT = ts.transpileModule(SOURCE, { compilerOptions: target }).outputText

/** Something may still be being drawn; what is wrong stays wrong for longer than this, ms. */
const PATIENCE_MS = 2000

/** What is wrong with the layout of the page as it is, a line each; see test/e2e/in-page/layout.ts. */
export async function layoutFindings(page: Page): Promise<string[]> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const findings = await page.evaluate<string[]>(`${SCRIPT}; inspectLayout()`)
    if (findings.length === 0 || Date.now() > deadline) return findings
    await page.waitForTimeout(100)
  }
}
