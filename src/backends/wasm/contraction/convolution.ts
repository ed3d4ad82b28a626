// Convolutions and their input gradients: how the work is cut, where everything lies in scratch memory, and the launches. All of it
// follows from sizes, so that results do not depend on the number of threads.
import type { Value } from '../../../core/value.ts'
import type { ConvolutionParams } from '../../reference/convolution.ts'
import { type Kernel, launch } from '../launch.ts'
import { begin, destination, finish, source, table } from '../operands.ts'
import { type Arrangement, arrangeArguments, arrangedLength, arrangement } from './convolution-arrange.ts'
import { backwardPlan, forwardPlan, type Geometry, geometryOf, type TapPlan, tapRows } from './convolution-geometry.ts'
import { PHASE_WORDS, packKernel, RUN, SPARE_BYTES, TILE_ROWS, taps } from './convolution-taps.ts'
import { computes, evenParts, FLOPS, layout, lines, taskWork } from './convolution-work.ts'
import { kernelOf } from './kernels.ts'
import { backwardFiltering, filter, filteringPays, forwardFiltering } from './winograd.ts'

/** Operands, and how they lie: steps in elements. */
interface Operands {
  readonly x: Value
  readonly y: Value
  readonly weight: Value
  /** Rows of the product are output channels of one group; depth is input channels × taps. */
  readonly rows: number
  readonly depthChannels: number
  readonly inSize: readonly [number, number]
  readonly outSize: readonly [number, number]
  readonly weightRow: number
  readonly weightChannel: number
}

/** Bytes of planes that a task works on at a time: they should stay in the second cache; and of all tasks that are launched together. */
const PLANE_BYTES = 3 << 17
const SLOTS_BYTES = 1 << 23
let pack: Kernel | null = null

/** Whether taps can read the image where it is: nothing of what they read lies outside. */
const readsInPlace = ({ variants, stride, phases, reach }: TapPlan, [height, width]: readonly [number, number]): boolean =>
  variants.length === 1 &&
  [variants[0]?.y, variants[0]?.x].every((at) => at === 0) &&
  [...stride].every((step) => step === 1) &&
  phases.every(({ count }) => count[1] >= RUN && count[0] + reach[0] <= height && count[1] + reach[1] <= width)

/** What the kernels look up: phases, which part of depth each row needs, and where an element of depth is in the planes and the weight. */
function makeTables(plan: TapPlan, o: Operands, planes: Arrangement, inPlace: boolean): { phaseTable: number; weightOffsets: number } {
  const { phases, variants, stride } = plan
  const planesOfChannel = inPlace ? 1 : variants.length
  const planeSize = inPlace ? o.inSize[0] * o.inSize[1] : planes.planeSize
  const offsets: number[] = []
  const weightOffsets: number[] = []
  const rows: number[] = []
  const facts = phases.map(({ start, count, taps }) => {
    const [firstRow, firstDepth] = [rows.length, offsets.length]
    const lines = tapRows(plan, taps)
    const starts = [0]
    for (const line of lines) {
      for (let channel = 0; channel < o.depthChannels; channel++) {
        for (const { variant, shift, weight } of line.taps) {
          offsets.push(4 * ((channel * planesOfChannel + variant) * planeSize + shift[0] * planes.pitch + shift[1]))
          weightOffsets.push(4 * (channel * o.weightChannel + weight))
        }
      }
      starts.push(offsets.length - firstDepth)
    }
    for (let row = 0; row < count[0]; row++) {
      const inside = lines.map(({ y }) => y + row * stride[0] >= 0 && y + row * stride[0] < o.inSize[0])
      // where no tap is inside, the part is empty
      rows.push(starts[Math.max(0, inside.indexOf(true))] as number, starts[inside.lastIndexOf(true) + 1] as number)
    }
    return { firstRow, firstDepth, count, start: 4 * (start[0] * o.outSize[1] + start[1]) }
  })
  const [rowTable, offsetTable] = [table(rows), table(offsets)]
  const phaseTable = table(
    facts.flatMap(({ firstRow, firstDepth, count, start }) => {
      const words = [rowTable + 4 * firstRow, offsetTable + 4 * firstDepth, firstDepth, ...count, start]
      return [...words, ...new Array<number>(PHASE_WORDS - words.length).fill(0)]
    }),
  )
  return { phaseTable, weightOffsets: table(weightOffsets) }
}

