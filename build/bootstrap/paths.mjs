/** Where things are: the checkout, and the user's cache for what outlives it. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout's root, without a trailing slash. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/**
 * A path in the checkout.
 * @param {...string} parts
 */
export const inRoot = (...parts) => join(root, ...parts)

/**
 * A path in the user's cache folder (XDG Base Directory Specification), shared by all checkouts.
 * @param {...string} parts
 */
export const inCache = (...parts) =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'auditscope', ...parts)

/** The folder in which the user typed the command; npm changes to the checkout's root before it runs a script. */
export const userFolder = () => process.env.INIT_CWD || process.cwd()
