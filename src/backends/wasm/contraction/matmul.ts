// Matrix products of strided operands: which of them are packed, how the work is cut into tasks, and the launches. Cutting depends on sizes
// only and the sum over depth has one order, so that results do not depend on the number of threads.
import type { Value } from '../../../core/value.ts'
import { broadcastStrides, collapse, offsetsOf } from '../../index-space.ts'
import { isAvailable, launch } from '../launch.ts'
import { begin, canReadTo, destination, finish, scratch, source, table } from '../operands.ts'
import { type ElementType, type Layout, spareBytes, type TileShape, vectorTypes } from './microkernel.ts'
import { packingKernel } from './packing.ts'
import { type ProductArguments, productArguments, productKernel } from './product.ts'

/** Many products of equal shape, C (+)= A · B, with steps in elements. C is dense. */
interface Product {
  readonly type: ElementType
  readonly rows: number
  readonly columns: number
  readonly depth: number
  /** Addresses. */
  readonly a: number
  readonly b: number
  readonly c: number
  readonly aRow: number
  readonly aDepth: number
  readonly bDepth: number
  readonly bColumn: number
  readonly cRow: number
  /** Where each matrix starts, in elements from `a` and `b`. */
  readonly aOffsets: readonly number[]
  readonly bOffsets: readonly number[]
  readonly accumulate: boolean
  /** Whether it is only a part of what is asked for. */
  readonly isPart: boolean
  /** Whether a few bytes after B may be read. */
  readonly roomAfterB: boolean
}

const typeOf: Partial<Record<string, ElementType>> = { float32: 'f32', float64: 'f64', int32: 'i32' }

/** Elements of the sum that are added in registers before C is touched: a panel of B of 16 columns then takes a third of L1. */
const CHUNK = 256
/** The same where B is read once, row after row. */
const SKINNY_CHUNK = 16
const SKINNY_ROWS = 4
/** Rows of A in a task: few, since rows that are powers of two apart share few sets of a cache (on Zen 3, 24 are 9 % faster than 96). */
const ROW_BLOCK = 24
/** The most blocks of rows, so that what each task needs of memory does not add up. */
const ROW_BLOCKS = 4096
/** About how many tasks a large product is cut into, and the least multiplications of a task. */
const TASKS = 32
const LEAST_TASK = 1 << 19
/** Bytes of packed operands at a time. */
const PACKED_BYTES = 1 << 25
/** Bytes of B that a chunk may reach over for it to be read in place: a quarter of L2. */
const DIRECT_BYTES = 1 << 18
/** Rows of A up to which packing B does not pay anyway. */
const DIRECT_ROWS = 16
/** How far apart A's columns must be, and how often they must be read, for packing them to pay: each is on a page of its own. */
const FAR_BYTES = 4096
const FEW_COLUMNS = 64
/** Nanoseconds of a multiplication for each byte of an element, and of packing an element. */
const MULTIPLICATION = 0.006
const PACKING = 0.5

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step
/** Whole cache lines. */
const lines = (size: number): number => roundUp(size, 64)

/** Which operands are packed, how A lies, and the elements of the sum that are added in registers. */
function plan(p: Product): { packsA: boolean; packsB: boolean; layout: Layout; chunk: number } {
  const { bytes } = vectorTypes[p.type]
  const isSkinny = p.rows <= SKINNY_ROWS
  const reach = Math.min(p.depth, CHUNK) * Math.abs(p.bDepth) * bytes
  const isNear = reach <= DIRECT_BYTES || p.rows <= DIRECT_ROWS
  return {
    packsA: p.aDepth !== 1 && (p.aRow !== 1 || (p.aDepth * bytes >= FAR_BYTES && p.columns > FEW_COLUMNS && !isSkinny)),
    packsB: !(p.bColumn === 1 && isNear && p.roomAfterB),
    layout: p.aDepth === 1 ? 'along' : 'across',
    // the chunk decides the order of the sum, so it must not depend on whether there was room to read B in place
    chunk: isSkinny && p.bColumn === 1 ? SKINNY_CHUNK : CHUNK,
  }
}

