// Gather, scatter and their relatives over dense values, each place's elements in the order of the reference, so that the results are the same bits.
// Threads share the work by rows or columns, which have nothing in common.
import { type DTypeFacts, dtypes } from '../../core/dtype.ts'
import { reserve, words } from '../../core/memory/heap.ts'
import type { Shape } from '../../core/shape.ts'
import { type Value, viewOf } from '../../core/value.ts'
import { checkIndices } from '../reference/indexing.ts'
import type { Code } from './assembler.ts'
import { add, type FunctionBuilder, mul, sub } from './builder.ts'
import type { OpcodeName } from './opcodes.ts'
import { begin, destination, finish, source } from './operands.ts'
import { cached, least, pointer, unitKernel } from './units.ts'

/** How one element moves: as it is, or added to what is there. */
interface Movement {
  readonly bytes: number
  readonly load: OpcodeName
  readonly store: OpcodeName
  /** Addition of an element, and of as many as a vector holds. */
  readonly sum?: readonly [scalar: OpcodeName, vector: OpcodeName]
}

const copies: Readonly<Record<number, Movement>> = {
  1: { bytes: 1, load: 'i32.load8_u', store: 'i32.store8' },
  4: { bytes: 4, load: 'i32.load', store: 'i32.store' },
  8: { bytes: 8, load: 'i64.load', store: 'i64.store' },
}
const sums: Readonly<Record<string, Movement>> = {
  int32: { bytes: 4, load: 'i32.load', store: 'i32.store', sum: ['i32.add', 'i32x4.add'] },
  float32: { bytes: 4, load: 'f32.load', store: 'f32.store', sum: ['f32.add', 'f32x4.add'] },
  float64: { bytes: 8, load: 'f64.load', store: 'f64.store', sum: ['f64.add', 'f64x2.add'] },
}

/** How elements of `type` move; undefined where their sums have no kernel. */
const movementOf = (type: DTypeFacts, accumulate: boolean): Movement | undefined => (accumulate ? sums[type.name] : copies[type.bytes])

function moveElement({ load, store, sum }: Movement, to: Code, from: Code): Code {
  const element: Code = [load, 0, from]
  return [store, 0, to, sum === undefined ? element : [sum[0], [load, 0, to], element]]
}

function moveVector({ sum }: Movement, to: Code, from: Code): Code {
  const elements: Code = ['v128.load', 0, from]
  return ['v128.store', 0, to, sum === undefined ? elements : [sum[1], ['v128.load', 0, to], elements]]
}

/** Which strip of which row a unit is: the row, the strip's first column and its number of columns. */
function strip(f: FunctionBuilder, unit: Code, strips: Code, width: Code, columns: Code): readonly [row: Code, first: Code, count: Code] {
  const row = f.let('i32', ['i32.div_u', unit, strips], 'row')
  const first = f.let('i32', mul(sub(unit, mul(row, strips)), width), 'first')
  return [row, first, f.let('i32', least(width, sub(columns, first)), 'count')]
}

type Direction = 'gather' | 'scatter'

/** For every row, `lines` lines of `columns` elements: an index each, and its place in the row's part of the table. */
const elementKernel = (direction: Direction) => (movement: Movement) =>
  unitKernel(
    direction,
    ['table', 'index', 'other', 'lines', 'columns', 'width', 'strips', 'rowBytes', 'columnBytes', 'scale'],
    (f, { table, index, other, lines, columns, width, strips, rowBytes, columnBytes, scale }, unit) => {
      const [row, first, count] = strip(f, unit, strips, width, columns)
      const start = f.let('i32', add(add(table, mul(row, rowBytes)), mul(first, columnBytes)), 'start')
      f.for(0, lines, 1, (line) => {
        const element = f.let('i32', add(mul(add(mul(row, lines), line), columns), first), 'element')
        const column = pointer(f, start, 'column')
        const here = pointer(f, add(index, mul(element, 4)), 'here')
        const own = pointer(f, add(other, mul(element, movement.bytes)), 'own')
        f.for(0, count, 1, () => {
          const place = f.let('i32', add(column.at, mul(['i32.load', 0, here.at], scale)), 'place')
          f.emit(direction === 'gather' ? moveElement(movement, own.at, place) : moveElement(movement, place, own.at))
          here.advance(4)
          own.advance(movement.bytes)
          column.advance(columnBytes)
        })
      })
    },
  )

