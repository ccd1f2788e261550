/** The colours of both themes meet WCAG 2.1 AA: 4.5 for text, 3 for what only has to be seen. */
import { describe, expect, it } from 'vitest'
import css from '@renderer/styles/tokens.css?raw'

type Tokens = Map<string, string>

function block(pattern: RegExp): Tokens {
  const tokens: Tokens = new Map()
  for (const match of css.matchAll(pattern)) {
    for (const [, name, value] of match[1]!.matchAll(/--([\w-]+):\s*([^;]+);/g)) {
      tokens.set(name!, value!.trim())
    }
  }
  return tokens
}

const light = block(/^:root \{([^}]*)\}/gm)
const dark = new Map([...light, ...block(/^:root\[data-theme='dark'\] \{([^}]*)\}/gm)])

/** Relative luminance, WCAG 2.1. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high! + 0.05) / (low! + 0.05)
}

const SURFACES = ['bg', 'bg-raised', 'bg-sunken', 'bg-hover', 'bg-selected', 'bg-float']
const TINTS = ['ok', 'note', 'warning', 'danger']

/** Text colour → the backgrounds that it is used on. */
const TEXT: [string, string[]][] = [
  ['text', [...SURFACES, ...TINTS.map((tint) => `${tint}-bg`), 'chart-zone']],
  ['text-muted', [...SURFACES, ...TINTS.map((tint) => `${tint}-bg`)]],
  ['text-faint', SURFACES],
  ['accent', SURFACES],
  ['on-accent', ['accent']],
  ['on-danger-fill', ['danger-fill']],
  ['chart-axis', ['bg', 'bg-raised']],
  ...TINTS.map((tint): [string, string[]] => [tint, [...SURFACES, `${tint}-bg`]]),
]

/** Seen, not read: borders of controls, focus rings, the first four series of a chart, hatching. */
const SEEN: [string, string[]][] = [
  ['line-control', ['bg', 'bg-raised', 'bg-float']],
  ['focus', SURFACES],
  ['series-1', ['bg', 'bg-raised']],
  ['series-2', ['bg', 'bg-raised']],
  ['series-3', ['bg', 'bg-raised']],
  ['gap-hatch', ['bg', 'bg-raised']],
]

const themes: [string, Tokens][] = [
  ['light', light],
  ['dark', dark],
]

describe.each(themes)('%s theme', (_theme, tokens) => {
  const colour = (name: string) => {
    const value = tokens.get(name)
    if (!value || !/^#[0-9a-f]{6}$/.test(value)) throw new Error(`--${name} is no colour: ${value}`)
    return value
  }
  const cases = (list: [string, string[]][]) =>
    list.flatMap(([front, backs]) => backs.map((back): [string, string] => [front, back]))

  it.each(cases(TEXT))('reads %s on %s', (front, back) => {
    expect(contrast(colour(front), colour(back))).toBeGreaterThanOrEqual(4.5)
  })

  it.each(cases(SEEN))('sees %s on %s', (front, back) => {
    expect(contrast(colour(front), colour(back))).toBeGreaterThanOrEqual(3)
  })

  it('has eight different series colours', () => {
    const series = Array.from({ length: 8 }, (_, index) => colour(`series-${index + 1}`))
    expect(new Set(series).size).toBe(8)
  })
})

it('defines in the dark theme every colour of the light one', () => {
  const colours = [...light].filter(([, value]) => value.startsWith('#')).map(([name]) => name)
  const own = block(/^:root\[data-theme='dark'\] \{([^}]*)\}/gm)
  expect(colours.filter((name) => !own.has(name))).toEqual([])
})