/** Rows and columns of a task, and how many tasks there are. */
function blocksOf(p: Product, tile: TileShape): { rowBlock: number; columnBlock: number; tasks: number } {
  const matrices = p.aOffsets.length
  const work = matrices * p.rows * p.columns * p.depth
  const wanted = Math.min(TASKS, Math.floor(work / LEAST_TASK)) / matrices
  /** The size of a part of about `count`, a multiple of `step`. */
  const part = (count: number, size: number, step: number): number => roundUp(Math.ceil(size / Math.max(1, Math.ceil(count))), step)
  let rowBlock = part(Math.min(p.rows / ROW_BLOCK, ROW_BLOCKS), p.rows, tile.rows)
  const columnBlock = part(wanted / Math.ceil(p.rows / rowBlock), p.columns, 2 * tile.vectors * vectorTypes[p.type].lanes)
  const columnBlocks = Math.ceil(p.columns / columnBlock)
  // each block of rows reads all of B, which is not worth it where there is much of it
  const hasFew = columnBlocks * Math.ceil(p.rows / rowBlock) < wanted / 4
  if (hasFew && p.depth <= 16 * CHUNK) rowBlock = part(wanted / 4 / columnBlocks, p.rows, tile.rows)
  return { rowBlock, columnBlock, tasks: matrices * columnBlocks * Math.ceil(p.rows / rowBlock) }
}

/** Computes products, in parts where packed operands would take too much memory; false where the heap has no room. */
function multiply(p: Product): boolean {
  const { type, rows, columns, depth, aOffsets, bOffsets } = p
  const { bytes, lanes } = vectorTypes[type]
  const { packsA, packsB, layout, chunk } = plan(p)
  const work = aOffsets.length * rows * columns * depth
  const { kernel, shape: tile } = productKernel(type, layout, work)
  const width = tile.vectors * lanes
  const matrices = aOffsets.length
  const rowPanels = Math.ceil(rows / tile.rows)
  const columnPanels = Math.ceil(columns / width)
  const isShared = bOffsets.every((offset) => offset === bOffsets[0])
  const aBytes = packsA ? rowPanels * tile.rows * depth * bytes : 0
  const bBytes = packsB ? columnPanels * width * depth * bytes : 0
  const bMatrices = isShared ? 1 : matrices

  const { rowBlock, columnBlock, tasks } = blocksOf(p, tile)
  const spare = columns % width === 0 ? 0 : tasks * spareBytes(tile)
  const packedABytes = lines(matrices * aBytes)
  const packedBytes = packedABytes + lines(bMatrices * bBytes)
  if (packedBytes > PACKED_BYTES || (spare > PACKED_BYTES && matrices > 1)) {
    const halves = cut(p, aBytes, bBytes, tile.rows, width)
    if (halves !== null) return halves.every((half) => multiply({ ...half, isPart: true }))
  }

  const packedA = packedBytes + spare === 0 ? 0 : scratch(packedBytes + spare)
  if (packedA === 0 && packedBytes + spare > 0) return false
  const packedB = packedA + packedABytes
  const places: number[] = []
  for (let i = 0; i < matrices; i++) {
    const [aOffset, bOffset] = [(aOffsets[i] as number) * bytes, (bOffsets[i] as number) * bytes]
    places.push(packsA ? i * aBytes : aOffset, packsB ? (isShared ? 0 : i * bBytes) : bOffset, aOffset, bOffset)
  }
  const offsets = table(places)
  if (packsA) {
    const args = [p.a, p.aRow * bytes, p.aDepth * bytes, rows, depth, packedA, rowPanels, offsets + 8]
    launch(packingKernel(type, tile.rows), args, matrices * rowPanels, matrices * rows * depth * PACKING)
  }
  if (packsB) {
    const args = [p.b, p.bColumn * bytes, p.bDepth * bytes, columns, depth, packedB, columnPanels, offsets + 12]
    launch(packingKernel(type, width), args, bMatrices * columnPanels, bMatrices * columns * depth * PACKING)
  }
  const aStep = (packsA ? tile.rows : layout === 'along' ? p.aRow : p.aDepth) * bytes
  const aPanel = tile.rows * (packsA ? depth : p.aRow) * bytes
  const bStep = (packsB ? width : p.bDepth) * bytes
  const bPanel = width * (packsB ? depth : 1) * bytes
  const named: ProductArguments = {
    rows,
    columns,
    depth,
    chunk,
    rowBlock,
    columnBlock,
    a: packsA ? packedA : p.a,
    aStep,
    aPanel,
    aBlock: (rowBlock / tile.rows) * aPanel,
    aDepth: layout === 'along' ? bytes : aStep,
    b: packsB ? packedB : p.b,
    bStep,
    bPanel,
    bBlock: (columnBlock / width) * bPanel,
    bDepth: bStep,
    c: p.c,
    cStep: p.cRow * bytes,
    cMatrix: rows * p.cRow * bytes,
    accumulate: Number(p.accumulate),
    spare: packedA + packedBytes,
    offsets,
  }
  launch(
    kernel,
    productArguments.map((name) => named[name]),
    tasks,
    work * MULTIPLICATION * bytes,
    p.isPart ? null : { matrices, rows, columns, rowBlock, columnBlock, each: 1 },
  )
  return true
}

