// Attention and its gradients on kernels: where everything lies in working memory, how the work is cut, and the launches. Scores are only ever those
// of a block of query rows. Cutting depends on sizes only, and sums have one order, so that results do not depend on the number of threads.
import type { Value } from '../../../core/value.ts'
import { broadcastStrides, offsetsOf } from '../../index-space.ts'
import type { AttentionParams } from '../../reference/attention.ts'
import { layout } from '../contraction/convolution-work.ts'
import { kernelOf } from '../contraction/kernels.ts'
import { packingKernel } from '../contraction/packing.ts'
import { tileShape } from '../contraction/product.ts'
import { apart } from '../contraction/winograd.ts'
import { isAvailable, launch } from '../launch.ts'
import type { Stepping } from '../loops/elements.ts'
import { begin, canReadTo, destination, finish, source, table } from '../operands.ts'
import { slotBytes, WHOLE } from './block.ts'
import { backwardNames, backwardShapes, forwardNames, forwardShapes } from './kernels.ts'
import type { MaskLayout } from './rows.ts'

/** Query rows of a block: few, so that its scores stay in the second cache, and causal ones leave out much; many, since blocks of keys are read for each. */
const ROWS = 24
const SCORES_BYTES = 1 << 18
const LEAST_ROWS = 12
/** The most tasks, since each may have a slot, and the least nanoseconds of one. */
const TASKS = 32
const LEAST_TASK = 20_000
/** Nanoseconds of a multiplication, of the exponential of a score, and of packing an element. */
const MULTIPLICATION = 0.024
const EXPONENTIAL = 1
const PACKING = 0.5
/** Bytes after a matrix that are read, though not used. */
const AFTER = 64

const bits = /*@__PURE__*/ new DataView(/*@__PURE__*/ new ArrayBuffer(4))
const bitsOf = (number: number): number => {
  bits.setFloat32(0, number)
  return bits.getInt32(0)
}

interface Sizes {
  readonly heads: number
  readonly queries: number
  readonly keys: number
  readonly depth: number
  readonly width: number
}

function sizesOf(q: Value, k: Value, v: Value): Sizes {
  const [queries, depth] = q.shape.slice(-2) as [number, number]
  return { heads: q.elementCount / (queries * depth), queries, keys: k.shape.at(-2) as number, depth, width: v.shape.at(-1) as number }
}

/** Rows of a matrix for each head, in bytes: where the first one starts, how far apart they are and their elements, and where each head's start. */
interface Placed {
  readonly at: number
  readonly step: number
  readonly along: number
  readonly offsets: readonly number[]
}

const nothing: Placed = { at: 0, step: 0, along: 0, offsets: [] }

/** Where the rows of a value lie; leading dims and rows may be broadcast. */
function place(value: Value, at: number, leading: readonly number[]): Placed {
  const { bytes } = value.storage.type
  const strides = broadcastStrides(value, leading.length + 2).map((stride) => stride * bytes)
  const [step, along] = strides.slice(-2) as [number, number]
  return { at, step, along, offsets: offsetsOf(leading, strides) }
}

/** Where what may be read with the rows of a value ends. */
const endOf = ({ storage, offset }: Value, at: number): number => at + (storage.length - offset) * storage.type.bytes + AFTER

/** Whether kernels can read a value's rows where they lie: dense, with something after them. */
export function areRowsReadable(value: Value): boolean {
  const { storage, offset, shape, strides } = value
  if (shape.at(-1) !== 1 && strides.at(-1) !== 1) return false
  return storage.address === 0 || canReadTo(endOf(value, storage.address + offset * storage.type.bytes))
}

/** Where what is read, and what is written, lies; null where there is no room. */
function placeAll(leading: readonly number[], inputs: readonly (Value | null)[], outputs: readonly Value[]): Placed[] | null {
  begin()
  const placed: Placed[] = []
  for (const [values, addressOf] of [
    [inputs, source],
    [outputs, destination],
  ] as const)
    for (const value of values) {
      const at = value === null ? 0 : addressOf(value)
      if (value !== null && (at === 0 || !canReadTo(endOf(value, at)))) return null
      placed.push(value === null ? nothing : place(value, at, leading))
    }
  return placed
}

