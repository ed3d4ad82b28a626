// Fusion: loop kernels that follow each other become one, so that what one computes for the next never leaves the registers, or at least not the
// cache. Which passes over memory that leaves is said in stages.ts; here is which instructions may come together.
import type { Expression } from '../../backends/expression.ts'
import { broadcastStrides } from '../../backends/index-space.ts'
import type { LoopKernel } from '../../backends/wasm/loops/ir.ts'
import { arithmeticKind, expressionsOf, summedOperands, writtenOperands } from '../../backends/wasm/loops/kernel-facts.ts'
import { sameShape, sizeOf } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import type { Buffer, Graph, Instruction, Rows, View } from '../graph.ts'
import { conflict, footprintOf } from './accesses.ts'
import { asRowStage, elementwiseRows, reductionRows, withShape } from './as-rows.ts'
import { renumbered, shareRows, shortened, withoutUnused } from './stages.ts'
import { keyOfStructure } from './structure-key.ts'

/** Operands and stages that a kernel may have: registers are few. */
const MOST_OPERANDS = 14
const MOST_STAGES = 12
/** Operations of a kernel, counted as often as they are written down: what is used twice is written twice. */
const MOST_OPERATIONS = 400
/** Rows that are enough for any number of threads, and elements that one thread computes by itself. */
const ENOUGH_ROWS = 32
const FEW_ELEMENTS = 16384

export const isElementwise = ({ dims, kernel }: Rows): boolean => dims.length === 0 && kernel.stages.every(({ per }) => per === 'element')

/** Steps through memory along the dims of the rows' shape, and where they start: equal ones touch the same elements in the same turn. */
function pathOf(view: View, shape: readonly number[]): string {
  const strides = broadcastStrides(view as unknown as Value, shape.length)
  return `${view.offset}:${strides.map((stride, d) => (shape[d] === 1 ? 0 : stride))}`
}

const keyOf = (view: View, shape: readonly number[]): string => `${view.buffer.number}@${pathOf(view, shape)}`

/** Whether one of two kernels touches what the other sums up over its rows: that is known when all rows are done. */
function sumsMeet(first: Rows, second: Rows): boolean {
  const meets = (summing: Rows, other: Rows): boolean =>
    [...summedOperands(summing.kernel)].some((k) => touches(other, (summing.operands[k] as View).buffer))
  return meets(first, second) || meets(second, first)
}

/** Whether some buffer is written and looked at in two ways. */
function isHazardous(operands: readonly View[], keys: readonly string[], written: ReadonlySet<number>): boolean {
  for (const k of written)
    for (let other = 0; other < operands.length; other++)
      if (operands[other]?.buffer === operands[k]?.buffer && keys[other] !== keys[k]) return true
  return false
}

const sameDims = (x: readonly number[], y: readonly number[]): boolean => x.length === y.length && x.every((dim) => y.includes(dim))

/** Whether cutting the work into rows leaves enough of it side by side. */
function isParallel(shape: readonly number[], dims: readonly number[]): boolean {
  const elements = sizeOf(shape)
  return dims.length === 0 || elements <= FEW_ELEMENTS || elements / sizeOf(dims.map((dim) => shape[dim] as number)) >= ENOUGH_ROWS
}

const interned = /*@__PURE__*/ new Map<string, LoopKernel>()
const MOST_INTERNED = 1024

/** One kernel for all that are alike, so that equal layers share their code. */
function intern(kernel: LoopKernel): LoopKernel {
  const key = keyOfStructure(kernel)
  const known = interned.get(key)
  if (known !== undefined) return known
  if (interned.size >= MOST_INTERNED) interned.clear()
  interned.set(key, kernel)
  return kernel
}

function operationsOf({ stages }: LoopKernel): number {
  const count = (expression: Expression): number =>
    expression.kind === 'operation' ? expression.operands.reduce((sum, operand) => sum + count(operand), 1) : 0
  return stages.flatMap(expressionsOf).reduce((sum, expression) => sum + count(expression), 0)
}

/** `mul·add·tanh`, shortened. */
function fusedName(x: LoopKernel, y: LoopKernel): string {
  const names = [...x.name.split('·'), ...y.name.split('·')]
  return names.length <= 6 ? names.join('·') : [...names.slice(0, 3), '…', ...names.slice(-2)].join('·')
}

/** Two loop kernels over the same rows as one, the first before the second. */
function together(first: Rows, second: Rows, isDead: (buffer: Buffer) => boolean): Rows | null {
  const { shape } = first
  const dims = isElementwise(first) ? second.dims : first.dims
  if (!isParallel(shape, dims) || sumsMeet(first, second)) return null
  const operands: View[] = []
  const keys: string[] = []
  /** One operand for all views of the same elements, those included that one kernel reads and writes. */
  const place = (view: View): number => {
    const key = keyOf(view, shape)
    const known = keys.indexOf(key)
    if (known >= 0) return known
    keys.push(key)
    return operands.push(view) - 1
  }
  const before = renumbered(first.kernel.stages, first.operands.map(place), [], 0)
  const stages = [...before, ...renumbered(second.kernel.stages, second.operands.map(place), before, first.scalars.length)]
  const kernel: LoopKernel = { name: fusedName(first.kernel, second.kernel), operands: operands.length, stages, computes: 'float32' }
  if (isHazardous(operands, keys, writtenOperands(kernel))) return null
  const isDeadOperand = (k: number): boolean => isDead((operands[k] as View).buffer)
  const fits = (x: number, y: number): boolean => {
    const [a, b] = [operands[x] as View, operands[y] as View]
    return a.buffer.type === b.buffer.type && pathOf(a, shape) === pathOf(b, shape)
  }
  if (operationsOf(first.kernel) + operationsOf(second.kernel) > MOST_OPERATIONS) return null
  const simple = shareRows(shortened(stages, isDeadOperand), isDeadOperand, operands.length, fits)
  const { kernel: small, used } = withoutUnused({ ...kernel, stages: simple })
  if (small.operands > MOST_OPERANDS || small.stages.length > MOST_STAGES || operationsOf(small) > MOST_OPERATIONS) return null
  return {
    kind: 'rows',
    kernel: intern(small),
    shape,
    dims,
    operands: used.map((k) => operands[k] as View),
    scalars: [...first.scalars, ...second.scalars],
    site: second.site,
    parts: [...partsOf(first), ...partsOf(second)],
  }
}

