/**
 * The guest's file system: process 1 and the programs of guest/ compiled for it, this Node with its libraries, koffi, the
 * built helper, and one scenario. Uncompressed, because unpacking it in an emulated processor takes longer than loading it.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, relative } from 'node:path'
import { buildNative } from '../../build/native.mjs'
import { cpio, file, link, type CpioEntry } from './cpio'

const PROGRAMS = ['init', 'heartbeat', 'load', 'naive']

export interface ImageOptions {
  /** The checkout. */
  root: string
  /** Where the image is written. */
  cache: string
  /** TypeScript file of the scenario, relative to the root; runs as /app/scenario.cjs. */
  scenario: string
  /** What else lies in it. */
  more?: readonly CpioEntry[]
}

/** Builds the image and returns its path. */
export async function buildImage({
  root,
  cache,
  scenario,
  more = [],
}: ImageOptions): Promise<string> {
  mkdirSync(cache, { recursive: true })
  const name = basename(scenario, '.ts')
  const bundle = join(cache, `${name}.cjs`)
  await buildNative({ root, entry: scenario, output: relative(root, bundle), bundlePackages: true })
  const entries = [
    ...PROGRAMS.map((program) => compiled(root, cache, program)),
    ...node(),
    ...tree(join(root, 'node_modules', 'koffi'), 'app/node_modules/koffi'),
    ...tree(join(root, 'node_modules', '@koromix'), 'app/node_modules/@koromix'),
    ...tree(join(root, 'out', 'helper'), 'app/out/helper'),
    ...tree(join(root, 'out', 'cli'), 'app/out/cli'),
    file('app/scenario.cjs', readFileSync(bundle)),
    ...more,
  ]
  const image = join(cache, `${name}.cpio`)
  writeFileSync(`${image}.new`, cpio(entries))
  renameSync(`${image}.new`, image)
  return image
}

/** A program of guest/, compiled statically; compiled again only when its source changed. */
function compiled(root: string, cache: string, name: string): CpioEntry {
  const source = join(root, 'test', 'qemu', 'guest', `${name}.c`)
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16)
  const output = join(cache, `${name}-${hash}`)
  if (statSync(output, { throwIfNoEntry: false }) === undefined)
    execFileSync('gcc', ['-O2', '-Wall', '-Werror', '-static', '-o', output, source])
  return file(name === 'init' ? 'init' : `bin/${name}`, readFileSync(output), 0o755)
}

/** Node as it runs here. */
function node(): CpioEntry[] {
  return hostProgram(process.execPath, 'bin/node')
}

/** A program of this machine, with the libraries that it is linked against where its linker looks for them. */
export function hostProgram(path: string, target: string): CpioEntry[] {
  const libraries = execFileSync('ldd', [path], { encoding: 'utf8' })
  const paths = [...libraries.matchAll(/(\/\S+) \(0x/g)].map(([, library]) => library!)
  return [
    file(target, readFileSync(path), 0o755),
    ...paths.map((library) => file(library.slice(1), readFileSync(realpathSync(library)), 0o755)),
  ]
}

/** A folder with all that is in it. */
function tree(folder: string, target: string): CpioEntry[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name)
    const place = join(target, relative(folder, path))
    if (entry.isSymbolicLink()) return [link(place, realpathSync(path))]
    return entry.isFile() ? [file(place, readFileSync(path), 0o755)] : []
  })
}