/** Words at which each head's part of four matrices starts. */
const tableOf = (heads: number, matrices: readonly Placed[]): number =>
  table(Array.from({ length: heads }, (_, head) => [0, 1, 2, 3].map((i) => matrices[i]?.offsets[head] ?? 0)).flat())

/** How a mask lies along its rows. */
function maskLayout(mask: Value | null): MaskLayout {
  if (mask === null) return null
  const stride = mask.shape.at(-1) === 1 ? 0 : (mask.strides.at(-1) as number)
  const stepping: Stepping = stride === 0 ? 0 : stride === 1 ? 1 : 2
  return { type: mask.storage.type, stepping }
}

/** Rows of a block, bytes of a row of scores. */
function blockOf({ queries, keys }: Sizes): { rowBlock: number; scoreStep: number } {
  const scoreStep = apart(4 * (16 * Math.ceil(keys / 16) + WHOLE))
  const fitting = 6 * Math.floor(SCORES_BYTES / scoreStep / 6)
  return { rowBlock: Math.min(queries, ROWS, Math.max(LEAST_ROWS, fitting)), scoreStep }
}

/** Items of a task, of which all take so many nanoseconds. */
const itemsOf = (items: number, work: number): number => Math.ceil(items / Math.max(1, Math.min(TASKS, Math.floor(work / LEAST_TASK))))

/** Rows of a matrix for each head, packed: panels of as many rows as a tile has columns. */
interface Packed {
  readonly panel: number
  readonly matrix: number
  readonly panels: number
}

function packedOf({ keys }: Sizes, depth: number, columns: number): Packed {
  const [panel, panels] = [4 * columns * depth, Math.ceil(keys / columns)]
  return { panel, matrix: panel * panels, panels }
}

/** Packs; where each head starts is at `offsets`, every fourth word. */
function pack(
  { heads, keys }: Sizes,
  { panels }: Packed,
  from: Placed,
  depth: number,
  columns: number,
  target: number,
  offsets: number,
): void {
  const args = [from.at, from.step, 4, keys, depth, target, panels, offsets]
  launch(packingKernel('f32', columns), args, heads * panels, heads * keys * depth * PACKING)
}

/** Output and logarithms of sums for queries, keys, values and a mask, whose rows are dense but for the mask's; false where there is no room. */
export function attend(inputs: readonly Value[], { scale, isCausal }: AttentionParams, outputs: readonly Value[]): boolean {
  if (!isAvailable()) return false
  const [q, k, v, mask = null] = inputs as readonly [Value, Value, Value, Value?]
  const sizes = sizesOf(q, k, v)
  const { heads, queries, keys, depth, width } = sizes
  const scores = (heads * queries * keys) / (isCausal ? 2 : 1)
  const { kernel, wide } = kernelOf(forwardShapes(maskLayout(mask)), scores * (depth + width))
  const work = scores * ((depth + width) * MULTIPLICATION + EXPONENTIAL)
  const columns = 4 * tileShape(wide).vectors
  const packed = packedOf(sizes, depth, columns)
  const { rowBlock, scoreStep } = blockOf(sizes)
  const blocks = Math.ceil(queries / rowBlock)
  const units = heads * blocks
  const each = itemsOf(units, work)
  const tasks = Math.ceil(units / each)
  const slot = slotBytes(1, rowBlock, scoreStep)
  const parts = layout([heads * packed.matrix, tasks * slot])
  const placed = parts && placeAll(q.shape.slice(0, -2), [q, k, v, mask], outputs)
  if (placed === null) return false
  const [packedKeys, slots] = parts as [number, number]
  const [qRows, kRows, vRows, masks, y, logarithms] = placed as [Placed, Placed, Placed, Placed, Placed, Placed]
  const offsets = tableOf(heads, [qRows, kRows, vRows, masks])
  pack(sizes, packed, kRows, depth, columns, packedKeys, offsets + 4)
  const named: Record<(typeof forwardNames)[number], number> = {
    ...{ queries, keys, depth, width, rowBlock, isCausal: Number(isCausal), scale: bitsOf(scale) },
    ...{ q: qRows.at, qStep: qRows.step, packedKeys, keyPanel: packed.panel, keyMatrix: packed.matrix },
    ...{ mask: masks.at, maskStep: masks.step, maskAlong: masks.along, logarithms: logarithms.at, offsets },
    ...{ slots, slotBytes: slot, scoreStep, blocks, units, each },
    ...{ v: vRows.at, vStep: vRows.step, y: y.at, yStep: y.step, results: tableOf(heads, [y]) },
  }
  launch(
    kernel,
    forwardNames.map((name) => named[name]),
    tasks,
    work,
  )
  finish()
  return true
}