const partsOf = (rows: Rows): Rows['parts'] => (rows.parts.length === 0 ? [rows] : rows.parts)

/** Both under one shape, with elementwise kernels bent to the other's; null where they do not go over the same elements. */
function aligned(first: Rows, second: Rows): readonly [Rows, Rows] | null {
  if (isElementwise(first)) {
    const moved = withShape(first, second.shape)
    return moved && [moved, second]
  }
  if (isElementwise(second)) {
    const moved =
      sizeOf(second.shape) === sizeOf(first.shape) ? withShape(second, first.shape) : asRowStage(second, first.shape, first.dims)
    return moved && [first, moved]
  }
  return sameShape(first.shape, second.shape) && sameDims(first.dims, second.dims) ? [first, second] : null
}

/** The loop kernel of an instruction that may be fused; null of others. */
export function rowsOf(instruction: Instruction): Rows | null {
  if (instruction.kind === 'apply') {
    const rows = elementwiseRows(instruction) ?? reductionRows(instruction)
    if (rows === null || sizeOf(rows.shape) === 0 || !isParallel(rows.shape, rows.dims)) return null
    const last = rows.shape.length - 1
    // sums over columns are cut into pieces by those who know how
    return rows.dims.length === 0 || rows.dims.includes(last) || sizeOf(rows.shape) <= FEW_ELEMENTS ? rows : null
  }
  if (instruction.kind !== 'rows' || sizeOf(instruction.shape) === 0) return null
  const types = instruction.operands.map(({ buffer }) => buffer.type)
  return arithmeticKind(instruction.kernel, types) === 'f32' ? instruction : null
}

/** Whether the second reads what the first writes, or both are elementwise and read the same large operand. */
function areRelated(first: Rows, second: Rows): boolean {
  const [before, after] = [footprintOf(first), footprintOf(second)]
  for (const buffer of after.reads) {
    if (before.writes.has(buffer)) return true
    if (
      before.reads.has(buffer) &&
      buffer.length > 1 &&
      sizeOf(first.shape) === sizeOf(second.shape) &&
      buffer.length >= sizeOf(first.shape)
    )
      return true
  }
  return false
}

/** How far back a partner is looked for. */
const REACH = 64

export function fuse(graph: Graph): Graph {
  const isResult = new Set(graph.results.map(({ buffer }) => buffer))
  /** How many instructions touch a buffer. */
  const users = new Map<Buffer, number>()
  const touch = (instruction: Instruction, by: number): void => {
    const { reads, writes } = footprintOf(instruction)
    for (const buffer of new Set([...reads, ...writes])) users.set(buffer, (users.get(buffer) ?? 0) + by)
  }
  for (const instruction of graph.instructions) touch(instruction, 1)

  const list: Entry[] = []
  /** An instruction before place `end` with which `rows`, at that place, becomes one, and which of them moves. */
  const partner = (rows: Rows, end: number): Fusion | null => {
    let movesUp = true
    for (let at = end - 1; at >= Math.max(0, end - REACH); at--) {
      const { instruction, rows: first } = list[at] as Entry
      if (first !== null && areRelated(first, rows)) {
        const isFree = movesUp || list.slice(at + 1, end).every((between) => !conflict(first, between.instruction))
        const pair = isFree ? aligned(first, rows) : null
        const isDead = (buffer: Buffer): boolean =>
          buffer.role === 'temporary' &&
          !isResult.has(buffer) &&
          users.get(buffer) === Number(touches(first, buffer)) + Number(touches(rows, buffer))
        const fused = pair && together(...pair, isDead)
        if (fused !== null) return { at, fused, movesUp }
      }
      movesUp &&= !conflict(instruction, rows)
    }
    return null
  }
  for (const instruction of graph.instructions) {
    let rows = rowsOf(instruction)
    let end = list.length
    if (rows !== null) {
      touch(instruction, -1)
      touch(rows, 1) // constants are no operands of it
      for (let found = partner(rows, end); found !== null; found = partner(rows, end)) {
        const [before] = list.splice(found.at, 1) as [Entry]
        touch(rows, -1)
        touch(before.rows as Rows, -1)
        touch(found.fused, 1)
        rows = found.fused
        end = found.movesUp ? found.at : end - 1
      }
    }
    const isAlone = rows === null || (rows.parts.length === 1 && rows.parts[0] === instruction)
    list.splice(end, 0, { instruction: isAlone ? instruction : (rows as Rows), rows })
  }
  return { ...graph, instructions: list.map(({ instruction }) => instruction) }
}

interface Entry {
  readonly instruction: Instruction
  /** As a loop kernel; null where it is none. */
  readonly rows: Rows | null
}

interface Fusion {
  readonly at: number
  readonly fused: Rows
  /** Whether the later one moves up to the earlier one, or that one down. */
  readonly movesUp: boolean
}

function touches(instruction: Instruction, buffer: Buffer): boolean {
  const { reads, writes } = footprintOf(instruction)
  return reads.has(buffer) || writes.has(buffer)
}
