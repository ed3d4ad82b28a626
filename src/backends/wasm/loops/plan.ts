// How a loop kernel is launched for given sizes, dtypes and strides: the order of its loops, the schedule, the chunks, the argument words.
import type { DTypeFacts } from '../../../core/dtype.ts'
import { collapse, type IndexSpace } from '../../index-space.ts'
import type { Cut } from '../cut.ts'
import type { Stepping } from './elements.ts'
import type { Variant } from './emit.ts'
import type { LoopKernel } from './ir.ts'
import { summedOperands } from './kernel-facts.ts'
import { type Compiled, compiledVariant } from './variants.ts'

/** An operand whose address is known. Strides are in elements. */
export interface PlacedOperand {
  readonly type: DTypeFacts
  readonly address: number
  readonly outer: readonly number[]
  readonly inner: readonly number[]
}

/** Elements of a task: enough to be worth a thread's while, few enough to balance. */
export const TASK_ELEMENTS = 4096
/** Rows whose elements a sum over rows adds up in one go, at most: longer sums of float32 lose bits. */
const MOST_SUMMED = 64
/** Pieces of the rows that are enough for any number of threads. */
const ENOUGH_PIECES = 64
/** Rows side by side come in multiples of a cache line's float32. */
const LINE_ELEMENTS = 16

const total = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1)

/** How many rows make up a piece, which is a task and has sums of its own. */
export const rowsOfPiece = (rows: number, rowElements: number): number =>
  Math.min(MOST_SUMMED, Math.max(Math.ceil(rows / ENOUGH_PIECES), Math.ceil(TASK_ELEMENTS / rowElements)))

/** How lanes move along a dim of this stride (in elements). */
const steppingOf = (stride: number): Stepping => (stride === 0 ? 0 : stride === 1 ? 1 : 2)

/** The space with its dims by falling strides of one operand, so that neighbours in memory are innermost. */
function ordered(sizes: readonly number[], strides: readonly (readonly number[])[], leading: number): IndexSpace {
  const lead = strides[leading] as readonly number[]
  const dims = sizes.map((_, d) => d)
  const size = (d: number): number => (sizes[d] === 1 ? Number.POSITIVE_INFINITY : Math.abs(lead[d] as number))
  if (!dims.every((d) => d === 0 || size(d - 1) >= size(d))) dims.sort((x, y) => size(y) - size(x) || x - y)
  return collapse(
    dims.map((d) => sizes[d] as number),
    strides.map((all) => dims.map((d) => all[d] as number)),
  )
}

/** How many operands must be gathered lane by lane along the last dim of a space. */
const gathersAlong = ({ strides }: IndexSpace): number => strides.filter((own) => steppingOf(own.at(-1) as number) === 2).length

/** Whether the lanes had better run along the innermost outer dim than along the innermost inner one. */
const prefersOuter = (outer: IndexSpace, inner: IndexSpace): boolean =>
  gathersAlong(outer) < gathersAlong(inner) && (outer.sizes.at(-1) as number) > 1

/** Rows and lanes of a tile. */
const TILE = 64
/** Fewer rows or lanes are not worth tiles. */
const LEAST_TURNED = 4

/**
 * Which operands of an elementwise kernel are contiguous along another dim than the last operand, which is written; that dim becomes
 * the last but one. Undefined where there are none.
 */
function turnedOperands(kernel: LoopKernel, space: IndexSpace, types: readonly DTypeFacts[]): boolean[] | undefined {
  const { sizes, strides } = space
  const last = sizes.length - 1
  const [stage] = kernel.stages
  if (last < 1 || kernel.stages.length > 1 || stage?.per !== 'element' || stage.reductions !== undefined) return undefined
  if (strides.at(-1)?.[last] !== 1 || (sizes[last] as number) < LEAST_TURNED) return undefined
  for (let k = 0; k < types.length - 1; k++) {
    const own = strides[k] as number[]
    const across = own[last] === 1 || (types[k] as DTypeFacts).bytes < 4 ? -1 : own.indexOf(1)
    if (across < 0 || (sizes[across] as number) < LEAST_TURNED) continue
    for (const list of [sizes, ...strides]) list.splice(last - 1, 0, ...list.splice(across, 1))
    return strides.map(
      (list, other) => steppingOf(list[last] as number) === 2 && list[last - 1] === 1 && (types[other] as DTypeFacts).bytes >= 4,
    )
  }
  return undefined
}

/** A launch but for its addresses and scalars. */
export interface Plan {
  readonly outer: readonly number[]
  readonly inner: readonly number[]
  /** Of each operand: its dtype's code, then its strides. */
  readonly layouts: readonly (readonly number[])[]
  readonly compiled: Compiled
  readonly words: readonly number[]
  /** Where among the words the addresses go. */
  readonly addresses: readonly number[]
  readonly tasks: number
  readonly work: number
}

/** Shorter rows of a block are not worth a loop of their own. */
const LEAST_COLUMNS = 4

/**
 * How the loops of a launch lie, and its words; null where there is no vector form. With a `cut`, the kernel has no inner dims, its last two are
 * the rows and columns of matrices, and tasks are those of the launch that is followed; null, too, where an operand is not walked along its rows.
 */