/** Gradients of queries, keys and values for the cotangent, these, the logarithms of sums and a mask; false where there is no room. */
export function attendGradient(inputs: readonly Value[], { scale, isCausal }: AttentionParams, outputs: readonly Value[]): boolean {
  if (!isAvailable()) return false
  const [g, q, k, v, logarithm, mask = null] = inputs as readonly [Value, Value, Value, Value, Value, Value?]
  const sizes = sizesOf(q, k, v)
  const { heads, queries, keys, depth, width } = sizes
  const scores = (heads * queries * keys) / (isCausal ? 2 : 1)
  const multiplications = scores * (3 * depth + 2 * width)
  const { kernel, wide } = kernelOf(backwardShapes(maskLayout(mask)), multiplications)
  const work = multiplications * MULTIPLICATION + scores * EXPONENTIAL
  const columns = 4 * tileShape(wide).vectors
  const [packedK, packedV] = [packedOf(sizes, depth, columns), packedOf(sizes, width, columns)]
  const { rowBlock, scoreStep } = blockOf(sizes)
  const each = itemsOf(heads, work)
  const tasks = Math.ceil(heads / each)
  const slot = slotBytes(2, rowBlock, scoreStep)
  const parts = layout([heads * packedK.matrix, heads * packedV.matrix, tasks * slot])
  const placed = parts && placeAll(q.shape.slice(0, -2), [q, k, v, mask, g, logarithm], outputs)
  if (placed === null) return false
  const [packedKeys, packedValues, slots] = parts as [number, number, number]
  const [qRows, kRows, vRows, masks, gRows, logarithms, dq, dk, dv] = placed as [
    ...[Placed, Placed, Placed, Placed],
    ...[Placed, Placed, Placed, Placed, Placed],
  ]
  const offsets = tableOf(heads, [qRows, kRows, vRows, masks])
  pack(sizes, packedK, kRows, depth, columns, packedKeys, offsets + 4)
  pack(sizes, packedV, vRows, width, columns, packedValues, offsets + 8)
  const named: Record<(typeof backwardNames)[number], number> = {
    ...{ queries, keys, depth, width, rowBlock, isCausal: Number(isCausal), scale: bitsOf(scale) },
    ...{ q: qRows.at, qStep: qRows.step, packedKeys, keyPanel: packedK.panel, keyMatrix: packedK.matrix },
    ...{ mask: masks.at, maskStep: masks.step, maskAlong: masks.along, logarithms: logarithms.at, offsets },
    ...{ slots, slotBytes: slot, scoreStep, heads, each, k: kRows.at, kStep: kRows.step },
    ...{ packedValues, valuePanel: packedV.panel, valueMatrix: packedV.matrix, g: gRows.at, gStep: gRows.step },
    ...{ dq: dq.at, dqStep: dq.step, dk: dk.at, dkStep: dk.step, dv: dv.at, dvStep: dv.step },
    results: tableOf(heads, [gRows, dq, dk, dv]),
  }
  launch(
    kernel,
    backwardNames.map((name) => named[name]),
    tasks,
    work,
  )
  finish()
  return true
}
