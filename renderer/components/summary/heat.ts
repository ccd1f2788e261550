/** Shades of a heat map. */

/** Rare groups must be seen beside busy ones, so each cell's shade grows with the logarithm of its count. */
const FAINTEST = 0.15

/** Opacity of every cell, 0 for none and at most 1; by group and step like the counts. */
export function heat(counts: readonly (readonly number[])[]): number[][] {
  const most = Math.max(1, ...counts.map((line) => Math.max(0, ...line)))
  const scale = Math.log1p(most)
  return counts.map((line) =>
    line.map((count) => (count <= 0 ? 0 : FAINTEST + (1 - FAINTEST) * (Math.log1p(count) / scale))),
  )
}
