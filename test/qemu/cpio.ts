/** Writes an initramfs: a cpio archive in the "newc" format (kernel documentation, buffer-format.rst). */

/** A file, folder or link of the archive. Folders of a path must be added before what lies in them. */
export interface CpioEntry {
  /** Without a slash in front. */
  path: string
  mode: number
  data: Uint8Array
}

const FOLDER = 0o040755
const FILE = 0o100000
const LINK = 0o120777
const HEADER_BYTES = 110

export const folder = (path: string): CpioEntry => ({ path, mode: FOLDER, data: new Uint8Array(0) })
export const file = (path: string, data: Uint8Array, mode = 0o644): CpioEntry => ({
  path,
  mode: FILE | mode,
  data,
})
export const link = (path: string, target: string): CpioEntry => ({
  path,
  mode: LINK,
  data: Buffer.from(target),
})

/** The archive; everything belongs to root and has the time 0, so that the same files give the same bytes. */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const parts: Uint8Array[] = []
  const all = [...withFolders(entries), { path: 'TRAILER!!!', mode: 0, data: new Uint8Array(0) }]
  for (const [index, { path, mode, data }] of all.entries()) {
    const name = Buffer.from(`${path}\0`)
    parts.push(header(index + 1, mode, data.length, name.length), name)
    parts.push(padding(HEADER_BYTES + name.length), data, padding(data.length))
  }
  return Buffer.concat(parts)
}

function header(inode: number, mode: number, size: number, nameSize: number): Buffer {
  const fields = [inode, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, nameSize, 0]
  return Buffer.from('070701' + fields.map((value) => value.toString(16).padStart(8, '0')).join(''))
}

function padding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4)
}

/** Adds the folders that paths go through and that nobody named. */
function withFolders(entries: readonly CpioEntry[]): CpioEntry[] {
  const known = new Set<string>()
  return entries.flatMap((entry) => {
    const names = entry.path.split('/')
    const parents = names.slice(0, -1).map((_, index) => names.slice(0, index + 1).join('/'))
    const missing = parents.filter((path) => !known.has(path))
    for (const path of [...missing, entry.path]) known.add(path)
    return [...missing.map(folder), entry]
  })
}
