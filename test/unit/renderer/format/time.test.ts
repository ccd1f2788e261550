import { describe, expect, it } from 'vitest'
import { formatClock, formatInstant, formatTime } from '@renderer/format/time'

const MOMENT = Date.UTC(2026, 10, 23, 12, 4, 10, 181)

describe('points in time', () => {
  it('shows UTC, epoch and relative times', () => {
    expect(formatTime(MOMENT, 'utc')).toBe('12:04:10.181')
    expect(formatTime(MOMENT, 'epoch')).toBe('1795435450.181')
    expect(formatTime(MOMENT, 'relative', MOMENT + 90_000)).toBe('1 min 30 s ago')
    expect(formatTime(MOMENT, 'relative', MOMENT - 250)).toBe('in 250 ms')
  })

  it('shows the local time that the platform has', () => {
    const date = new Date(MOMENT)
    const expected = [date.getHours(), date.getMinutes(), date.getSeconds()]
      .map((part) => String(part).padStart(2, '0'))
      .join(':')
    expect(formatTime(MOMENT, 'local')).toBe(`${expected}.181`)
    expect(formatClock(MOMENT)).toBe(expected)
    expect(formatInstant(MOMENT)).toContain(`${expected}.181`)
    expect(formatInstant(MOMENT)).toContain('1795435450.181')
  })

  it('says that a time is not known', () => {
    expect(formatTime(null, 'local')).toBe('–')
    expect(formatTime(Number.NaN, 'utc')).toBe('–')
    expect(formatClock(null)).toBe('–')
  })
})
