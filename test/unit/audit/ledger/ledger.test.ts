import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { counterDelta, Ledger } from '@native/audit/ledger/ledger'
import { Rates } from '@native/audit/ledger/rates'
import type { LedgerSample, LedgerView, StoreCounts } from '@native/audit/ledger/types'
import { ledgerView, stagesOf } from '@native/audit/ledger/view'
import { Pipeline, START } from './model'

const small = fc.integer({ min: 0, max: 5 })
type Step = (pipeline: Pipeline) => void
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ kernelLost: small, socketLost: small, ringLost: small, kept: small })
      .map(
        (batch): Step =>
          (pipeline) =>
            pipeline.batch(batch),
      ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom('deliver', 'drop', 'lose').map(
      (fate): Step =>
        (pipeline) =>
          pipeline.takeFrame(fate as 'deliver'),
    ),
  },
  small.map(
    (evict): Step =>
      (pipeline) =>
        pipeline.index(evict),
  ),
  fc.constant<Step>((pipeline) => pipeline.sample()),
  fc.integer({ min: 1, max: 30_000 }).map((ms): Step => (pipeline) => {
    pipeline.now += ms
  }),
  fc.constantFrom('observe', 'best-effort', 'never-lose').map(
    (mode): Step =>
      (pipeline) =>
        pipeline.switchTo(mode as 'observe'),
  ),
  fc.constantFrom(0, 100).map(
    (limit): Step =>
      (pipeline) =>
        pipeline.setRateLimit(limit),
  ),
)
const steps = fc.array(step, { maxLength: 60 })

describe('the ledger against a pipeline that loses records', () => {
  it('closes at every moment: each stage takes what the one before it let out', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const pipeline = new Pipeline()
        for (const apply of sequence) {
          apply(pipeline)
          const stages = stagesOf(pipeline.ledger.totals(), pipeline.store)
          for (const [i, stage] of stages.entries()) {
            expect(stage.in).toBe(stage.out + stage.dropped + stage.waiting)
            expect(
              Math.min(stage.in, stage.out, stage.dropped, stage.waiting),
            ).toBeGreaterThanOrEqual(0)
            if (i > 0) expect(stage.in).toBe(stages[i - 1]!.out)
          }
          expect(stages.at(-1)!.out).toBe(pipeline.store.held)
        }
      }),
    )
  })

  it('knows in the end what was produced, and every loss by its cause', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const pipeline = new Pipeline()
        for (const apply of sequence) apply(pipeline)
        pipeline.settle()
        const totals = pipeline.ledger.totals()
        const [kernel] = stagesOf(totals, pipeline.store)
        expect(totals.lost).toEqual(pipeline.lost)
        expect(kernel!.in).toBe(pipeline.produced)
        const dropped = Object.values(pipeline.lost).reduce((sum, count) => sum + count, 0)
        expect(pipeline.produced).toBe(pipeline.store.held + pipeline.store.evicted + dropped)
      }),
    )
  })

  it('puts every lost record into a gap that lies within the capture, and is complete only without one', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const pipeline = new Pipeline()
        for (const apply of sequence) apply(pipeline)
        pipeline.settle()
        const gaps = pipeline.ledger.gapsAfter(-Infinity)
        const dropped = Object.values(pipeline.lost).reduce((sum, count) => sum + count, 0)
        expect(gaps.reduce((sum, gap) => sum + gap.records, 0)).toBe(dropped)
        for (const gap of gaps) {
          expect(gap.from).toBeGreaterThanOrEqual(START)
          expect(gap.to).toBeGreaterThanOrEqual(gap.from)
          expect(gap.to).toBeLessThanOrEqual(pipeline.now)
        }
        const view = ledgerView(
          pipeline.ledger,
          { ...pipeline.store, evicted: 0 },
          { now: pipeline.now, rates: new Rates() },
        )
        expect(view.verdict).toBe(dropped === 0 ? 'complete' : 'incomplete')
      }),
    )
  })
})

describe('counterDelta', () => {
  it.each([
    [5, 9, 4, 'counts on'],
    [5, 5, 0, 'stands still'],
    [4_294_967_290, 4, 10, 'wraps at 32 bits'],
    [9, 3, 3, 'was reset and counted on'],
    [9, 0, 0, 'was reset'],
  ])('%d to %d is %d: %s', (before, now, delta) => {
    expect(counterDelta(before, now)).toBe(delta)
  })
})