/** For every row, a slice of `width` bytes for each of `count` indices, and its place in the row's part of the table. */
const sliceKernel = (direction: Direction) => (movement: Movement) =>
  unitKernel(
    `${direction}Slices`,
    ['table', 'index', 'other', 'indices', 'bytes', 'width', 'strips', 'rowBytes'],
    (f, { table, index, other, indices, bytes, width, strips, rowBytes }, unit) => {
      const [row, first, count] = strip(f, unit, strips, width, bytes)
      const start = f.let('i32', add(add(table, mul(row, rowBytes)), first), 'start')
      const own = pointer(f, add(add(other, mul(mul(row, indices), bytes)), first), 'own')
      const here = pointer(f, index, 'here')
      const whole = f.let('i32', ['i32.and', count, ['i32.const', -16]], 'whole')
      f.for(0, indices, 1, () => {
        const place = f.let('i32', add(start, mul(['i32.load', 0, here.at], bytes)), 'place')
        const both = (at: Code): [Code, Code] => {
          const pair: [Code, Code] = [add(place, at), add(own.at, at)]
          return direction === 'gather' ? [pair[1], pair[0]] : pair
        }
        f.for(0, whole, 16, (at) => f.emit(moveVector(movement, ...both(at))))
        f.for(whole, count, movement.bytes, (at) => f.emit(moveElement(movement, ...both(at))))
        here.advance(4)
        own.advance(bytes)
      })
    },
  )

const kernels = {
  gather: /*@__PURE__*/ cached(/*@__PURE__*/ elementKernel('gather')),
  scatter: /*@__PURE__*/ cached(/*@__PURE__*/ elementKernel('scatter')),
  gatherSlices: /*@__PURE__*/ cached(/*@__PURE__*/ sliceKernel('gather')),
  scatterSlices: /*@__PURE__*/ cached(/*@__PURE__*/ sliceKernel('scatter')),
}

/** Leaves at `result` in four parts the largest of `count` indices, negative ones being larger than all others. */
const largestKernel = /*@__PURE__*/ unitKernel('largestIndex', ['index', 'count', 'result'], (f, { index, count, result }) => {
  const largest = f.local('v128', 'largest')
  f.set(largest, ['i32x4.splat', ['i32.const', 0]])
  const here = pointer(f, index, 'here')
  const whole = f.let('i32', ['i32.and', count, ['i32.const', -4]], 'whole')
  const visit = (load: OpcodeName, from: Code | number, to: Code, step: number): void =>
    f.for(from, to, step, () => {
      f.set(largest, ['i32x4.max_u', ['local.get', largest], [load, 0, here.at]])
      here.advance(4 * step)
    })
  visit('v128.load', 0, whole, 4)
  visit('v128.load32_splat', whole, count, 1)
  f.emit(['v128.store', 0, result, ['local.get', largest]])
})

let largestAt = 0

/** Throws unless every element of the int32 `index` lies in [0, size), as the reference does. */
function requireIndices(operation: string, index: Value, dim: number, size: number): void {
  const { storage, offset, elementCount } = index
  if (storage.address !== 0) {
    if (largestAt === 0) largestAt = reserve(16)
    if (largestAt !== 0) {
      const count = elementCount
      largestKernel.run(1, count / 8, { index: storage.address + 4 * offset, count, result: largestAt })
      const at = largestAt >>> 2
      if (words.subarray(at, at + 4).every((largest) => largest >>> 0 < size || elementCount === 0)) return
    }
  }
  checkIndices(operation, index, dim, size)
}

/** Sizes before, along and after a dim. */
function around(shape: Shape, dim: number): readonly [outer: number, size: number, inner: number] {
  const product = (sizes: Shape): number => sizes.reduce((all, size) => all * size, 1)
  return [product(shape.slice(0, dim)), shape[dim] ?? 1, product(shape.slice(dim + 1))]
}

const LINE = 64
/** Into how many strips columns are cut, where there are fewer rows. */
const STRIPS = 8
/** Elements of a strip of a gather along the last dim, which has no lines in common with others. */
const GATHERED = 4096

/** The width of strips, in whole cache lines. */
const stripWidth = (rows: number, bytes: number): number =>
  rows >= STRIPS ? bytes : Math.min(bytes, Math.ceil(bytes / STRIPS / LINE) * LINE)

/** Where the operands are, or null where there is no room for small ones. */
function addresses(direction: Direction, table: Value, index: Value, other: Value): Record<'table' | 'index' | 'other', number> | null {
  const gathers = direction === 'gather'
  begin()
  const at = { table: (gathers ? source : destination)(table), index: source(index), other: (gathers ? destination : source)(other) }
  return at.table && at.index && at.other ? at : null
}

