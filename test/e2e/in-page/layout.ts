/**
 * A lint of what is on the screen, where a picture would only be looked at: text that is cut off or written over other
 * text, controls that lie on each other or outside of the window, panels with nothing in them. It runs in the page, so
 * it can use nothing from outside of this file.
 */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- called by name from test/e2e/support/layout.ts
function inspectLayout(): string[] {
  const findings: string[] = []
  const SLACK = 1.5
  const CONTROLS =
    'button, input, select, textarea, a[href], [role="button"], [role="tab"], [role="checkbox"], [role="switch"], [role="separator"][tabindex]'

  const describe = (element: Element): string => {
    const name = element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40)
    const className = typeof element.className === 'string' ? element.className.split(' ')[0] : ''
    const parent = element.parentElement
    const within =
      parent && typeof parent.className === 'string' ? `${parent.className.split(' ')[0]} > ` : ''
    return `${within}${element.tagName.toLowerCase()}${className ? `.${className}` : ''} "${name}"`
  }

  interface Box {
    left: number
    top: number
    right: number
    bottom: number
  }
  const boxOf = ({ left, top, right, bottom }: DOMRect): Box => ({ left, top, right, bottom })
  const overlap = (a: Box, b: Box): { x: number; y: number } => ({
    x: Math.min(a.right, b.right) - Math.max(a.left, b.left),
    y: Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top),
  })
  const isEmpty = (box: Box): boolean => box.right - box.left < 1 || box.bottom - box.top < 1

  const styles = new Map<Element, CSSStyleDeclaration>()
  const styleOf = (element: Element): CSSStyleDeclaration => {
    let style = styles.get(element)
    if (style === undefined) styles.set(element, (style = getComputedStyle(element)))
    return style
  }
  /** Text for screen readers only, by the usual means. */
  const isForReaders = (element: Element): boolean =>
    element.closest('.sr-only, .visually-hidden') !== null
  const isShown = (element: Element): boolean => {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const style = styleOf(at)
      if (style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0')
        return false
    }
    return !isForReaders(element)
  }

  interface Clip {
    box: Box
    /** By an edge that cannot be scrolled and shows no ellipsis: what is missing cannot be seen by any means. */
    cutBy: Element | null
    ellipsis: boolean
  }
  /** What of a box is on the screen, and who cuts the rest off. */
  const clip = (from: Element, whole: Box): Clip => {
    let box = whole
    let cutBy: Element | null = null
    let ellipsis = false
    for (let at: Element | null = from; at !== null; at = at.parentElement) {
      const style = styleOf(at)
      if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') ellipsis = true
      const hides = style.overflowX !== 'visible' || style.overflowY !== 'visible'
      if (hides) {
        const edge = boxOf(at.getBoundingClientRect())
        const next = {
          left: Math.max(box.left, edge.left),
          top: Math.max(box.top, edge.top),
          right: Math.min(box.right, edge.right),
          bottom: Math.min(box.bottom, edge.bottom),
        }
        const sideways = next.right - next.left < box.right - box.left - SLACK
        const scrolls = /auto|scroll/.test(style.overflowX)
        if (sideways && !scrolls && !isEmpty(next)) cutBy ??= at
        box = next
      }
      if (style.position === 'fixed') break
    }
    return { box, cutBy, ellipsis }
  }
  /** What floats above the page may cover it. */
  const layerOf = (element: Element): Element | null =>
    element.closest(
      '[data-reka-popper-content-wrapper], [role="dialog"], [role="tooltip"], .tip, .toasts, .legend, .unseen',
    )

  // Text.
  interface Written {
    element: Element
    text: string
    box: Box
    layer: Element | null
  }
  const written: Written[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement
    const text = node.textContent?.trim() ?? ''
    if (element === null || text === '' || /^(SCRIPT|STYLE|OPTION)$/.test(element.tagName)) continue
    if (!isShown(element)) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const rect of range.getClientRects()) {
      const whole = boxOf(rect)
      if (isEmpty(whole)) continue
      const { box, cutBy, ellipsis } = clip(element, whole)
      if (isEmpty(box)) continue
      if (cutBy !== null && !ellipsis) {
        findings.push(`cut off: ${describe(element)} by ${describe(cutBy).slice(0, 60)}`)
      }
      if (box.right > innerWidth + SLACK || box.bottom > innerHeight + SLACK) {
        findings.push(`outside of the window: ${describe(element)}`)
      }
      written.push({ element, text, box, layer: layerOf(element) })
    }
  }
  written.sort((a, b) => a.box.top - b.box.top)
  for (const [index, one] of written.entries()) {
    for (let at = index + 1; at < written.length; at++) {
      const other = written[at]!
      if (other.box.top > one.box.bottom) break
      if (one.layer !== other.layer || one.element === other.element) continue
      if (one.element.contains(other.element) || other.element.contains(one.element)) continue
      const { x, y } = overlap(one.box, other.box)
      // Lines of text stand close: letters touch when more than a third of a line is shared.
      if (x > 2 && y > 6)
        findings.push(`written over: ${describe(one.element)} and ${describe(other.element)}`)
    }
  }

  // Controls.
  const controls = [...document.querySelectorAll(CONTROLS)].flatMap((element) => {
    if (!isShown(element)) return []
    const whole = boxOf(element.getBoundingClientRect())
    if (isEmpty(whole)) return []
    const { box, cutBy } = clip(element, whole)
    const most = { x: whole.right - whole.left, y: whole.bottom - whole.top }
    const seen = { x: box.right - box.left, y: box.bottom - box.top }
    if (isEmpty(box)) return []
    const scrolled = seen.y < most.y - SLACK
    const sideways = seen.x < most.x - SLACK
    if (sideways && cutBy !== null) findings.push(`control cut off: ${describe(element)}`)
    return scrolled || sideways ? [] : [{ element, box, layer: layerOf(element) }]
  })
  const modal = document.querySelector('[role="dialog"]')
  for (const [index, one] of controls.entries()) {
    const { left, right, top, bottom } = one.box
    const [x, y] = [(left + right) / 2, (top + bottom) / 2]
    const on = document.elementFromPoint(x, y)
    const covered = on !== null && !one.element.contains(on) && !on.contains(one.element)
    if (covered && layerOf(on) === one.layer && (modal === null || modal.contains(one.element))) {
      findings.push(`covered: ${describe(one.element)} by ${describe(on)}`)
    }
    for (const other of controls.slice(index + 1)) {
      if (one.layer !== other.layer) continue
      if (one.element.contains(other.element) || other.element.contains(one.element)) continue
      const { x: wide, y: high } = overlap(one.box, other.box)
      if (
        wide > 2 &&
        high > 2 &&
        one.element.getAttribute('role') !== 'separator' &&
        other.element.getAttribute('role') !== 'separator'
      ) {
        findings.push(`controls overlap: ${describe(one.element)} and ${describe(other.element)}`)
      }
    }
  }

  // Panels.
  const PANELS =
    'main, section, aside, nav, header, [role="region"], [role="grid"], [role="tabpanel"], figure'
  for (const panel of document.querySelectorAll(PANELS)) {
    const box = panel.getBoundingClientRect()
    if (!isShown(panel) || box.width * box.height < 4000) continue
    const drawn = [...panel.querySelectorAll('canvas, svg')].some((each) => {
      const { width, height } = each.getBoundingClientRect()
      return width * height > 2000
    })
    if (
      !drawn &&
      panel.textContent.trim() === '' &&
      panel.querySelector('[aria-busy="true"]') === null
    ) {
      findings.push(`blank: ${describe(panel)}`)
    }
  }
  for (const canvas of document.querySelectorAll('canvas')) {
    if (!isShown(canvas) || canvas.width === 0 || canvas.height === 0) continue
    // Read from a copy: reading makes a canvas slow, and the browser complains.
    const copy = document.createElement('canvas')
    copy.width = canvas.width
    copy.height = canvas.height
    const context = copy.getContext('2d', { willReadFrequently: true })
    context?.drawImage(canvas, 0, 0)
    const pixels = context?.getImageData(0, 0, copy.width, copy.height).data
    if (pixels === undefined) continue
    const words = new Uint32Array(pixels.buffer)
    if (words.every((word) => word === words[0])) findings.push(`blank canvas: ${describe(canvas)}`)
  }

  const root = document.documentElement
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) {
    findings.push(`the page is larger than its window: ${root.scrollWidth} x ${root.scrollHeight}`)
  }
  return [...new Set(findings)]
}
