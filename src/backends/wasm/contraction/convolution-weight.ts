// Weight gradients of convolutions: how the work is cut, where everything lies in scratch memory, and the launches. The images are
// cut into splits whose sums are added up in order; how many follows from sizes.
import type { Value } from '../../../core/value.ts'
import type { ConvolutionParams } from '../../reference/convolution.ts'
import { type Kernel, launch } from '../launch.ts'
import { begin, destination, finish, source, table } from '../operands.ts'
import { arrangeArguments, arrangedLength, arrangement } from './convolution-arrange.ts'
import { DOT_SPARE_BYTES, dotRows, dots, SUM_BLOCK, sumKernel } from './convolution-dots.ts'
import { forwardPlan, type Geometry, geometryOf } from './convolution-geometry.ts'
import { RUN } from './convolution-taps.ts'
import { computes, evenParts, FLOPS, layout, lines, taskWork } from './convolution-work.ts'
import { kernelOf } from './kernels.ts'
import { filteringPays } from './winograd.ts'
import { correlate } from './winograd-weight.ts'

/** Runs that a step takes, about: sums stay in registers as long, and a panel of dy takes two thirds of the first cache. */
const STEP_RUNS = 112
/** Bytes of planes that a step takes, at most. */
const STEP_BYTES = 1 << 20
/** Elements of all splits' sums together. */
const MOST_SUMS = 1 << 20

let sum: Kernel | null = null

/** The gradient of a convolution's weight as dot products along planes. */
export function weightGradientByDots(g: Geometry, x: Value, dy: Value, dw: Value): boolean {
  const plan = forwardPlan(g)
  const [phase] = plan.phases as readonly [(typeof plan.phases)[0]]
  const [outHeight, outWidth] = g.out
  const depth = phase.taps.length * g.channels
  const rowRuns = Math.ceil(outWidth / RUN)
  // rows of the image that two blocks share are arranged twice
  const blockRows = evenParts(outHeight, Math.max(Math.floor((STEP_RUNS * 1.25) / rowRuns), 2 * plan.reach[0]))
  const blocks = Math.ceil(outHeight / blockRows)
  const planes = arrangement({
    channels: g.channels,
    size: g.size,
    stride: g.stride,
    variants: plan.variants,
    rows: blockRows + plan.reach[0],
    columns: outWidth + plan.reach[1],
    pitch: rowRuns * RUN + plan.reach[1],
  })
  const units = g.images * blocks
  const runsPerUnit = blockRows * rowRuns
  const unitBytes = lines(4 * arrangedLength(planes))
  const unitsPerStep = Math.min(units, blocks > 1 ? 1 : Math.max(1, Math.round(Math.min(STEP_RUNS / runsPerUnit, STEP_BYTES / unitBytes))))
  const steps = Math.ceil(units / unitsPerStep)

  const total = 2 * dy.elementCount * depth
  const wanted = Math.max(1, Math.round(total / taskWork(total)))
  const stepsPerSplit = Math.ceil(steps / Math.min(steps, wanted, Math.max(1, Math.floor(MOST_SUMS / dw.elementCount))))
  const splits = Math.ceil(steps / stepsPerSplit)
  const { kernel, wide } = kernelOf(dots, total / 2)
  const tileRows = dotRows(wide)
  const panels = Math.ceil(g.filters / tileRows)
  const separable = g.groups > 1 ? g.groups : panels
  const perPart = evenParts(separable, Math.ceil((separable * splits) / wanted))
  const parts = Math.ceil(separable / perPart)

  const packedBytes = unitsPerStep * runsPerUnit * tileRows * RUN * 4
  const packedAt = unitsPerStep * unitBytes
  const spareAt = packedAt + lines(packedBytes)
  const slotBytes = spareAt + lines(DOT_SPARE_BYTES)
  const scratch = layout([splits > 1 ? 4 * splits * dw.elementCount : 0, splits * parts * slotBytes])
  if (scratch === null) return false
  begin()
  const [xAt, yAt, wAt] = [source(x), source(dy), destination(dw)]
  if (xAt === 0 || yAt === 0 || wAt === 0) return false
  const [partial, slots] = scratch as [number, number]
  const arrange = arrangeArguments(planes)
  const places: number[] = []
  for (let channel = 0; channel < g.channels; channel++) {
    for (const { variant, shift } of phase.taps) {
      places.push(4 * ((channel * plan.variants.length + variant) * planes.planeSize + shift[0] * planes.pitch + shift[1]))
    }
  }
  const runs: number[] = []
  for (let unit = 0; unit < unitsPerStep; unit++)
    for (let row = 0; row < blockRows; row++)
      for (let run = 0; run < rowRuns; run++) runs.push(unit * unitBytes + 4 * (row * planes.pitch + run * RUN))
  const [offsets, runTable] = [table(places), table(runs)]

  const sums = splits > 1 ? partial : wAt
  const cut = [units, blocks, blockRows, unitsPerStep, stepsPerSplit * unitsPerStep, parts, g.groups]
  const perParts = g.groups > 1 ? [perPart, panels] : [g.groups, perPart]
  const memory = [slots, slotBytes, unitBytes, packedAt, spareAt, xAt, yAt]
  const product = [outHeight, outWidth, runTable, offsets, depth, g.filters, panels, sums]
  launch(kernel, [...arrange, ...cut, ...perParts, ...memory, ...product], splits * parts, total / FLOPS)
  if (splits > 1) {
    sum ??= sumKernel()
    launch(sum, [sums, wAt, dw.elementCount, splits], Math.ceil(dw.elementCount / SUM_BLOCK), (splits * dw.elementCount) / 8)
  }
  finish()
  return true
}

/** The gradient of a convolution with respect to its weight, from `dy`, that of its result; false where the reference must compute. */
export function convolveWeightGradient(x: Value, dy: Value, dw: Value, params: ConvolutionParams): boolean {
  if (!computes(x, dw) || dy.elementCount === 0) return false
  const g = geometryOf(x, dw, dy, params)
  return (filteringPays(g) && correlate(g, x, dy, dw)) || weightGradientByDots(g, x, dy, dw)
}
