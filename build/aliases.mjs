/** The import aliases, in one place for every bundler and the test runner; tsconfig.base.json has the same. */
import { fileURLToPath } from 'node:url'

const root = (/** @type {string} */ folder) =>
  fileURLToPath(new URL(`../${folder}`, import.meta.url))

export const alias = {
  '@native': root('native'),
  '@contract': root('electron/contract'),
  '@renderer': root('renderer'),
}