function run(g: Geometry, all: TapPlan, o: Operands): boolean {
  // phases that no tap reaches are cleared before the others are computed
  const plan = { ...all, phases: all.phases.filter(({ taps }) => taps.length > 0) }
  const { phases, reach, step } = plan
  const outPlane = o.outSize[0] * o.outSize[1]
  const mostRows = Math.max(...all.phases.map(({ count }) => count[0]))
  const mostColumns = Math.max(...all.phases.map(({ count }) => count[1]))
  const depth = phases.reduce((sum, phase) => sum + phase.taps.length, 0) * o.depthChannels
  const inPlace = readsInPlace(plan, o.inSize)

  const imageWork = phases.reduce((sum, { taps, count }) => sum + taps.length * count[0] * count[1], 0) * 2 * o.depthChannels * o.rows
  const total = imageWork * g.images * g.groups
  const wanted = taskWork(total)
  pack ??= packKernel()
  const { kernel } = kernelOf(taps, total / 2)
  const pitch = inPlace ? o.inSize[1] : mostColumns + reach[1]
  const planesOf = (rows: number): Arrangement =>
    arrangement({
      channels: o.depthChannels,
      size: o.inSize,
      stride: plan.stride,
      variants: plan.variants,
      rows: rows + reach[0],
      columns: pitch,
      pitch,
    })
  const rowBytes = 4 * o.depthChannels * plan.variants.length * pitch
  const fitting = inPlace ? mostRows : Math.max(4, Math.floor(PLANE_BYTES / rowBytes) - reach[0])
  // an even number of rows, since runs are computed in pairs
  const pairs = Math.min(fitting, (mostRows * wanted) / Math.max(1, imageWork)) / 2
  const blockRows = Math.min(mostRows, 2 * evenParts(Math.ceil(mostRows / 2), Math.floor(pairs)))
  const blocks = Math.ceil(mostRows / blockRows)
  const units = g.images * g.groups * blocks
  const unitsPerTask = Math.max(1, Math.min(units, Math.floor((wanted * blocks) / Math.max(1, imageWork))))
  const tasks = Math.ceil(units / unitsPerTask)
  const planes = planesOf(blockRows)
  const spareAt = inPlace ? 0 : lines(4 * arrangedLength(planes))
  const slotBytes = spareAt + lines(SPARE_BYTES)
  const together = Math.min(tasks, Math.max(1, Math.floor(SLOTS_BYTES / slotBytes)))

  const parts = layout([4 * g.groups * o.rows * depth, together * slotBytes])
  if (parts === null) return false
  begin()
  const [x, weight, y] = [source(o.x), source(o.weight), destination(o.y)]
  if (x === 0 || weight === 0 || y === 0) return false
  const [weights, slots] = parts as [number, number]
  const arrange = arrangeArguments(planes)
  const { phaseTable, weightOffsets } = makeTables(plan, o, planes, inPlace)
  const panels = Math.ceil(o.rows / TILE_ROWS)
  const groupWeights = g.channels * g.filters * g.kernel[0] * g.kernel[1]
  const elements = g.groups * o.rows * depth
  const packing = [weight, 4 * groupWeights, 4 * o.weightRow, weightOffsets, depth, o.rows, panels, weights]
  launch(pack, packing, g.groups * panels, elements)

  // a block of rows is one of all channels' planes
  const columnBlock = Math.min(outPlane, blockRows * step[0] * o.outSize[1])
  const outputCut = {
    matrices: g.images * g.groups,
    rows: o.rows,
    columns: outPlane,
    rowBlock: o.rows,
    columnBlock,
    each: unitsPerTask,
  }
  const result = [x, y, 4 * outPlane, 4 * step[0] * o.outSize[1], 4 * step[1]]
  const product = [weights, depth, o.rows, panels, phases.length, phaseTable, Number(phases.length < all.phases.length)]
  for (let first = 0; first < tasks; first += together) {
    const count = Math.min(together, tasks - first)
    const cut = [units, unitsPerTask, first * unitsPerTask, g.groups, blocks, blockRows, slots, slotBytes, spareAt, Number(!inPlace)]
    launch(
      kernel,
      [...arrange, ...cut, ...result, ...product],
      count,
      ((total / FLOPS) * count) / tasks,
      together === tasks ? outputCut : null,
    )
  }
  finish()
  return true
}

/** The convolution of a geometry as a sum over taps. */
export const convolveByTaps = (g: Geometry, x: Value, weight: Value, y: Value): boolean => {
  const taps = g.kernel[0] * g.kernel[1]
  const operands = { x, y, weight, rows: g.filters, depthChannels: g.channels, inSize: g.size, outSize: g.out }
  return run(g, forwardPlan(g), { ...operands, weightRow: g.channels * taps, weightChannel: taps })
}

/** The same of its image's gradient. */
export const inputGradientByTaps = (g: Geometry, dy: Value, weight: Value, dx: Value): boolean => {
  const taps = g.kernel[0] * g.kernel[1]
  const operands = { x: dy, y: dx, weight, rows: g.channels, depthChannels: g.filters, inSize: g.out, outSize: g.size }
  return run(g, backwardPlan(g), { ...operands, weightRow: taps, weightChannel: g.channels * taps })
}

/** y = weight ∗ x, all dense; false where the reference must compute. */
export function convolve(x: Value, weight: Value, y: Value, params: ConvolutionParams): boolean {
  if (!computes(x, y)) return false
  const g = geometryOf(x, weight, y, params)
  return (filteringPays(g) && filter(forwardFiltering(g, x, weight, y))) || convolveByTaps(g, x, weight, y)
}

/** The gradient of a convolution with respect to its image, from `dy`, that of its result. */
export function convolveInputGradient(dy: Value, weight: Value, dx: Value, params: ConvolutionParams): boolean {
  if (!computes(dy, dx)) return false
  const g = geometryOf(dx, weight, dy, params)
  return (filteringPays(g) && filter(backwardFiltering(g, dy, weight, dx))) || inputGradientByTaps(g, dy, weight, dx)
}
