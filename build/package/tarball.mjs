/**
 * The same tree as an archive for other distributions: unpacked to / by root it is installed. (An AppImage is not made:
 * its runtime would have to be downloaded, and a mounted image cannot hold a helper that polkit may trust.)
 */
import { capture } from '../bootstrap/child.mjs'
import { inRoot } from '../bootstrap/paths.mjs'
import { Stop } from '../bootstrap/step.mjs'

/**
 * @param {string} staging the tree
 * @param {import('./identity.mjs').Identity} identity
 * @returns {Promise<string>} the archive's path
 */
export async function makeTarball(staging, { version, epoch }) {
  const file = inRoot('dist', `auditscope-${version}-linux-${process.arch}.tar.gz`)
  const reproducible = [
    '--sort=name',
    `--mtime=@${epoch}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--format=gnu',
  ]
  const { code, stderr } = await capture('tar', [
    ...reproducible,
    '--use-compress-program=gzip -n -6',
    '--exclude=./DEBIAN',
    '--exclude=./usr/share/lintian',
    '-cf',
    file,
    '-C',
    staging,
    '.',
  ])
  if (code !== 0) throw new Stop(`tar failed: ${stderr.trim()}`)
  return file
}
