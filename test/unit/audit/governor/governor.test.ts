import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SimulatedMachine, type MachineOptions } from './model'

const BUDGET = { cpuPercent: 5, memoryBytes: 2 ** 26, waitMs: 20 }
const CALM: MachineOptions = { budget: BUDGET, cost: 0.01, idle: 4 }
/** Records per second that fit into the budget of these options. */
const affordable = ({ budget, cost, idle }: MachineOptions): number =>
  (budget.cpuPercent * 10 - idle) / cost
const actions = (machine: SimulatedMachine): string[] => machine.steps.map(({ action }) => action)

const machineOptions = fc
  .record({
    cpuPercent: fc.integer({ min: 2, max: 50 }),
    cost: fc.double({ min: 0.002, max: 0.1, noNaN: true }),
    idleShare: fc.double({ min: 0, max: 0.3, noNaN: true }),
    noise: fc.infiniteStream(fc.double({ min: 0.9, max: 1.1, noNaN: true })),
    mode: fc.constantFrom('observe', 'best-effort'),
  })
  .map(({ cpuPercent, cost, idleShare, noise, mode }): MachineOptions => ({
    budget: { ...BUDGET, cpuPercent },
    cost,
    idle: idleShare * cpuPercent * 10,
    mode: mode as 'observe',
    noise: () => noise.next().value ?? 1,
  }))

describe('the governor on a simulated machine', () => {
  it('keeps the CPU within 1.2 of the budget from the third second on, up to 20 times the load that fits', () => {
    fc.assert(
      fc.property(
        machineOptions,
        fc.double({ min: 1.3, max: 20, noNaN: true }),
        (options, times) => {
          const machine = new SimulatedMachine(options)
          machine.run(20_000, times * affordable(options))
          const limit = 1.2 * options.budget.cpuPercent
          for (const use of machine.cpuBySecond(2)) expect(use).toBeLessThanOrEqual(limit)
          // And it takes what it may: no less than half of the budget.
          for (const use of machine.cpuBySecond(5))
            expect(use).toBeGreaterThan(0.5 * options.budget.cpuPercent)
        },
      ),
    )
  })

  it('takes every record again within 5 s after the load has gone', () => {
    fc.assert(
      fc.property(
        machineOptions,
        fc.double({ min: 1.3, max: 20, noNaN: true }),
        (options, times) => {
          const machine = new SimulatedMachine(options)
          machine.run(10_000, times * affordable(options))
          machine.run(5000, 0.4 * affordable(options))
          expect(machine.decision).toMatchObject({
            pace: null,
            waitTime: machine.mode === 'observe' ? null : 0,
            rateLimit: null,
          })
        },
      ),
    )
  })

  it('sheds once for a load that stays, whatever the load, and corrects its pace a few times at most', () => {
    fc.assert(
      fc.property(machineOptions, fc.double({ min: 0, max: 20, noNaN: true }), (options, times) => {
        const machine = new SimulatedMachine(options)
        machine.run(60_000, times * affordable(options))
        const counts = (action: string): number =>
          actions(machine).filter((each) => each === action).length
        expect(counts('shed')).toBeLessThanOrEqual(1)
        expect(counts('full')).toBe(0)
        expect(counts('pace')).toBeLessThanOrEqual(6)
      }),
    )
  })

  it('changes between shedding and taking all no more often than the load does', () => {
    const loads = fc.array(fc.constantFrom(0, 0.3, 5, 20), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(machineOptions, loads, (options, times) => {
        const machine = new SimulatedMachine(options)
        for (const each of times) machine.run(8000, each * affordable(options))
        const turns = actions(machine).filter((action) => action === 'shed' || action === 'full')
        const changes = times.filter((each, i) => each > 1 !== (times[i - 1] ?? 0) > 1).length
        expect(turns.length).toBe(changes)
      }),
    )
  })

  it('leaves bursts alone that fit into the budget within a second', () => {
    const machine = new SimulatedMachine(CALM)
    for (let i = 0; i < 10; i++) {
      machine.run(250, 3 * affordable(CALM))
      machine.run(1500, 0)
    }
    expect(actions(machine)).toEqual(['bound-wait'])
  })
})