const STORE: StoreCounts = { held: 0, evicted: 0, waiting: 0, firstAt: null }
const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19)
const view = (ledger: Ledger, store: Partial<StoreCounts> = {}): LedgerView =>
  ledgerView(ledger, { ...STORE, ...store }, { now: START, rates: new Rates(), time: clock })
const KERNEL = { lost: 0, backlog: 0, backlogLimit: 64, rateLimit: 0 }
const sample = (at: number, more: Partial<LedgerSample> = {}): LedgerSample => ({
  at: START + at,
  mode: 'observe',
  subscription: 1,
  kernel: KERNEL,
  socket: { drops: 0 },
  drain: { records: 0 },
  ...more,
})
const listening = (): Ledger => {
  const ledger = new Ledger('live')
  ledger.connect(START)
  ledger.addSample(sample(0))
  return ledger
}
const frame = (
  firstIndex: number,
  count: number,
  at: number,
): Parameters<Ledger['addFrame']>[0] => ({
  firstIndex,
  count,
  subscription: 1,
  ringDropped: 0,
  cutAt: START + at,
})

// START is 22:13:20 UTC.
describe('the verdict', () => {
  it('is complete since listening began', () => {
    expect(view(listening())).toMatchObject({
      verdict: 'complete',
      sentence: 'complete since 22:13:20',
      since: START,
    })
  })

  it('names who dropped how many, why and when', () => {
    const ledger = listening()
    ledger.addSample(sample(500, { kernel: { ...KERNEL, lost: 3800 } }))
    ledger.addSample(sample(1000, { kernel: { ...KERNEL, lost: 3804 } }))
    ledger.addSample(sample(10_000, { kernel: { ...KERNEL, lost: 3804 } }))
    expect(view(ledger)).toMatchObject({
      verdict: 'incomplete',
      sentence:
        'incomplete: 3,804 records dropped by the kernel (backlog), 0 by us, between 22:13:20 and 22:13:21; complete since 22:13:21',
      since: START + 1000,
      gaps: [{ from: START, to: START + 1000, records: 3804, cause: 'backlog' }],
    })
  })

  it('tells our own losses from the kernel’s', () => {
    const ledger = listening()
    ledger.addSample(
      sample(500, { socket: { drops: 2 }, kernel: { ...KERNEL, rateLimit: 9, lost: 1 } }),
    )
    ledger.addFrame(frame(7, 3, 600))
    expect(view(ledger).sentence).toMatch(
      /^incomplete: 1 record dropped by the kernel \(rate limit\), 9 by us \(socket, ring\), /,
    )
  })

  it('says both causes where the kernel counts them in one number', () => {
    const ledger = listening()
    ledger.addSample(
      sample(500, { kernel: { lost: 5, backlog: 65, backlogLimit: 64, rateLimit: 10 } }),
    )
    expect(view(ledger).sentence).toContain(
      '5 records dropped by the kernel (backlog or rate limit)',
    )
  })

  it('forgets a gap once the events around it were removed for the budget', () => {
    const ledger = listening()
    ledger.addSample(sample(500, { kernel: { ...KERNEL, lost: 4 } }))
    ledger.addSample(sample(1000, { kernel: { ...KERNEL, lost: 4 } }))
    expect(view(ledger, { evicted: 9, firstAt: START + 400 }).verdict).toBe('incomplete')
    expect(view(ledger, { evicted: 9, firstAt: START + 2000 })).toMatchObject({
      verdict: 'complete',
      sentence: 'complete since 22:13:22',
      gaps: [],
    })
  })

  it('is unknown when the kernel’s counters cannot be seen', () => {
    const ledger = new Ledger('live')
    ledger.connect(START)
    ledger.addSample(sample(0, { kernel: null }))
    expect(view(ledger)).toMatchObject({ verdict: 'unknown', since: null })
    expect(view(ledger).sentence).toContain('CAP_AUDIT_CONTROL')
  })

  it('is unknown before anybody listens', () => {
    const ledger = new Ledger('live')
    expect(view(ledger).sentence).toBe('not listening: no event arrives here')
    ledger.connect(START)
    ledger.addSample(sample(0, { mode: 'none', subscription: 0, socket: null }))
    expect(view(ledger)).toMatchObject({ verdict: 'unknown', since: null })
  })

  it('marks the time between two helpers, and what the first one took with it', () => {
    const ledger = listening()
    ledger.addFrame(frame(0, 10, 100))
    ledger.addSample(sample(500, { drain: { records: 14 } }))
    ledger.disconnect(START + 700)
    ledger.connect(START + 60_000)
    ledger.addFrame(frame(0, 5, 60_100))
    ledger.addSample(sample(60_500, { drain: { records: 5 } }))
    const { sentence, gaps, stages } = view(ledger, { held: 15 })
    expect(sentence).toMatch(/0 records dropped by the kernel, 4 by us \(helper ended\)/)
    expect(gaps).toEqual([
      { from: START + 100, to: START + 60_500, records: 4, cause: 'disconnected' },
    ])
    expect(stages.at(-1)).toMatchObject({ in: 15, out: 15 })
  })

  it('says so when nothing was on its way but nobody listened', () => {
    const ledger = listening()
    ledger.addSample(sample(500, { mode: 'none', socket: null }))
    ledger.addSample(sample(5000, { subscription: 2 }))
    expect(view(ledger).sentence).toBe(
      'incomplete: 0 records dropped by the kernel, 0 by us, not listening for a part of it, between 22:13:20 and 22:13:25; complete since 22:13:25',
    )
  })

  it('tells of files only what their serials tell', () => {
    const ledger = new Ledger('file')
    expect(view(ledger)).toMatchObject({ verdict: 'unknown', since: null })
    ledger.addSerialGap({ events: 12, from: START, to: START + 1 })
    expect(view(ledger).sentence).toContain(
      '12 serials between the first and the last event are missing',
    )
  })
})

