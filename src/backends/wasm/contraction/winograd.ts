// Convolutions and their input gradients by Winograd's filtering: for which sizes, how the work is cut, where everything lies, and the launches.
import type { Value } from '../../../core/value.ts'
import { type Kernel, launch } from '../launch.ts'
import { begin, destination, finish, source, table } from '../operands.ts'
import type { Geometry } from './convolution-geometry.ts'
import { evenParts, FLOPS, layout, lines } from './convolution-work.ts'
import { kernelOf } from './kernels.ts'
import { filtering, filterWeightsKernel, SPARE_LINE } from './winograd-kernel.ts'
import { POINTS, TILE } from './winograd-points.ts'
import { PANEL_ROWS } from './winograd-tiles.ts'
import { LANE_BYTES, LANES } from './winograd-transforms.ts'

type Pair = readonly [number, number]

/** y[r] = Σ over channels and 3 × 3 taps of weight[r, c, tap] · x[c, place − padding + tap]. */
export interface Filtering {
  readonly x: Value
  readonly y: Value
  readonly weight: Value
  readonly images: number
  readonly channels: number
  readonly rows: number
  readonly size: Pair
  readonly out: Pair
  readonly padding: Pair
  /** Elements of the weight from one row and one channel to the next, and whether its taps go backwards. */
  readonly weightRow: number
  readonly weightChannel: number
  readonly turned: boolean
}

/** Transforms are paid for channels and for filters, multiplications saved for each pair; and with few tiles those of the weights cost more. */
const LEAST_CHANNELS = 16
const LEAST_PAIRS = 12
const LEAST_TILES = 32
/** Bytes of lines that a block has, about, for them to stay in the second cache; and the most groups of tiles. */
const BLOCK_BYTES = 1 << 18
const MOST_GROUPS = 16
/** Tasks, and the least work of one: each has a slot of its own, which is reused for its blocks and stays in the cache. */
const TASKS = 16
const LEAST_TASK = 1 << 21
/** Rows of a launch, so that neither the weights' values nor a slot grow without end; and bytes of all slots. */
const MOST_ROWS = 128
export const SLOTS_BYTES: number = 1 << 24
/** How many times faster it is, about, than all multiplications would be. */
export const SPEED = 2

/** Tiles that cover so many outputs in both dims. */
export const tilesOf = ([height, width]: Pair): Pair => [Math.ceil(height / TILE), Math.ceil(width / TILE)]

/** Whether filtering can compute the convolution or a gradient of it, and is faster. */
export function filteringPays({ images, channels, filters, groups, kernel, stride, dilation, size, out }: Geometry): boolean {
  const [down, across] = tilesOf(out)
  return (
    [...kernel, groups, ...stride, ...dilation].join() === '3,3,1,1,1,1,1' &&
    Math.min(...size, ...out) >= TILE &&
    Math.min(channels, filters) >= LEAST_CHANNELS &&
    channels * filters >= LEAST_PAIRS * (channels + filters) &&
    images * down * across >= LEAST_TILES
  )
}

/** A convolution. */
export const forwardFiltering = (g: Geometry, x: Value, weight: Value, y: Value): Filtering => {
  const { images, channels, filters, size, out, padding } = g
  return { x, y, weight, images, channels, rows: filters, size, out, padding, weightRow: 9 * channels, weightChannel: 9, turned: false }
}

/** Its image's gradient: a convolution of its result's with the weights turned round. */
export const backwardFiltering = (g: Geometry, dy: Value, weight: Value, dx: Value): Filtering => {
  const { images, channels, filters, size, out } = g
  const padding = [2 - g.padding[0], 2 - g.padding[1]] as const
  const steps = { weightRow: 9, weightChannel: 9 * channels, turned: true }
  return { x: dy, y: dx, weight, images, channels: filters, rows: channels, size: out, out: size, padding, ...steps }
}

/** Bytes of whole cache lines, of which there is an odd number: so far apart, places do not meet in the same sets of a cache. */
export const apart = (bytes: number): number => lines(bytes) + (lines(bytes) % 128 === 0 ? 64 : 0)

/** Where parts of a slot start after the first, and the bytes of all. */
export function inTurn(parts: readonly number[]): readonly [places: readonly number[], bytes: number] {
  const ends = parts.map((_, i) => parts.slice(0, i + 1).reduce((sum, bytes) => sum + lines(bytes), 0))
  return [ends.slice(0, -1), ends.at(-1) as number]
}

