import { encodeUtf8 } from '../text'
import type { ByteOutput } from './output'

const two = (number: number): string => String(number).padStart(2, '0')
const three = (number: number): string => String(number).padStart(3, '0')

/** Writes times in the local zone; keeps the last second, since records of a second come together. */
export class Clock {
  private second = NaN
  private text = ''
  private zone = ''
  private textBytes: Uint8Array = new Uint8Array(0)
  private zoneBytes: Uint8Array = new Uint8Array(0)

  /** @param render writes a second; the milliseconds are put between it and the zone */
  private constructor(private readonly render: (date: Date) => { text: string; zone: string }) {}

  /** `11/23/26 01:14:11.612`, as ausearch writes it where no locale is set (strftime's `%x %T`). */
  static ausearch(): Clock {
    return new Clock((date) => ({
      text: `${two(date.getMonth() + 1)}/${two(date.getDate())}/${two(date.getFullYear() % 100)} ${hours(date)}`,
      zone: '',
    }))
  }

  /** `2026-11-23T01:14:11.612+00:00`: ISO 8601. */
  static iso(): Clock {
    return new Clock((date) => ({ text: `${day(date)}T${hours(date)}`, zone: zone(date) }))
  }

  /** `2026-11-23 01:14:11.612`, for people. */
  static plain(): Clock {
    return new Clock((date) => ({ text: `${day(date)} ${hours(date)}`, zone: '' }))
  }

  /** A time in ms since the epoch. */
  format(time: number): string {
    const ms = this.enter(time)
    return `${this.text}.${three(ms)}${this.zone}`
  }

  /** Writes the same. */
  write(time: number, out: ByteOutput): void {
    const ms = this.enter(time)
    const { textBytes, zoneBytes } = this
    out.copy(textBytes, 0, textBytes.length)
    out.byte(DOT)
    const hundreds = Math.trunc(ms / 100)
    const tens = Math.trunc(ms / 10)
    out.byte(ZERO + hundreds)
    out.byte(ZERO + tens - hundreds * 10)
    out.byte(ZERO + ms - tens * 10)
    out.copy(zoneBytes, 0, zoneBytes.length)
  }

  /** Renders the second of a time unless it is the last one; returns the milliseconds in it. */
  private enter(time: number): number {
    const second = Math.floor(time / 1000)
    if (second !== this.second) {
      const rendered = this.render(new Date(second * 1000))
      this.second = second
      this.text = rendered.text
      this.zone = rendered.zone
      this.textBytes = encodeUtf8(this.text)
      this.zoneBytes = encodeUtf8(this.zone)
    }
    return time - second * 1000
  }
}

const DOT = 0x2e
const ZERO = 0x30

function day(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
function hours(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}
function zone(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
