// Matrix multiply as cache-blocked TypeScript loops: panels packed to float64, a 4×4 tile of accumulators.
import type { ElementArray } from '../../core/dtype.ts'

/** A matrix in memory: element (i, j) is `data[offset + i·rowStep + j·columnStep]`. */
export interface Matrix {
  readonly data: ElementArray
  readonly offset: number
  readonly rowStep: number
  readonly columnStep: number
}

const TILE = 4
const DEPTH = 384 // elements of a panel along the summed dim: 4 × 384 float64 are 12 KB, a third of L1
const ROWS = 64 // rows of A packed at a time: 64 × 384 float64 are 196 KB, within L2
const COLUMNS = 512

let packedA = new Float64Array(0)
let packedB = new Float64Array(0)

const scratch = (buffer: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> =>
  buffer.length >= length ? buffer : new Float64Array(length)

/** Packs `lines` lines of `depth` elements into strips of four lines, interleaved; missing lines are zero. */
function pack(
  target: Float64Array,
  data: ElementArray,
  start: number,
  lineStep: number,
  depthStep: number,
  lines: number,
  depth: number,
): void {
  let at = 0
  for (let line = 0; line < lines; line += TILE) {
    const base = start + line * lineStep
    if (lines - line >= TILE) {
      for (let k = 0, p = base; k < depth; k++, p += depthStep, at += TILE) {
        target[at] = data[p] as number
        target[at + 1] = data[p + lineStep] as number
        target[at + 2] = data[p + 2 * lineStep] as number
        target[at + 3] = data[p + 3 * lineStep] as number
      }
    } else {
      for (let k = 0, p = base; k < depth; k++, p += depthStep) {
        for (let l = 0; l < TILE; l++) target[at++] = line + l < lines ? (data[p + l * lineStep] as number) : 0
      }
    }
  }
}

const tile = new Float64Array(TILE * TILE)

/** tile ← strip of A (4 rows) × strip of B (4 columns). */
// biome-ignore format: a row of the tile is a row of the text
function multiplyTile(a: Float64Array, p: number, b: Float64Array, q: number, depth: number): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0
  for (let k = 0; k < depth; k++, p += TILE, q += TILE) {
    const b0 = b[q] as number, b1 = b[q + 1] as number, b2 = b[q + 2] as number, b3 = b[q + 3] as number
    let x = a[p] as number
    c00 += x * b0; c01 += x * b1; c02 += x * b2; c03 += x * b3
    x = a[p + 1] as number
    c10 += x * b0; c11 += x * b1; c12 += x * b2; c13 += x * b3
    x = a[p + 2] as number
    c20 += x * b0; c21 += x * b1; c22 += x * b2; c23 += x * b3
    x = a[p + 3] as number
    c30 += x * b0; c31 += x * b1; c32 += x * b2; c33 += x * b3
  }
  tile[0] = c00; tile[1] = c01; tile[2] = c02; tile[3] = c03
  tile[4] = c10; tile[5] = c11; tile[6] = c12; tile[7] = c13
  tile[8] = c20; tile[9] = c21; tile[10] = c22; tile[11] = c23
  tile[12] = c30; tile[13] = c31; tile[14] = c32; tile[15] = c33
}

/** out[i, j] += Σₖ a[i, k] · b[k, j]; `out` is row-major and dense from `at`. */
export function multiplyAdd(rows: number, columns: number, depth: number, a: Matrix, b: Matrix, out: ElementArray, at: number): void {
  if (rows * columns * depth <= 4096 || rows === 1 || columns === 1) return multiplySmall(rows, columns, depth, a, b, out, at)
  const paddedDepth = Math.min(DEPTH, depth)
  packedA = scratch(packedA, (ROWS + TILE) * paddedDepth)
  packedB = scratch(packedB, (Math.min(COLUMNS, columns) + TILE) * paddedDepth)
  for (let j0 = 0; j0 < columns; j0 += COLUMNS) {
    const width = Math.min(COLUMNS, columns - j0)
    for (let k0 = 0; k0 < depth; k0 += DEPTH) {
      const deep = Math.min(DEPTH, depth - k0)
      pack(packedB, b.data, b.offset + k0 * b.rowStep + j0 * b.columnStep, b.columnStep, b.rowStep, width, deep)
      for (let i0 = 0; i0 < rows; i0 += ROWS) {
        const height = Math.min(ROWS, rows - i0)
        pack(packedA, a.data, a.offset + i0 * a.rowStep + k0 * a.columnStep, a.rowStep, a.columnStep, height, deep)
        for (let j = 0; j < width; j += TILE) {
          for (let i = 0; i < height; i += TILE) {
            multiplyTile(packedA, i * deep, packedB, j * deep, deep)
            addTile(out, at + (i0 + i) * columns + j0 + j, columns, Math.min(TILE, height - i), Math.min(TILE, width - j))
          }
        }
      }
    }
  }
}

function addTile(out: ElementArray, at: number, rowStep: number, height: number, width: number): void {
  for (let i = 0; i < height; i++, at += rowStep) {
    for (let j = 0; j < width; j++) out[at + j] = (out[at + j] as number) + (tile[i * TILE + j] as number)
  }
}

/** Without packing: for products of a few thousand steps, and vectors. Four rows at a time share the loop and the loads of b. */
function multiplySmall(rows: number, columns: number, depth: number, a: Matrix, b: Matrix, out: ElementArray, at: number): void {
  const { data: x, rowStep: xRow, columnStep: xColumn } = a
  const { data: y, rowStep: yRow, columnStep: yColumn } = b
  const blocked = rows - (rows % TILE)
  for (let j = 0, columnStart = b.offset; j < columns; j++, columnStart += yColumn) {
    let rowStart = a.offset
    let o = at + j
    for (let i = 0; i < blocked; i += TILE, rowStart += TILE * xRow, o += TILE * columns) {
      let s0 = 0
      let s1 = 0
      let s2 = 0
      let s3 = 0
      for (let k = 0, p = rowStart, q = columnStart; k < depth; k++, p += xColumn, q += yRow) {
        const element = y[q] as number
        s0 += (x[p] as number) * element
        s1 += (x[p + xRow] as number) * element
        s2 += (x[p + 2 * xRow] as number) * element
        s3 += (x[p + 3 * xRow] as number) * element
      }
      out[o] = (out[o] as number) + s0
      out[o + columns] = (out[o + columns] as number) + s1
      out[o + 2 * columns] = (out[o + 2 * columns] as number) + s2
      out[o + 3 * columns] = (out[o + 3 * columns] as number) + s3
    }
    for (let i = blocked; i < rows; i++, rowStart += xRow, o += columns) {
      // two sums, so that an addition need not wait for the one before
      let even = 0
      let odd = 0
      let p = rowStart
      let q = columnStart
      for (let k = depth >> 1; k > 0; k--, p += 2 * xColumn, q += 2 * yRow) {
        even += (x[p] as number) * (y[q] as number)
        odd += (x[p + xColumn] as number) * (y[q + yRow] as number)
      }
      if (depth & 1) even += (x[p] as number) * (y[q] as number)
      out[o] = (out[o] as number) + even + odd
    }
  }
}