/** Strips of a block: as many as fill the lanes of their groups best, of those the most. */
function blockOf(strips: number, tilesOfStrip: number, bytesOfStrip: number): { stripsPerBlock: number; groups: number } {
  let best = { stripsPerBlock: 1, groups: Math.ceil(tilesOfStrip / LANES), filled: 0 }
  for (let groups = best.groups; groups <= Math.max(best.groups, MOST_GROUPS); groups++) {
    const stripsPerBlock = Math.min(strips, Math.floor((groups * LANES) / tilesOfStrip))
    const filled = (stripsPerBlock * tilesOfStrip) / (groups * LANES)
    const fits = best.filled === 0 || stripsPerBlock * bytesOfStrip <= BLOCK_BYTES
    if (fits && filled >= best.filled) best = { stripsPerBlock, groups, filled }
  }
  return best
}

let weights: Kernel | null = null

/** Computes y; false where there is no room. */
export function filter(o: Filtering): boolean {
  const { channels } = o
  const [height, width] = o.size
  const [outHeight, outWidth] = o.out
  const [stripsOfImage, tilesOfStrip] = tilesOf(o.out)
  const strips = o.images * stripsOfImage
  // a line starts with the padding on its left, or where the first tile does
  const left = Math.max(0, o.padding[1])
  const firstColumn = left - o.padding[1]
  const pitch = 16 * Math.ceil(Math.max(left + width, firstColumn + TILE * tilesOfStrip + 2) / 4)
  const { stripsPerBlock, groups } = blockOf(strips, tilesOfStrip, POINTS * channels * pitch)
  const blocks = Math.ceil(strips / stripsPerBlock)
  const total = 2 * o.y.elementCount * channels * 9
  const mostRows = evenParts(o.rows, MOST_ROWS)

  const lineStep = apart(channels * stripsPerBlock * pitch)
  const pointStep = apart(channels * LANE_BYTES)
  const sumStep = apart(mostRows * LANE_BYTES)
  const weightStep = apart(4 * channels * mostRows)
  const tables = [4 * width + SPARE_LINE, 8 * LANES * groups]
  const [slot, slotBytes] = inTurn([POINTS * pointStep, POINTS * lineStep, ...tables, POINTS * sumStep, POINTS * TILE * sumStep])
  const wanted = Math.min(TASKS, Math.floor(total / SPEED / LEAST_TASK), Math.floor(SLOTS_BYTES / slotBytes))
  const blocksPerTask = Math.ceil(blocks / Math.max(1, wanted))
  const tasks = Math.ceil(blocks / blocksPerTask)
  const parts = layout([POINTS * POINTS * weightStep, tasks * slotBytes])
  if (parts === null) return false
  begin()
  const [x, weight, y] = [source(o.x), source(o.weight), destination(o.y)]
  if (x === 0 || weight === 0 || y === 0) return false
  const [packed, slots] = parts as [number, number]
  const offsets = table(
    Array.from({ length: groups * LANES }, (_, lane) => {
      const [strip, tile] = [Math.floor(lane / tilesOfStrip), lane % tilesOfStrip]
      return strip < stripsPerBlock ? strip * pitch + 4 * (firstColumn + Math.min(TILE * tile, outWidth - TILE)) : 0
    }),
  )

  weights ??= filterWeightsKernel()
  const image = [x, 4 * channels * height * width, height, width, -o.padding[0], left, channels]
  const cut = [strips, stripsOfImage, tilesOfStrip, stripsPerBlock, blocksPerTask, blocks, offsets, pitch]
  for (let first = 0; first < o.rows; first += mostRows) {
    const rows = Math.min(mostRows, o.rows - first)
    const panels = Math.ceil(rows / PANEL_ROWS)
    const [from, tap] = o.turned ? [weight + 32, -4] : [weight, 4]
    const taps = [from + 4 * first * o.weightRow, 4 * o.weightRow, 4 * o.weightChannel, tap]
    launch(weights, [...taps, channels, rows, panels, packed, weightStep], panels, 20 * rows * channels)
    const { kernel } = kernelOf(filtering, (total * rows) / o.rows / 2 / SPEED)
    const result = [y + 4 * first * outHeight * outWidth, 4 * o.rows * outHeight * outWidth, outHeight, outWidth, packed, rows, panels]
    const args = [...image, ...result, ...cut, slots, slotBytes, ...slot, lineStep, pointStep, weightStep, sumStep]
    launch(kernel, args, tasks, (total * rows) / o.rows / SPEED / FLOPS)
  }
  finish()
  return true
}
