/** A hash over the content of files and folders: two equal ones mean that there is nothing to build. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @param {string} path
 * @returns {string[]} the path itself when it is a file, all files below it when it is a folder, nothing when it is not there
 */
function filesOf(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/**
 * @param {string} root
 * @param {string[]} inputs files and folders relative to the root
 * @returns {string} changes when a file's content or name does, or a file comes or goes
 */
export function fingerprint(root, inputs) {
  const hash = createHash('sha256')
  for (const path of inputs.flatMap((input) => filesOf(join(root, input)))) {
    const content = readFileSync(path)
    hash.update(`${path.slice(root.length)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}
