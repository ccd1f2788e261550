/** What names in rules mean on this machine: looked up as auditctl does, through the name service switch and stat(2). */
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import type { IpcArgs, IpcResults } from '@contract/ipc'

/** A name service that does not answer must not keep the editor waiting, ms. */
const PATIENCE_MS = 5000

/** Looks all names up at once. What does not exist, or cannot be looked up, is missing in the answer. */
export async function lookUp({
  users,
  groups,
  paths,
}: IpcArgs<'rules.lookup'>): Promise<IpcResults['rules.lookup']> {
  const [userIds, groupIds, kinds] = await Promise.all([
    idsOf('passwd', users),
    idsOf('group', groups),
    Promise.all(paths.map(kindOf)),
  ])
  const ofKind = (kind: Kind): string[] => paths.filter((_, index) => kinds[index] === kind)
  return {
    users: userIds,
    groups: groupIds,
    directories: ofKind('directory'),
    missing: ofKind('missing'),
  }
}

type Kind = 'directory' | 'missing' | 'other'

async function kindOf(path: string): Promise<Kind> {
  if (!path.startsWith('/')) return 'other'
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'other'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'other'
  }
}

/** Ids by name, from the third column of getent(1)'s lines. */
async function idsOf(
  database: 'passwd' | 'group',
  names: readonly string[],
): Promise<Record<string, number>> {
  // getent would take a number for an id, and a name that begins with a dash for an option.
  const plain = names.filter((name) => name !== '' && !/^[-0-9]|[\0\n:]/.test(name))
  if (plain.length === 0) return {}
  const output = await getent([database, ...plain])
  const ids: [string, number][] = []
  for (const line of output.split('\n')) {
    const [name, , id] = line.split(':')
    if (name && plain.includes(name) && id && /^\d+$/.test(id)) ids.push([name, Number(id)])
  }
  return Object.fromEntries(ids)
}

/** What getent prints; it ends with 2 when one of the names is missing, and prints the others. */
function getent(args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile('/usr/bin/getent', args, { timeout: PATIENCE_MS }, (_error, stdout) => resolve(stdout))
  })
}
