/** The strip's canvas: drawn at most once a frame, in the colours of the theme. */
import { computed, onBeforeUnmount, onMounted, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useTheme } from '@renderer/composables/theme'
import { formatInstant, formatTime } from '@renderer/format/time'
import { useSettings } from '@renderer/stores/settings'
import type { Scale } from './brush'
import { paint, type StripColours, type StripPicture } from './paint'
import type { TimeSpan } from './time-window'

/** px; the same as the token `--time-strip`. */
const HEIGHT = 72

/** What the picture is made of, apart from its size, colours and words. */
export type StripContent = Pick<StripPicture, 'series' | 'samples' | 'range' | 'pointer'>

export interface StripCanvas {
  /** px of the plot. */
  width: Ref<number>
  scale: ComputedRef<Scale>
}

export function useStripCanvas(
  elements: { plot: () => HTMLElement | null; canvas: () => HTMLCanvasElement | null },
  span: () => TimeSpan,
  content: () => StripContent,
): StripCanvas {
  const settings = useSettings()
  const { dark } = useTheme()
  const width = ref(0)
  const scale = computed<Scale>(() => ({ ...span(), width: width.value }))
  let colours: StripColours | null = null
  let frame: number | null = null

  function label(time: number, unit: 'ms' | 's' | 'min' | 'day'): string {
    const format = settings.timeFormat === 'utc' ? 'utc' : 'local'
    if (unit === 'day') return formatInstant(time).slice(5, 10)
    const clock = formatTime(time, format)
    return unit === 'ms' ? clock : clock.slice(0, unit === 's' ? 8 : 5)
  }

  function draw(): void {
    frame = null
    const canvas = elements.canvas()
    const context = canvas?.getContext('2d')
    if (!canvas || !context || width.value < 1) return
    const ratio = window.devicePixelRatio
    const [wide, high] = [Math.round(width.value * ratio), Math.round(HEIGHT * ratio)]
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide
      canvas.height = high
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    colours ??= readColours()
    const font = `11px ${getComputedStyle(document.body).fontFamily}`
    paint(context, { ...content(), scale: scale.value, height: HEIGHT, colours, font, label })
  }

  function schedule(): void {
    frame ??= requestAnimationFrame(draw)
  }

  watch(dark, () => {
    colours = null
    // The theme's tokens are in force from the next frame on.
    requestAnimationFrame(schedule)
  })

  const sizes = new ResizeObserver(() => (width.value = elements.plot()?.clientWidth ?? 0))
  onMounted(() => {
    sizes.observe(elements.plot()!)
    watch([scale, content], schedule)
  })
  onBeforeUnmount(() => {
    sizes.disconnect()
    if (frame !== null) cancelAnimationFrame(frame)
  })
  return { width, scale }
}

function readColours(): StripColours {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    series: [1, 2, 3, 4, 5, 6, 7, 8].map((index) => token(`series-${index}`)),
    text: token('text'),
    muted: token('chart-axis'),
    line: token('chart-grid'),
    background: token('bg'),
    backlog: token('line-control'),
    danger: token('danger'),
    warning: token('warning'),
    accent: token('accent'),
    gap: token('gap-hatch'),
  }
}
