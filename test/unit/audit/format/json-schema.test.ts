/** The documented form of the json format: every object of every log keeps to it, and the documentation lists what it has. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { OBJECT_KINDS } from '@native/audit/event'
import { JSON_SCHEMA } from '@native/audit/format'
import { CATEGORIES } from '@native/audit/tables'
import { fixture, LOGS } from '../fixtures'
import { convert } from './convert'

const id = z.number().int().min(0).max(0xffffffff)
const Event = z.strictObject({
  schema: z.literal('auditscope.event/1'),
  time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/),
  timeMs: z.number().int(),
  serial: id,
  node: z.string().min(1).optional(),
  event: z.string().min(1),
  category: z.enum(CATEGORIES),
  who: z.string(),
  action: z.string(),
  object: z.string(),
  objectKind: z.enum(OBJECT_KINDS),
  object2: z.string().min(1).optional(),
  result: z.string().regex(/^(|ok|failed|E[A-Z0-9]+)$/),
  sentence: z.string().min(1),
  success: z.boolean().optional(),
  exit: z.number().optional(),
  pid: id.optional(),
  ppid: id.optional(),
  auid: id.optional(),
  uid: id.optional(),
  euid: id.optional(),
  gid: id.optional(),
  ses: id.optional(),
  tty: z.string().min(1).optional(),
  comm: z.string().min(1).optional(),
  exe: z.string().min(1).optional(),
  cwd: z.string().min(1).optional(),
  ancestors: z.array(
    z.strictObject({ pid: id, comm: z.string().optional(), exe: z.string().optional() }),
  ),
  keys: z.array(z.string()),
  completion: z.enum(['eoe', 'proctitle', 'single', 'timeout', 'forced']),
  records: z
    .array(
      z.strictObject({
        type: z.string().min(1),
        raw: z.string(),
        fields: z.array(z.strictObject({ name: z.string(), raw: z.string(), value: z.string() })),
      }),
    )
    .min(1),
})

describe('the schema of the json format', () => {
  it.each([...LOGS, 'other-types.log'])('holds for every event of %s', (log) => {
    for (const line of convert(readFileSync(fixture(log)), 'json')
      .toString('utf8')
      .split('\n')) {
      if (line === '') continue
      const { success, error } = Event.safeParse(JSON.parse(line))
      expect(success, `${error?.message ?? ''} in ${line}`).toBe(true)
    }
  })

  it('has the version and the fields that docs/formats.md has', () => {
    const docs = readFileSync('docs/formats.md', 'utf8')
    const section = docs.slice(docs.indexOf('## json'), docs.indexOf('## csv'))
    expect(section).toContain(`"schema": "${JSON_SCHEMA}"`)
    const rows = section.split('\n').filter((line) => line.startsWith('| `'))
    const documented = rows.flatMap((row) =>
      [...row.split('|')[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
    )
    expect(documented.sort()).toEqual(
      Object.keys(Event.shape)
        .filter((name) => name !== 'schema')
        .sort(),
    )
  })
})
