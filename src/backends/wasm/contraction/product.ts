// The kernel of a matrix product: its tasks are blocks of rows × blocks of columns of each matrix of the output.
import type { Code, FunctionCode } from '../assembler.ts'
import { add, FunctionBuilder, i32, mul, sub } from '../builder.ts'
import { compileKernel, type Kernel } from '../launch.ts'
import { argumentsOf, least, parameters } from './arguments.ts'
import { kernelOf, PROBE_DEPTH, type TwoShapes } from './kernels.ts'
import {
  blockFunctions,
  callBlock,
  type ElementType,
  type Layout,
  spareBytes,
  type TileShape,
  tileName,
  vectorTypes,
} from './microkernel.ts'

/** 16 registers hold 6 × 2 vectors of sums, two of B and one of A; with the revectorizer a register holds two of our vectors. */
const NARROW: TileShape = { rows: 6, vectors: 2 }
const WIDE: TileShape = { rows: 6, vectors: 4 }

/** The shape of tiles in a kernel of both shapes. */
export const tileShape = (wide: boolean): TileShape => (wide ? WIDE : NARROW)

/** Calls of the tile functions with operands at an address, `place` the how many-th in a kernel with several sets of them. */
export function tileProbes(
  functions: WebAssembly.Exports,
  type: ElementType,
  wide: boolean,
  address: number,
  family = '',
  place = 0,
): (() => void)[] {
  const { rows, vectors } = tileShape(wide)
  const { bytes } = vectorTypes[type]
  const step = 16 * vectors
  return Array.from({ length: rows }, (_, i) => {
    const tile = functions[tileName(i + 1, vectors, family)] as (...numbers: number[]) => void
    const result = address + 16384 + (place * rows + i) * rows * step
    // rows overlap, so that operands stay in cache
    return () => tile(PROBE_DEPTH, address, bytes, address + 4096, 16, result, step, 0)
  })
}

/**
 * The words of its arguments, in order. Distances are in bytes: `aStep` and `bStep` as the tile functions take them, `aPanel`, `bPanel` from one
 * tile or panel to the next, `aBlock`, `bBlock` from one task's rows or columns to the next task's, `aDepth`, `bDepth` from one element of the
 * sum to the next. Matrix i of A starts at `a` + the word at `offsets` + 16·i, of B at `b` + the word after it. The sum is formed in chunks of
 * `chunk` elements.
 */
export const productArguments = [
  'rows',
  'columns',
  'depth',
  'chunk',
  'rowBlock',
  'columnBlock',
  'a',
  'aStep',
  'aPanel',
  'aBlock',
  'aDepth',
  'b',
  'bStep',
  'bPanel',
  'bBlock',
  'bDepth',
  'c',
  'cStep',
  'cMatrix',
  'accumulate',
  'spare',
  'offsets',
] as const

/** The arguments by name. */
export type ProductArguments = Record<(typeof productArguments)[number], number>

function product(type: ElementType, layout: Layout, shape: TileShape): FunctionCode[] {
  const { bytes } = vectorTypes[type]
  const f = new FunctionBuilder('run', parameters(['args', 'from', 'to']))
  const arg = argumentsOf(f, productArguments)
  const count = (size: Code, block: Code): Code => ['i32.div_u', add(size, sub(block, 1)), block]
  const rowBlocks = f.let('i32', count(arg.rows, arg.rowBlock), 'rowBlocks')
  const columnBlocks = f.let('i32', count(arg.columns, arg.columnBlock), 'columnBlocks')
  f.while('from', f.param('to'), 1, (task) => {
    const line = f.let('i32', ['i32.div_u', task, columnBlocks], 'line')
    const column = f.let('i32', sub(task, mul(line, columnBlocks)), 'column')
    const matrix = f.let('i32', ['i32.div_u', line, rowBlocks], 'matrix')
    const row = f.let('i32', sub(line, mul(matrix, rowBlocks)), 'row')
    const offsets = add(arg.offsets, mul(matrix, 16))
    const a = f.let('i32', add(add(arg.a, ['i32.load', 0, offsets]), mul(row, arg.aBlock)), 'a')
    const b = f.let('i32', add(add(arg.b, ['i32.load', 4, offsets]), mul(column, arg.bBlock)), 'b')
    const firstRow = f.let('i32', mul(row, arg.rowBlock), 'firstRow')
    const rows = least(f, arg.rowBlock, sub(arg.rows, firstRow))
    const firstColumn = f.let('i32', mul(column, arg.columnBlock), 'firstColumn')
    const columns = least(f, arg.columnBlock, sub(arg.columns, firstColumn))
    const corner = add(add(mul(firstRow, arg.cStep), mul(firstColumn, bytes)), mul(matrix, arg.cMatrix))
    const c = f.let('i32', add(arg.c, corner), 'c')
    const spare = f.let('i32', add(arg.spare, mul(task, i32(spareBytes(shape)))), 'spare')
    callBlock(f, { ...arg, rows, columns, a, b, c, spare }, arg.chunk)
  })
  return [...blockFunctions({ type, layout }, shape), f.finish()]
}

/** Both shapes of the product kernel for an element type and a layout of A. */
const shapesOf = (type: ElementType, layout: Layout): TwoShapes => ({
  name: `product ${type} ${layout}`,
  make(wide) {
    const shape = tileShape(wide)
    return compileKernel(`product ${type} ${layout} ${shape.rows}x${shape.vectors}`, product(type, layout, shape))
  },
  probes: (functions, wide, address) => tileProbes(functions, type, wide, address),
})

const kernels = /*@__PURE__*/ new Map<string, TwoShapes>()

/** The product kernel for an element type and a layout of A that is about to do so many multiplications, and its tile shape. */
export function productKernel(type: ElementType, layout: Layout, multiplications: number): { kernel: Kernel; shape: TileShape } {
  const key = type + layout
  let shapes = kernels.get(key)
  if (shapes === undefined) {
    shapes = shapesOf(type, layout)
    kernels.set(key, shapes)
  }
  const { kernel, wide } = kernelOf(shapes, multiplications)
  return { kernel, shape: tileShape(wide) }
}
