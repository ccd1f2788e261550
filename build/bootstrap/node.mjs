/** The one thing that has to be there already: a Node that is new enough. */
import { Stop } from './step.mjs'

/** Kept equal to `engines.node` in package.json by a test. */
export const MINIMUM_NODE = '20.19.0'

/**
 * Compares two `major.minor.patch` versions.
 * @param {string} a
 * @param {string} b
 * @returns {number} negative when a is older, 0 when equal, positive when a is newer
 */
export function compareVersions(a, b) {
  const left = a.split('.').map(Number)
  const right = b.split('.').map(Number)
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Stops when this Node is older than {@link MINIMUM_NODE}, or the machine is not Linux. */
export function requireNode() {
  if (process.platform !== 'linux') {
    throw new Stop(`Auditscope needs Linux; this is ${process.platform}.`)
  }
  if (compareVersions(process.versions.node, MINIMUM_NODE) < 0) {
    throw new Stop(
      `This is Node ${process.versions.node}; install Node ${MINIMUM_NODE} or newer and run the same command again.`,
    )
  }
}
