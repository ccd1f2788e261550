/** The hatching of spans in which records are missing. */

const SIZE = 8

/** A tile of diagonal lines in a colour, as ECharts takes patterns; the colour itself where there is no canvas. */
export function hatch(colour: string): { image: HTMLCanvasElement; repeat: 'repeat' } | string {
  const image = document.createElement('canvas')
  image.width = image.height = SIZE
  const context = image.getContext('2d')
  if (!context) return colour
  context.globalAlpha = 0.55
  context.strokeStyle = colour
  context.lineWidth = 1
  context.beginPath()
  for (const shift of [-SIZE, 0, SIZE]) {
    context.moveTo(shift, SIZE)
    context.lineTo(shift + SIZE, 0)
  }
  context.stroke()
  return { image, repeat: 'repeat' }
}
