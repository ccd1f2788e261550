/** What the helper reported over time, for the charts: bounded, the oldest samples go. */
import type { StatusSample } from '@native/helper/protocol'
import type { Samples } from '@contract/store'

/** At two samples a second, 28 hours. */
const MOST_SAMPLES = 200_000
const MOST_MARKS = 10_000

type Column = Exclude<keyof Samples, 'time' | 'marks' | 'gaps'>

interface Sample {
  time: number
  values: Record<Column, number | null>
}

/** What of two samples in one step is drawn: the larger, so that no spike is lost. */
function larger(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.max(a, b)
}

export class History {
  #samples: Sample[] = []
  #marks: { time: number; text: string }[] = []
  #before: StatusSample | null = null

  /** Adds the helper's sample; `eventsPerSecond` is the store's own rate. */
  add(sample: StatusSample, eventsPerSecond: number): void {
    const before = this.#before
    this.#before = sample
    // A new helper counts from 0 again: rates begin with its second sample.
    const follows =
      before !== null && sample.at > before.at && sample.drain.records >= before.drain.records
    const seconds = follows ? (sample.at - before.at) / 1000 : 0
    const rate = (now: number | null | undefined, then: number | null | undefined) =>
      !follows || now == null || then == null ? null : Math.max(0, now - then) / seconds
    this.#samples.push({
      time: sample.at,
      values: {
        recordsPerSecond: rate(sample.drain.records, before?.drain.records),
        eventsPerSecond,
        backlog: sample.kernel?.backlog ?? null,
        backlogLimit: sample.kernel?.backlogLimit ?? null,
        lost: sample.kernel?.lost ?? null,
        lostPerSecond: rate(sample.kernel?.lost, before?.kernel?.lost),
        waitedMsPerSecond: rate(sample.waitedMs, before?.waitedMs),
        droppedPerSecond: rate(droppedBy(sample), before === null ? null : droppedBy(before)),
        helperCpu: cpuPercent(rate(cpuMs(sample), before === null ? null : cpuMs(before))),
      },
    })
    if (this.#samples.length > MOST_SAMPLES * 1.1)
      this.#samples = this.#samples.slice(-MOST_SAMPLES)
  }

  mark(time: number, text: string): void {
    this.#marks.push({ time, text })
    if (this.#marks.length > MOST_MARKS) this.#marks.shift()
  }

  clear(): void {
    this.#samples = []
    this.#marks = []
    this.#before = null
  }

  /** The samples of a time range, at most `points` of them, each step's largest values. */
  samples(from: number, to: number, points: number): Omit<Samples, 'gaps'> {
    const within = this.#samples.slice(this.#indexOf(from), this.#indexOf(to))
    const step = Math.max(1, Math.ceil(within.length / points))
    const merged: Sample[] = []
    for (let at = 0; at < within.length; at += step)
      merged.push(mergeAll(within.slice(at, at + step)))
    const column = (name: Column) => merged.map(({ values }) => values[name])
    return {
      time: merged.map(({ time }) => time),
      recordsPerSecond: column('recordsPerSecond'),
      eventsPerSecond: column('eventsPerSecond'),
      backlog: column('backlog'),
      backlogLimit: column('backlogLimit'),
      lost: column('lost'),
      lostPerSecond: column('lostPerSecond'),
      waitedMsPerSecond: column('waitedMsPerSecond'),
      droppedPerSecond: column('droppedPerSecond'),
      helperCpu: column('helperCpu'),
      marks: this.#marks.filter(({ time }) => time >= from && time < to),
    }
  }

  /** The index of the first sample at or after a time. */
  #indexOf(time: number): number {
    let low = 0
    let high = this.#samples.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#samples[middle]!.time < time) low = middle + 1
      else high = middle
    }
    return low
  }
}

function mergeAll(samples: readonly Sample[]): Sample {
  const [first, ...rest] = samples
  const merged: Sample = { time: first!.time, values: { ...first!.values } }
  for (const { values } of rest) {
    for (const name of Object.keys(values) as Column[]) {
      merged.values[name] = larger(merged.values[name], values[name])
    }
  }
  return merged
}

function droppedBy(sample: StatusSample): number {
  return sample.ring.droppedRecords + (sample.socket?.drops ?? 0)
}

function cpuMs({ cpu }: StatusSample): number {
  return cpu.user + cpu.system
}

/** Percent of one core from ms of CPU time a second. */
function cpuPercent(msPerSecond: number | null): number | null {
  return msPerSecond === null ? null : msPerSecond / 10
}
