// Gives regions of memory places in one block, so that those whose lives do not overlap share bytes: largest first, each at the lowest place where
// nothing lies meanwhile. It knows no instructions.

/** Memory with a life: from the first step that touches it to the last. */
export interface Region {
  readonly bytes: number
  readonly first: number
  readonly last: number
}

/** Cache lines, which some kernels fill whole. */
export const LINE = 64
export const wholeLines = (bytes: number): number => Math.max(LINE, Math.ceil(bytes / LINE) * LINE)

/** Where each region starts, and how many bytes all take together. */
export function planMemory(regions: readonly Region[]): { readonly offsets: readonly number[]; readonly bytes: number } {
  const offsets = regions.map(() => 0)
  const order = regions.map((_, i) => i).sort((x, y) => (regions[y] as Region).bytes - (regions[x] as Region).bytes || x - y)
  const placed: number[] = []
  let bytes = 0
  for (const i of order) {
    const region = regions[i] as Region
    const size = wholeLines(region.bytes)
    const neighbours = placed
      .filter((other) => {
        const { first, last } = regions[other] as Region
        return first <= region.last && region.first <= last
      })
      .map((other) => ({ start: offsets[other] as number, end: (offsets[other] as number) + wholeLines((regions[other] as Region).bytes) }))
      .sort((x, y) => x.start - y.start)
    let at = 0
    for (const { start, end } of neighbours) {
      if (start - at >= size) break
      at = Math.max(at, end)
    }
    offsets[i] = at
    placed.push(i)
    bytes = Math.max(bytes, at + size)
  }
  return { offsets, bytes }
}
