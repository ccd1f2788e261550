/** Remembers which npm packages went into a bundle, for the bill of materials and the licences. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the lists are, relative to the checkout's root: one JSON array of package folders a target. */
export const BUNDLED_LISTS = 'out/.packages'

const PACKAGE_FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/

/**
 * A Vite plugin.
 * @param {string} root the checkout
 * @param {string} target its name
 * @returns {import('vite').Plugin}
 */
export function rememberBundled(root, target) {
  return {
    name: 'auditscope:remember-bundled',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((output) =>
        output.type === 'chunk' ? output.moduleIds : [],
      )
      const folders = modules.flatMap((id) => PACKAGE_FOLDER.exec(id.replace(/^\0/, ''))?.[0] ?? [])
      const list = [...new Set(folders)]
        .map((folder) => folder.slice(folder.indexOf('node_modules')))
        .sort()
      mkdirSync(join(root, BUNDLED_LISTS), { recursive: true })
      writeFileSync(join(root, BUNDLED_LISTS, `${target}.json`), JSON.stringify(list, null, 2))
    },
  }
}
