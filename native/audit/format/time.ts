const two = (number: number): string => String(number).padStart(2, '0')
const three = (number: number): string => String(number).padStart(3, '0')

/** Writes times in the local zone; keeps the last second, since records of a second come together. */
export class Clock {
  private second = NaN
  private text = ''
  private zone = ''

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
    const second = Math.floor(time / 1000)
    if (second !== this.second) {
      const rendered = this.render(new Date(second * 1000))
      this.second = second
      this.text = rendered.text
      this.zone = rendered.zone
    }
    return `${this.text}.${three(time - second * 1000)}${this.zone}`
  }
}

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
