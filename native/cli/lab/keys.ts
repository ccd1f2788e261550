/** Counting a rule's key in what arrives, without parsing records. */

/** Counts how often a key stands in a frame: once in each SYSCALL record of its rule. */
export function keyCounter(key: string): (payload: Uint8Array) => number {
  const wanted = Buffer.from(`key="${key}"`)
  return (payload) => {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
    let count = 0
    for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) count++
    return count
  }
}
