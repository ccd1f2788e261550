/**
 * Entry point of the rules writer (bundled into out/helper/rules-writer.cjs): a one-shot program that polkit or root
 * starts, so that the long-running helper never needs the right to write files. `read`, or `write` with the text on
 * stdin; prints one JSON Result and ends.
 */
import { readFileSync } from 'node:fs'
import { fail, type Result } from '../audit/result'
import { contextOf } from '../audit/rule'
import { EXIT_CODES } from './exit'
import { checkRulesText, MAX_RULES_BYTES } from './rules-check'
import { readRulesFile, writeRulesFile } from './rules-file'

/** Names and ids of /etc/passwd or /etc/group; those of other sources have to be written as numbers here. */
function idsIn(file: string): Record<string, number> {
  const lines = readFileSync(file, 'utf8').split('\n')
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [name, , id] = line.split(':')
      return name && id ? [[name, Number(id)]] : []
    }),
  )
}

/** Reads stdin to its end, or to one byte more than is accepted. */
async function readInput(): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_RULES_BYTES) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function write(): Promise<Result<unknown>> {
  const text = await readInput()
  const context = contextOf({
    machine: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
    users: idsIn('/etc/passwd'),
    groups: idsIn('/etc/group'),
    directories: [],
    features: null,
  })
  const checked = checkRulesText(text, context)
  return checked.ok ? writeRulesFile(text) : checked
}

async function main(args: readonly string[]): Promise<number> {
  const [verb] = args
  if (args.length !== 1 || (verb !== 'read' && verb !== 'write')) {
    process.stderr.write('usage: rules-writer read|write\n')
    return EXIT_CODES.refused
  }
  let result: Result<unknown>
  try {
    result = verb === 'read' ? readRulesFile() : await write()
  } catch (error) {
    result = fail('internal', `The rules file: ${String(error)}.`, 'Please report it.')
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return result.ok ? EXIT_CODES.done : 1
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code
  // A writer that was handed too much does not wait for the rest of it.
  process.stdin.destroy()
})
