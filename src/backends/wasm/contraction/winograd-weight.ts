// Weight gradients by Winograd's filtering: how the work is cut, where everything lies in scratch memory, and the launches. How many splits
// the tiles are cut into, whose sums are added up in order, follows from sizes.
import type { Value } from '../../../core/value.ts'
import { type Kernel, launch } from '../launch.ts'
import { begin, destination, finish, source, table } from '../operands.ts'
import type { Geometry } from './convolution-geometry.ts'
import { evenParts, FLOPS, layout } from './convolution-work.ts'
import { kernelOf } from './kernels.ts'
import { apart, inTurn, SLOTS_BYTES, SPEED, tilesOf } from './winograd.ts'
import { POINTS, TILE } from './winograd-points.ts'
import { LANES } from './winograd-transforms.ts'
import { collectKernel, correlating, TAPS_BYTES } from './winograd-weight-kernel.ts'

/** Tiles of a block, about: a product's sums stay in registers as long. */
const BLOCK_TILES = 64
/** Filters and channels of a task, so that the sums of a band stay in the second cache. */
const MOST_ROWS = 64
const MOST_CHANNELS = 128
const TASKS = 16

let collect: Kernel | null = null

/** Computes the gradient; false where there is no room. */
export function correlate(g: Geometry, x: Value, dy: Value, dw: Value): boolean {
  const [height, width] = g.size
  const [outHeight, outWidth] = g.out
  const [stripsOfImage, tilesOfStrip] = tilesOf(g.out)
  const strips = g.images * stripsOfImage
  const stripsPerBlock = evenParts(strips, Math.floor(BLOCK_TILES / tilesOfStrip))
  const blocks = Math.ceil(strips / stripsPerBlock)
  const tiles = LANES * Math.ceil((stripsPerBlock * tilesOfStrip) / LANES)

  const rowsOfPart = evenParts(g.filters, MOST_ROWS)
  const channelsOfPart = LANES * evenParts(Math.ceil(g.channels / LANES), MOST_CHANNELS / LANES)
  const [rowParts, channelParts] = [Math.ceil(g.filters / rowsOfPart), Math.ceil(g.channels / channelsOfPart)]
  const blocksPerSplit = Math.ceil(blocks / Math.ceil(TASKS / (rowParts * channelParts)))
  const splits = Math.ceil(blocks / blocksPerSplit)
  const tasks = splits * rowParts * channelParts

  const left = Math.max(0, g.padding[1])
  const firstColumn = left - g.padding[1]
  const xPitch = 16 * Math.ceil(Math.max(left + width, TILE * tilesOfStrip + 2) / 4)
  const yPitch = 4 * TILE * tilesOfStrip
  const [xStep, yStep] = [apart(channelsOfPart * stripsPerBlock * xPitch), apart(rowsOfPart * stripsPerBlock * yPitch)]
  const [xPoint, yNext] = [apart(channelsOfPart * tiles * 4), 4 * tiles]
  const yPoint = apart(rowsOfPart * yNext)
  const sumStep = apart(channelsOfPart * rowsOfPart * 4)
  const [slot, slotBytes] = inTurn([
    2 * xStep,
    2 * yStep,
    4 * Math.max(width, outWidth),
    POINTS * xPoint,
    POINTS * yPoint,
    2 * POINTS * sumStep,
  ])
  const splitBytes = Math.ceil(g.channels / LANES) * g.filters * TAPS_BYTES
  const together = Math.max(1, Math.min(tasks, Math.floor(SLOTS_BYTES / slotBytes)))
  const parts = layout([splits * splitBytes, together * slotBytes])
  if (parts === null) return false
  begin()
  const [xAt, yAt, wAt] = [source(x), source(dy), destination(dw)]
  if (xAt === 0 || yAt === 0 || wAt === 0) return false
  const [partial, slots] = parts as [number, number]
  const channelOffsets = table(Array.from({ length: LANES }, (_, i) => i * stripsPerBlock * xPitch))
  const tileOffsets = table(
    Array.from({ length: tiles }, (_, i) => {
      const strip = Math.min(Math.floor(i / tilesOfStrip), stripsPerBlock - 1)
      return strip * yPitch + 4 * TILE * (i % tilesOfStrip)
    }),
  )
  const total = 2 * dy.elementCount * g.channels * 9
  const { kernel } = kernelOf(correlating, total / 2 / SPEED)
  const image = [xAt, height, width, -g.padding[0], left, g.channels, channelsOfPart, channelParts]
  const result = [yAt, outHeight, outWidth, g.filters, rowsOfPart, rowParts]
  const cut = [strips, stripsOfImage, tilesOfStrip, stripsPerBlock, blocksPerSplit, blocks]
  const lines = [channelOffsets, tileOffsets, firstColumn, xPitch, yPitch, xStep, yStep, xPoint, yPoint, yNext, sumStep]
  for (let first = 0; first < tasks; first += together) {
    const args = [...image, ...result, ...cut, ...lines, first, slots, slotBytes, ...slot, partial]
    const count = Math.min(together, tasks - first)
    launch(kernel, args, count, ((total / SPEED / FLOPS) * count) / tasks)
  }
  collect ??= collectKernel()
  launch(collect, [partial, splits, splitBytes, g.filters, g.channels, wAt], g.filters, (splits + 4) * dw.elementCount)
  finish()
  return true
}