/** Moves elements between places of the dense `table`, one for each element of `index`, and the dense `other`, of the index's shape. */
function moveElements(direction: Direction, movement: Movement, table: Value, index: Value, other: Value, dim: number): boolean {
  // sizes of the index may be smaller than the table's; in the first dim that is only less to do
  if (index.shape.some((size, d) => d !== dim && d !== 0 && size !== table.shape[d])) return false
  if (index.elementCount === 0) return true
  const [, size, inner] = around(table.shape, dim)
  const [rows, count] = around(index.shape, dim)
  const { bytes } = movement
  const at = addresses(direction, table, index, other)
  if (at === null) return false
  const last = inner === 1
  const lines = last ? 1 : count
  const columns = last ? count : inner
  const width = last ? (direction === 'gather' ? Math.min(count, GATHERED) : count) : stripWidth(rows, inner * bytes) / bytes
  const strips = Math.ceil(columns / width)
  kernels[direction](movement).run(rows * strips, lines * width * 1.2, {
    ...at,
    lines,
    columns,
    width,
    strips,
    rowBytes: size * inner * bytes,
    columnBytes: last ? 0 : bytes,
    scale: inner * bytes,
  })
  finish()
  return true
}

/** A dense value as a list. */
const flat = ({ storage, offset, elementCount }: Value): Value => viewOf(storage, [elementCount], [1], offset, elementCount)

/** Moves slices between places of the dense `table`, one for each index, and the dense `other`, which has them in order. */
function moveSlices(direction: Direction, movement: Movement, table: Value, index: Value, other: Value, dim: number): boolean {
  if (other.elementCount === 0) return true
  const [rows, size, inner] = around(table.shape, dim)
  if (rows === 1 && inner === 1) {
    // elements of a list, which threads can share however many they are
    return moveElements(direction, movement, flat(table), flat(index), flat(other), 0)
  }
  const at = addresses(direction, table, index, other)
  if (at === null) return false
  const bytes = inner * movement.bytes
  const width = stripWidth(rows, bytes)
  const strips = Math.ceil(bytes / width)
  const indices = index.elementCount
  kernels[`${direction}Slices`](movement).run(rows * strips, indices * (width / 16 + 3), {
    ...at,
    indices,
    bytes,
    width,
    strips,
    rowBytes: size * bytes,
  })
  finish()
  return true
}

const isInt32 = (index: Value): boolean => index.storage.type === dtypes.int32

/** out[i][j] = x[i][index[i][j]] along `dim`. */
export function gather(x: Value, index: Value, dim: number, out: Value, areInside = false): boolean {
  if (!isInt32(index)) return false
  if (!areInside) requireIndices('gather', index, dim, x.shape[dim] ?? 1)
  return moveElements('gather', copies[x.storage.type.bytes] as Movement, x, index, out, dim)
}

/** out[i][index[i][j]] ← or += values[i][j] along `dim`; `out` starts as a copy of x. Where positions repeat, the last is kept. */
export function scatter(
  operation: string,
  index: Value,
  values: Value,
  dim: number,
  out: Value,
  accumulate: boolean,
  areInside = false,
): boolean {
  const movement = movementOf(out.storage.type, accumulate)
  if (!isInt32(index) || movement === undefined) return false
  if (!areInside) requireIndices(operation, index, dim, out.shape[dim] ?? 1)
  return moveElements('scatter', movement, out, index, values, dim)
}

/** out[…, j, …] = x[…, index[j], …] along `dim`. */
export function indexSelect(x: Value, index: Value, dim: number, out: Value): boolean {
  if (!isInt32(index)) return false
  requireIndices('indexSelect', index, dim, x.shape[dim] ?? 1)
  return moveSlices('gather', copies[x.storage.type.bytes] as Movement, x, index, out, dim)
}

/** out[…, index[j], …] ← or += values[…, j, …] along `dim`; `out` starts as a copy of x. */
export function indexWrite(operation: string, index: Value, values: Value, dim: number, out: Value, accumulate: boolean): boolean {
  const movement = movementOf(out.storage.type, accumulate)
  if (!isInt32(index) || movement === undefined) return false
  requireIndices(operation, index, dim, out.shape[dim] ?? 1)
  return moveSlices('scatter', movement, out, index, values, dim)
}
