// Gather, scatter and their relatives over dense values. Indices were not checked before: they are here, element by element.
import { IndexError } from '../../core/errors.ts'
import type { Value } from '../../core/value.ts'

/** A dense value seen as [outer, size, inner] around one dim. */
interface Around {
  readonly outer: number
  readonly size: number
  readonly inner: number
}

function around(shape: readonly number[], dim: number): Around {
  let outer = 1
  let inner = 1
  for (let i = 0; i < dim; i++) outer *= shape[i] as number
  for (let i = dim + 1; i < shape.length; i++) inner *= shape[i] as number
  return { outer, size: shape[dim] ?? 1, inner }
}

/** The error of an index that points outside. */
function outOfRange(operation: string, index: number, dim: number, size: number): IndexError {
  return new IndexError(`${operation}: index ${index} is out of range for dim ${dim} of size ${size}. Use 0 to ${size - 1}.`)
}

/** Throws unless every element of `index` lies in [0, size). */
export function checkIndices(operation: string, index: Value, dim: number, size: number): void {
  const data = index.storage.data
  for (let i = index.offset; i < index.offset + index.elementCount; i++) {
    const at = data[i] as number
    if (!(at >= 0 && at < size)) throw outOfRange(operation, at, dim, size)
  }
}

/** Calls `visit(position in x, position in index)` for every element of `index`, whose other sizes may be smaller than x's. */
function forEachIndexed(x: Value, dim: number, index: Value, visit: (at: number, from: number) => void): void {
  const rank = x.shape.length
  const steps = new Array<number>(rank)
  let step = 1
  for (let d = rank - 1; d >= 0; d--) {
    steps[d] = step
    step *= x.shape[d] as number
  }
  const indices = index.storage.data
  let from = 0
  const walk = (d: number, base: number): void => {
    if (d === rank) {
      visit(base + (indices[index.offset + from] as number) * (steps[dim] ?? 1), from++)
      return
    }
    for (let i = 0; i < (index.shape[d] as number); i++) walk(d + 1, d === dim ? base : base + i * (steps[d] as number))
  }
  if (index.elementCount > 0) walk(0, 0)
}

/** out[i][j] = x[i][index[i][j]] along `dim`. */
export function gather(x: Value, index: Value, dim: number, out: Value): void {
  checkIndices('gather', index, dim, x.shape[dim] ?? 1)
  const source = x.storage.data
  const target = out.storage.data
  forEachIndexed(x, dim, index, (at, from) => {
    target[out.offset + from] = source[x.offset + at] as number
  })
}

/** out[i][index[i][j]] ← or += source[i][j] along `dim`; `out` starts as a copy of x. Where positions repeat, the last is kept. */
export function scatter(operation: string, index: Value, source: Value, dim: number, out: Value, accumulate: boolean): void {
  checkIndices(operation, index, dim, out.shape[dim] ?? 1)
  const from = source.storage.data
  const target = out.storage.data
  forEachIndexed(out, dim, index, (at, i) => {
    const element = from[source.offset + i] as number
    target[out.offset + at] = accumulate ? (target[out.offset + at] as number) + element : element
  })
}

/** out[…, j, …] = x[…, index[j], …] along `dim`. */
export function indexSelect(x: Value, index: Value, dim: number, out: Value): void {
  const { outer, size, inner } = around(x.shape, dim)
  checkIndices('indexSelect', index, dim, size)
  const source = x.storage.data
  const target = out.storage.data
  let at = out.offset
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < index.elementCount; j++, at += inner) {
      const from = x.offset + (o * size + (index.storage.data[index.offset + j] as number)) * inner
      for (let k = 0; k < inner; k++) target[at + k] = source[from + k] as number
    }
  }
}

/** out[…, index[j], …] ← or += source[…, j, …] along `dim`; `out` starts as a copy of x. */
export function indexWrite(operation: string, index: Value, source: Value, dim: number, out: Value, accumulate: boolean): void {
  const { outer, size, inner } = around(out.shape, dim)
  checkIndices(operation, index, dim, size)
  const from = source.storage.data
  const target = out.storage.data
  let position = source.offset
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < index.elementCount; j++, position += inner) {
      const at = out.offset + (o * size + (index.storage.data[index.offset + j] as number)) * inner
      if (accumulate) for (let k = 0; k < inner; k++) target[at + k] = (target[at + k] as number) + (from[position + k] as number)
      else for (let k = 0; k < inner; k++) target[at + k] = from[position + k] as number
    }
  }
}

/** Positions [count, rank] of the elements that are not zero, in order. */
export function nonzeroPositions(x: Value): Int32Array {
  const rank = x.shape.length
  const positions: number[] = []
  const data = x.storage.data
  const at = new Array<number>(rank).fill(0)
  for (let i = 0; i < x.elementCount; i++) {
    if (data[x.offset + i] !== 0) for (let d = 0; d < rank; d++) positions.push(at[d] as number)
    for (let d = rank - 1; d >= 0; d--) {
      at[d] = (at[d] as number) + 1
      if ((at[d] as number) < (x.shape[d] as number)) break
      at[d] = 0
    }
  }
  return Int32Array.from(positions)
}

/** Running sums along `dim`. */
export function cumulativeSum(x: Value, dim: number, out: Value): void {
  const { outer, size, inner } = around(x.shape, dim)
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < inner; k++) {
      let sum = 0
      for (let j = 0, p = o * size * inner + k; j < size; j++, p += inner) {
        sum += x.storage.data[x.offset + p] as number
        out.storage.data[out.offset + p] = sum
      }
    }
  }
}

/** Where along `dim` the largest (sign 1) or smallest (−1) element so far is: the last of equal ones; NaN beats all. */
export function cumulativeExtremes(sign: 1 | -1, x: Value, dim: number, out: Value): void {
  const { outer, size, inner } = around(x.shape, dim)
  const data = x.storage.data
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < inner; k++) {
      const start = o * size * inner + k
      let best = Number.NEGATIVE_INFINITY
      let place = 0
      for (let j = 0, p = start; j < size; j++, p += inner) {
        const element = sign * (data[x.offset + p] as number)
        if (element >= best || element !== element) {
          best = element
          place = j
        }
        out.storage.data[out.offset + p] = place
      }
    }
  }
}

/** Order of the elements along `dim`: stable; NaN counts as largest. */
export function sortedOrder(x: Value, dim: number, descending: boolean, out: Value): void {
  const { outer, size, inner } = around(x.shape, dim)
  const data = x.storage.data
  const rank = (p: number, q: number): number => {
    const a = data[p] as number
    const b = data[q] as number
    if (a !== a || b !== b) return Number(a !== a) - Number(b !== b)
    return a - b || 0
  }
  const order = Array.from({ length: size }, (_, j) => j)
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < inner; k++) {
      const start = x.offset + o * size * inner + k
      const sorted = order.toSorted((i, j) => {
        const comparison = rank(start + i * inner, start + j * inner)
        return (Number.isNaN(comparison) ? 0 : descending ? -comparison : comparison) || i - j
      })
      for (let j = 0; j < size; j++) out.storage.data[out.offset + o * size * inner + k + j * inner] = sorted[j] as number
    }
  }
}