export function makePlan(
  kernel: LoopKernel,
  outer: readonly number[],
  inner: readonly number[],
  operands: readonly PlacedOperand[],
  cut: Cut | null = null,
): Plan | null {
  const types = operands.map(({ type }) => type)
  const nest = inner.length > 0
  const outerStrides = operands.map((operand) => operand.outer)
  const innerStrides = operands.map((operand) => operand.inner)
  const rowSpace: IndexSpace =
    cut === null
      ? ordered(outer, outerStrides, nest ? 0 : operands.length - 1)
      : { sizes: [...outer], strides: outerStrides.map((strides) => [...strides]) }
  const innerSpace: IndexSpace = nest ? collapse(inner, innerStrides) : { sizes: [], strides: operands.map(() => []) }
  const summed = summedOperands(kernel)
  const side = !nest || (summed.size === 0 && prefersOuter(rowSpace, innerSpace))
  const turned = nest || cut !== null ? undefined : turnedOperands(kernel, rowSpace, types)
  const along = side ? rowSpace : innerSpace
  const steps = along.strides.map((strides) => strides.at(-1) as number)
  const steppings = steps.map(steppingOf)
  if (cut !== null && (cut.columns < LEAST_COLUMNS || steppings.includes(2))) return null
  const isTiled = turned !== undefined || cut !== null
  const variant: Variant = {
    schedule: isTiled ? 'tiles' : side ? 'outer' : 'inner',
    outerRank: rowSpace.sizes.length,
    innerRank: innerSpace.sizes.length,
    types,
    steppings,
    ...(turned && { turned }),
  }
  const compiled = compiledVariant(kernel, variant)
  if (compiled === null) return null
  const rowElements = Math.max(1, total(innerSpace.sizes))
  const sizes = rowSpace.sizes.slice()
  // the last dims are walked in chunks
  const chunks = sizes.map(() => 1)
  const last = sizes.length - 1
  if (isTiled) chunks.splice(last - 1, 2, cut?.rowBlock ?? TILE, cut?.columnBlock ?? TILE)
  else if (side) chunks[last] = Math.max(1, Math.ceil(TASK_ELEMENTS / (rowElements * LINE_ELEMENTS))) * LINE_ELEMENTS
  const words = [0, 0]
  let unitElements = rowElements
  for (let d = last; d > last - (isTiled ? 2 : side ? 1 : 0); d--) {
    const n = sizes[d] as number
    const chunk = chunks[d] as number
    words.push(n, chunk)
    unitElements *= Math.min(n, chunk)
    sizes[d] = Math.ceil(n / chunk)
  }
  const units = total(sizes)
  const each = cut?.each ?? (summed.size > 0 ? rowsOfPiece(units, rowElements) : Math.max(1, Math.ceil(TASK_ELEMENTS / unitElements)))
  words[0] = units
  words[1] = each
  words.push(...sizes, ...innerSpace.sizes)
  const addresses = types.map(({ bytes }, k) => {
    const at = words.push(0) - 1
    const strides = rowSpace.strides[k] as number[]
    words.push(...strides.map((stride, d) => stride * bytes * (chunks[d] as number)))
    words.push(...(innerSpace.strides[k] as number[]).map((stride) => stride * bytes))
    if (steppings[k] === 2) words.push((steps[k] as number) * bytes)
    if (isTiled) words.push((strides[last - 1] as number) * bytes)
    if (summed.has(k)) words.push(rowElements * bytes)
    return at
  })
  const layouts = operands.map((operand) => [operand.type.code, ...operand.outer, ...operand.inner])
  const work = total(outer) * rowElements * compiled.elementTime
  return { outer: [...outer], inner: [...inner], layouts, compiled, words, addresses, tasks: Math.ceil(units / each), work }
}

function sameNumbers(x: readonly number[], y: readonly number[]): boolean {
  if (x.length !== y.length) return false
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false
  return true
}

function isLayout(layout: readonly number[], { type, outer, inner }: PlacedOperand): boolean {
  if (layout[0] !== type.code) return false
  for (let d = 0; d < outer.length; d++) if (layout[d + 1] !== outer[d]) return false
  for (let d = 0; d < inner.length; d++) if (layout[d + 1 + outer.length] !== inner[d]) return false
  return true
}

/** Whether a plan is one for these sizes, dtypes and strides. */
export function fits(plan: Plan, outer: readonly number[], inner: readonly number[], operands: readonly PlacedOperand[]): boolean {
  if (!sameNumbers(plan.outer, outer) || !sameNumbers(plan.inner, inner)) return false
  for (let k = 0; k < operands.length; k++) if (!isLayout(plan.layouts[k] as readonly number[], operands[k] as PlacedOperand)) return false
  return true
}

/** A number that differs for most launches; strides differ mostly where sizes do. */
export function hashOf(outer: readonly number[], inner: readonly number[], operands: readonly PlacedOperand[]): number {
  let hash = outer.length
  for (let d = 0; d < outer.length; d++) hash = Math.imul(hash, 31) + (outer[d] as number)
  for (let d = 0; d < inner.length; d++) hash = Math.imul(hash, 31) + (inner[d] as number)
  for (let k = 0; k < operands.length; k++) {
    const operand = operands[k] as PlacedOperand
    hash = Math.imul(hash, 31) + operand.type.code
    for (let d = 0; d < outer.length; d++) hash = Math.imul(hash, 31) + (operand.outer[d] as number)
    if (inner.length > 0) hash = Math.imul(hash, 31) + (operand.inner[inner.length - 1] as number)
  }
  return hash | 0
}