/** Two halves that together are the products, where packed operands are too large: fewer matrices, else less depth, else fewer rows or columns. */
function cut(p: Product, aBytes: number, bBytes: number, rowStep: number, columnStep: number): [Product, Product] | null {
  const { bytes } = vectorTypes[p.type]
  const matrices = p.aOffsets.length
  if (matrices > 1) {
    const half = matrices >> 1
    const part = (from: number, to: number): Product => ({
      ...p,
      c: p.c + from * p.rows * p.cRow * bytes,
      aOffsets: p.aOffsets.slice(from, to),
      bOffsets: p.bOffsets.slice(from, to),
    })
    return [part(0, half), part(half, matrices)]
  }
  if (p.depth > 8 * CHUNK) {
    const half = roundUp(p.depth / 2, CHUNK)
    return [
      { ...p, depth: half },
      { ...p, depth: p.depth - half, a: p.a + half * p.aDepth * bytes, b: p.b + half * p.bDepth * bytes, accumulate: true },
    ]
  }
  if (aBytes > bBytes && p.rows > rowStep) {
    const half = roundUp(p.rows / 2, rowStep)
    return [
      { ...p, rows: half },
      { ...p, rows: p.rows - half, a: p.a + half * p.aRow * bytes, c: p.c + half * p.cRow * bytes },
    ]
  }
  if (p.columns <= columnStep) return null
  const half = roundUp(p.columns / 2, columnStep)
  return [
    { ...p, columns: half },
    { ...p, columns: p.columns - half, b: p.b + half * p.bColumn * bytes, c: p.c + half * bytes },
  ]
}

/** x [.., M, K] · y [.., K, N] into the dense `output`; false where the reference must. */
export function multiplyMatrices(x: Value, y: Value, output: Value): boolean {
  const type = typeOf[output.dtype]
  const depth = x.shape[x.shape.length - 1] as number
  if (type === undefined || x.storage.type !== output.storage.type || y.storage.type !== output.storage.type) return false
  if (depth === 0 || output.elementCount === 0 || !isAvailable()) return false
  const rank = output.shape.length
  const [xSteps, ySteps] = [broadcastStrides(x, rank), broadcastStrides(y, rank)]
  const { sizes, strides } = collapse(output.shape.slice(0, -2), [xSteps.slice(0, -2), ySteps.slice(0, -2)])
  let rows = output.shape[rank - 2] as number
  let columns = output.shape[rank - 1] as number
  let [aRow, aDepth] = xSteps.slice(-2) as [number, number]
  let [bDepth, bColumn] = ySteps.slice(-2) as [number, number]
  let [aStrides, bStrides] = strides as [number[], number[]]
  if (sizes.length === 1 && bStrides[0] === 0 && (rows === 1 || aStrides[0] === rows * aRow)) {
    // all matrices of x are multiplied by the same one: they are one matrix
    if (rows === 1) aRow = aStrides[0] as number
    rows *= sizes[0] as number
    sizes[0] = 1
  }
  begin()
  let [a, b, c] = [source(x), source(y), destination(output)]
  if (a === 0 || b === 0 || c === 0) return false
  let right = y
  if (columns === 1 && aRow === 1) {
    // a matrix whose columns are dense, times a vector: the vector times the matrix whose rows are dense
    ;[a, b, aRow, aDepth, bDepth, bColumn, rows, columns] = [b, a, 1, bDepth, aDepth, aRow, 1, rows]
    ;[aStrides, bStrides] = [bStrides, aStrides]
    right = x
  }
  // steps along dims of size 1 mean nothing
  if (rows === 1) aRow = 1
  if (columns === 1) bColumn = 1
  if (depth === 1) aDepth = 1
  const { bytes } = vectorTypes[type]
  const last = b + (right.storage.length - right.offset) * bytes
  const done = multiply({
    type,
    rows,
    columns,
    depth,
    a,
    b,
    c,
    aRow,
    aDepth,
    bDepth,
    bColumn,
    cRow: columns,
    aOffsets: offsetsOf(sizes, aStrides),
    bOffsets: offsetsOf(sizes, bStrides),
    accumulate: false,
    isPart: false,
    roomAfterB: canReadTo(last + 64),
  })
  finish()
  return done
}
