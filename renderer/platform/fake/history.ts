/** Ten minutes of the fake kernel's samples, as the store keeps them for the charts. */
import type { Gap, Samples } from '@contract/store'
import type { FakeKernel } from './kernel'

interface Point {
  time: number
  recordsPerSecond: number
  backlog: number
  backlogLimit: number
  lost: number
  lostPerSecond: number
  waitedMsPerSecond: number
  helperCpu: number
}

const MAX_POINTS = 2400

export class FakeHistory {
  private readonly points: Point[] = []
  readonly marks: { time: number; text: string }[] = []

  /** Adds what the kernel says now; `recordsPerSecond` is the rate since the point before. */
  add(time: number, kernel: FakeKernel, recordsPerSecond: number, waitedMsPerSecond: number): void {
    const { backlog, backlogLimit, lost } = kernel.status
    const before = this.points.at(-1)
    const seconds = before ? (time - before.time) / 1000 : 1
    this.points.push({
      time,
      recordsPerSecond,
      backlog,
      backlogLimit,
      lost,
      lostPerSecond: before ? Math.max(0, lost - before.lost) / seconds : 0,
      waitedMsPerSecond,
      helperCpu: recordsPerSecond / 2000,
    })
    if (this.points.length > MAX_POINTS) this.points.shift()
  }

  samples(from: number, to: number, most: number): Samples {
    const shown = this.points.filter(({ time }) => time >= from && time < to)
    const step = Math.max(1, Math.ceil(shown.length / most))
    const kept = shown.filter((_, index) => index % step === 0)
    const column = (pick: (point: Point) => number): number[] => kept.map(pick)
    return {
      time: column(({ time }) => time),
      recordsPerSecond: column((point) => point.recordsPerSecond),
      eventsPerSecond: column((point) => point.recordsPerSecond / 3.7),
      backlog: column((point) => point.backlog),
      backlogLimit: column((point) => point.backlogLimit),
      lost: column((point) => point.lost),
      lostPerSecond: column((point) => point.lostPerSecond),
      waitedMsPerSecond: column((point) => point.waitedMsPerSecond),
      droppedPerSecond: column(() => 0),
      helperCpu: column((point) => point.helperCpu),
      marks: this.marks.filter(({ time }) => time >= from && time < to),
      gaps: this.gaps(),
    }
  }

  /** Spans in which the kernel lost records. */
  gaps(): Gap[] {
    const gaps: Gap[] = []
    for (const { time, lostPerSecond } of this.points) {
      if (lostPerSecond === 0) continue
      const last = gaps.at(-1)
      if (last && time - last.to < 1500) {
        last.to = time
        last.records += Math.round(lostPerSecond / 2)
      } else {
        gaps.push({
          from: time - 500,
          to: time,
          records: Math.round(lostPerSecond / 2),
          cause: 'backlog',
        })
      }
    }
    return gaps
  }
}