describe('missing serials', () => {
  it('are a loss of their own when no counter moved', () => {
    const ledger = listening()
    ledger.addSerialGap({ events: 3, from: START + 100, to: START + 200 })
    expect(view(ledger).sentence).toContain('0 by us, 3 events missing without a counter')
    expect(ledger.totals().lost.silent).toBe(3)
  })

  it('are explained by a loss nearby that leaves such holes, and counted once', () => {
    const ledger = listening()
    ledger.addSample(sample(500, { socket: { drops: 9 } }))
    ledger.addSerialGap({ events: 3, from: START + 100, to: START + 200 })
    expect(ledger.totals()).toMatchObject({ missingSerials: 3, lost: { socket: 9, silent: 0 } })
  })

  it('are not explained by a full backlog, which leaves no holes, nor by a loss long ago', () => {
    const ledger = listening()
    ledger.addSample(sample(500, { kernel: { ...KERNEL, lost: 9 } }))
    ledger.addSerialGap({ events: 1, from: START + 100, to: START + 200 })
    ledger.addSample(sample(1000, { socket: { drops: 1 }, kernel: { ...KERNEL, lost: 9 } }))
    ledger.addSerialGap({ events: 2, from: START + 60_000, to: START + 61_000 })
    expect(ledger.totals().lost.silent).toBe(3)
  })
})

describe('what the app drops without knowing how much', () => {
  it('is told by the jump of the index', () => {
    const ledger = listening()
    ledger.addFrame(frame(0, 2, 100))
    ledger.addAppDrop(null)
    ledger.addFrame(frame(9, 1, 200))
    expect(ledger.totals().lost).toMatchObject({ app: 7, ring: 0 })
  })
})

describe('causes', () => {
  it('are listed also when nothing is lost, and the kernel log only when it is known', () => {
    const ledger = listening()
    const bare = view(ledger)
    expect(bare.causes.every((cause) => cause.records === 0)).toBe(true)
    const full = ledgerView(ledger, STORE, {
      now: START,
      rates: new Rates(),
      kernelLog: { records: 7, suppressed: 2 },
    })
    expect(full.causes.slice(bare.causes.length).map(({ id, records }) => [id, records])).toEqual([
      ['kernel-log', 7],
      ['kernel-log-suppressed', 2],
    ])
    expect(full.verdict).toBe('complete')
  })
})

describe('rates', () => {
  it('are those of the last seconds', () => {
    const rates = new Rates()
    expect(rates.next(0, [0])).toEqual([0])
    expect(rates.next(1000, [500])).toEqual([500])
    for (let second = 2; second <= 10; second++) rates.next(second * 1000, [500])
    expect(rates.next(11_000, [500])).toEqual([0])
  })

  it('are measured anew when the clock was set back', () => {
    const rates = new Rates()
    rates.next(3_600_000, [0])
    rates.next(3_601_000, [500])
    expect(rates.next(1000, [600])).toEqual([0])
    expect(rates.next(2000, [900])).toEqual([300])
  })
})
