// The movement primitives as functions: dims counted from either end, checked, and brought into order.
import { IndexError, ShapeError } from '../../core/errors.ts'
import { checkShape, normalizeDim, normalizeDims, printShape, type Shape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { bind } from '../bind.ts'
import { copy } from './elementwise.ts'

/** The same elements under another shape; one size may be −1. */
export function reshape(x: Value, shape: Shape): Value {
  const open = shape.indexOf(-1)
  let sizes = shape
  if (open >= 0) {
    const known = shape.reduce((product, size, d) => (d === open ? product : product * size), 1)
    if (shape.indexOf(-1, open + 1) >= 0) throw new ShapeError(`reshape: only one size can be -1, got ${printShape(shape)}.`)
    if (known === 0 || x.elementCount % known !== 0) {
      throw new ShapeError(
        `reshape: ${x.elementCount} elements of ${printShape(x.shape)} do not divide into ${printShape(shape)}. Choose sizes whose product divides ${x.elementCount}.`,
      )
    }
    sizes = shape.map((size, d) => (d === open ? x.elementCount / known : size))
  }
  checkShape('reshape', sizes)
  return bind('reshape', [x], { shape: sizes })
}

/** Dims in another order. */
export function permute(x: Value, dims: readonly number[]): Value {
  const order = dims.map((dim) => normalizeDim('permute', dim, x.shape.length))
  if (order.length !== x.shape.length || new Set(order).size !== order.length) {
    throw new ShapeError(`permute: dims ${printShape(dims)} must name each of the ${x.shape.length} dims once.`)
  }
  return bind('permute', [x], { dims: order })
}

/** A copy whose memory has the dims in this order, the outermost first (see `memoryOrder`); null: in their own. */
export function copyInOrder(x: Value, order: readonly number[] | null): Value {
  if (order === null) return copy(x)
  const back = order.map((_, dim) => order.indexOf(dim))
  return permute(copy(permute(x, order)), back)
}

/** Two dims exchanged. */
export function transpose(x: Value, dim0: number, dim1: number): Value {
  const rank = x.shape.length
  const [p, q] = [normalizeDim('transpose', dim0, rank), normalizeDim('transpose', dim1, rank)]
  const order = x.shape.map((_, d) => (d === p ? q : d === q ? p : d))
  return bind('permute', [x], { dims: order })
}

/** Sizes of 1 grown to `shape`; −1 keeps a size. */
export function expand(x: Value, shape: Shape): Value {
  const shift = shape.length - x.shape.length
  const sizes = shape.map((size, d) => (size === -1 && d >= shift ? (x.shape[d - shift] as number) : size))
  checkShape('expand', sizes)
  return bind('expand', [x], { shape: sizes })
}

/** Element `start + i·step` for i in [0, length), for each dim. The ranges must lie inside. */
export const slice = (x: Value, starts: readonly number[], lengths: readonly number[], steps: readonly number[]): Value =>
  bind('slice', [x], { starts, lengths, steps })

/** `length` elements from `start` along one dim. */
export function narrow(x: Value, dim: number, start: number, length: number): Value {
  const at = normalizeDim('narrow', dim, x.shape.length)
  const size = x.shape[at] ?? 1
  const from = start < 0 ? start + size : start
  if (!Number.isInteger(start) || !Number.isInteger(length) || from < 0 || length < 0 || from + length > size) {
    throw new IndexError(`narrow: ${length} elements from ${start} do not lie in dim ${at} of size ${size}.`)
  }
  return slice(
    x,
    x.shape.map((_, d) => (d === at ? from : 0)),
    x.shape.map((s, d) => (d === at ? length : s)),
    x.shape.map(() => 1),
  )
}

/** Index `index` along one dim, which goes away. */
export function select(x: Value, dim: number, index: number): Value {
  const rank = x.shape.length
  if (rank === 0) throw new IndexError('select: a 0-d tensor has no dim to select from. Use item().')
  const at = normalizeDim('select', dim, rank)
  const size = x.shape[at] as number
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new IndexError(`select: index ${index} is out of range for dim ${at} of size ${size}. Use ${-size} to ${size - 1}.`)
  }
  return squeeze(narrow(x, at, index, 1), at)
}

/** Without dim `dim`, whose size must be 1. */
export const squeeze = (x: Value, dim: number): Value => {
  const at = normalizeDim('squeeze', dim, x.shape.length)
  return reshape(
    x,
    x.shape.filter((_, d) => d !== at),
  )
}

/** With a dim of size 1 at `dim`. */
export function unsqueeze(x: Value, dim: number): Value {
  const at = normalizeDim('unsqueeze', dim, x.shape.length + 1)
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])
}

/** A diagonal of two dims, as the last dim. */
export function diagonal(x: Value, offset = 0, dim1 = 0, dim2 = 1): Value {
  const rank = x.shape.length
  const [p, q] = [normalizeDim('diagonal', dim1, rank), normalizeDim('diagonal', dim2, rank)]
  if (rank < 2 || p === q) throw new IndexError(`diagonal: needs two different dims, got ${dim1} and ${dim2} of ${printShape(x.shape)}.`)
  return bind('diagonal', [x], { offset, dim1: p, dim2: q })
}

/** Zeros of `shape` whose diagonal of two dims is x. */
export const diagonalScatter = (x: Value, offset: number, dim1: number, dim2: number, shape: Shape): Value =>
  bind('diagonalScatter', [x], { offset, dim1, dim2, shape })

/** Zeros (or `value`) before, after and between the elements of each dim. */
export const pad = (x: Value, low: readonly number[], high: readonly number[], interior: readonly number[], value = 0): Value =>
  bind('pad', [x], { low, high, interior, value })

/** Reversed along `dims`, as a copy. */
export const flip = (x: Value, dims: number | readonly number[]): Value =>
  bind('flip', [x], { dims: normalizeDims('flip', dims, x.shape.length) })

/** Joined along one dim. */
export function concatenate(xs: readonly Value[], dim: number): Value {
  const [head] = xs
  if (head === undefined) throw new ShapeError('cat: needs at least one tensor.')
  if (head.shape.length === 0) throw new ShapeError('cat: 0-d tensors have no dim to join along. Use stack.')
  return bind('concatenate', xs, { dim: normalizeDim('cat', dim, head.shape.length) })
}