describe('the kernel’s settings', () => {
  it('bound waits before anybody waits, and forbid them while records are shed', () => {
    const options = { ...CALM, budget: { ...BUDGET, waitMs: 1000 } }
    const machine = new SimulatedMachine(options)
    machine.run(250, 0)
    // 1000 ms are 250 jiffies, for a call of 8 records.
    expect(machine.decision.waitTime).toBe(31)
    machine.run(3000, 20 * affordable(options))
    expect(machine.decision.waitTime).toBe(0)
    machine.run(6000, 0)
    expect(machine.decision).toMatchObject({ pace: null, waitTime: 31 })
  })

  it('go back to a wait time that is shorter than the budget’s', () => {
    const options = { ...CALM, budget: { ...BUDGET, waitMs: 1000 }, kernel: { waitTime: 10 } }
    const machine = new SimulatedMachine(options)
    machine.run(250, 0)
    expect(machine.decision.waitTime).toBeNull()
    machine.run(3000, 20 * affordable(options))
    machine.kernel = { ...machine.kernel, waitTime: 0 }
    expect(machine.decision.waitTime).toBe(0)
    machine.run(6000, 0)
    expect(machine.decision.waitTime).toBeNull()
  })

  it.each([
    ['another daemon owns it', { owner: 'other' as const }],
    ['nobody owns it', { owner: 'nobody' as const }],
    ['it is locked', { enabled: 2 }],
  ])('are not touched when %s; records are shed all the same', (_why, kernel) => {
    const machine = new SimulatedMachine({ ...CALM, mode: 'observe', kernel })
    machine.run(5000, 20 * affordable(CALM))
    expect(machine.decision).toMatchObject({ waitTime: null, rateLimit: null })
    expect(machine.decision.pace).toBeGreaterThan(0)
  })

  /** Looking at records at all is dearer than the budget. */
  const HELPLESS: MachineOptions = { budget: { ...BUDGET, cpuPercent: 1 }, cost: 0.5, idle: 1 }

  it('get a rate limit as the last resort only, which goes with the load', () => {
    const machine = new SimulatedMachine(HELPLESS)
    machine.run(10_000, 5000)
    expect(actions(machine)).toEqual(['bound-wait', 'shed', 'rate-limit'])
    expect(machine.decision.rateLimit).toBe(50)
    machine.run(5000, 1)
    expect(machine.decision).toMatchObject({ pace: null, rateLimit: null })
  })

  it.each([
    ['the machine would panic by it', { failure: 2 }, /panics the machine/],
    ['the user has set one', { rateLimit: 700 }, /not the governor’s to change/],
  ])('get no rate limit when %s, and that is said once', (_why, kernel, text) => {
    const machine = new SimulatedMachine({ ...HELPLESS, kernel })
    machine.run(20_000, 5000)
    expect(machine.decision.rateLimit).toBeNull()
    const told = machine.steps.filter(({ action }) => action === 'cannot')
    expect(told).toHaveLength(1)
    expect(told[0]!.text).toMatch(text)
  })

  it('and records are left alone in the mode that never loses one', () => {
    const machine = new SimulatedMachine({ ...CALM, mode: 'never-lose' })
    machine.run(5000, 20 * affordable(CALM))
    expect(machine.decision).toMatchObject({ pace: null, waitTime: null, rateLimit: null })
    expect(actions(machine)).toEqual(['cannot'])
  })
})

describe('explanations', () => {
  it('say what was used, what is allowed, and what is done', () => {
    const machine = new SimulatedMachine(CALM)
    machine.run(3000, 20 * affordable(CALM))
    const shed = machine.steps.find(({ action }) => action === 'shed')
    expect(shed!.text).toMatch(
      /^The helper used \d+ % of a CPU and may use 5\.0 %: it takes [\d,]+ records\/s at most; what does not fit is lost, and counted, and no task waits for it\.$/,
    )
  })
})
