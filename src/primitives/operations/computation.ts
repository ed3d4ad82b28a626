// Reductions, matrix products and indexing as functions.
import { ShapeError } from '../../core/errors.ts'
import { normalizeDim, normalizeDims, printShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { bind } from '../bind.ts'
import type { ReductionParams, StructuredParams } from '../params.ts'

type Reduction = (x: Value, dims: number | readonly number[] | null, keepdim?: boolean) => Value
const reduction =
  (name: keyof { [P in keyof StructuredParams as StructuredParams[P] extends ReductionParams ? P : never]: 0 }): Reduction =>
  (x, dims, keepdim = false) =>
    bind(name, [x], { dims: normalizeDims(name, dims, x.shape.length), keepdim })

export const sum: Reduction = /*@__PURE__*/ reduction('sum')
export const prod: Reduction = /*@__PURE__*/ reduction('prod')
export const amax: Reduction = /*@__PURE__*/ reduction('amax')
export const amin: Reduction = /*@__PURE__*/ reduction('amin')
export const any: Reduction = /*@__PURE__*/ reduction('any')
export const all: Reduction = /*@__PURE__*/ reduction('all')
export const argmax: Reduction = /*@__PURE__*/ reduction('argmax')
export const argmin: Reduction = /*@__PURE__*/ reduction('argmin')

/** Matrix product of the last two dims; the others broadcast. */
export function matmul(x: Value, y: Value): Value {
  if (x.shape.length < 2 || y.shape.length < 2)
    throw new ShapeError(`matmul: needs at least 2 dims each, got ${printShape(x.shape)} and ${printShape(y.shape)}.`)
  return bind('matmul', [x, y], null)
}

const along =
  <P extends 'gather' | 'scatter' | 'scatterAdd' | 'indexSelect' | 'indexAdd' | 'indexCopy'>(name: P) =>
  (x: Value, dim: number, ...rest: readonly Value[]): Value =>
    bind(name, [x, ...rest], { dim: normalizeDim(name, dim, x.shape.length) } as never)

/** out[i][j] = x[index[i][j]][j], for dim 0. */
export const gather: (x: Value, dim: number, index: Value) => Value = /*@__PURE__*/ along('gather')
/** The same at positions that the library found itself: nothing checks them. */
export const gatherInside = (x: Value, dim: number, index: Value): Value =>
  bind('gather', [x, index], { dim: normalizeDim('gather', dim, x.shape.length), areInside: true })
/** x with source[i][j] put at [index[i][j]][j], for dim 0; where positions repeat, the last wins. */
export const scatter: (x: Value, dim: number, index: Value, source: Value) => Value = /*@__PURE__*/ along('scatter')
/** x with source[i][j] added at [index[i][j]][j], for dim 0. */
export const scatterAdd: (x: Value, dim: number, index: Value, source: Value) => Value = /*@__PURE__*/ along('scatterAdd')
/** The slices of x at a 1-d index. */
export const indexSelect: (x: Value, dim: number, index: Value) => Value = /*@__PURE__*/ along('indexSelect')
/** x with the slices of source added at a 1-d index. */
export const indexAdd: (x: Value, dim: number, index: Value, source: Value) => Value = /*@__PURE__*/ along('indexAdd')
/** x with the slices of source put at a 1-d index. */
export const indexCopy: (x: Value, dim: number, index: Value, source: Value) => Value = /*@__PURE__*/ along('indexCopy')

/** Positions of the elements that are not zero. */
export const nonzero = (x: Value): Value => bind('nonzero', [x], null)
/** Running sums. */
export const cumsum = (x: Value, dim: number): Value => bind('cumsum', [x], { dim: normalizeDim('cumsum', dim, x.shape.length) })
/** Where the largest element so far is: the last of equal ones; NaN counts as largest. */
export const cumargmax = (x: Value, dim: number): Value => bind('cumargmax', [x], { dim: normalizeDim('cumargmax', dim, x.shape.length) })
/** Where the smallest element so far is: the last of equal ones; NaN counts as smallest. */
export const cumargmin = (x: Value, dim: number): Value => bind('cumargmin', [x], { dim: normalizeDim('cumargmin', dim, x.shape.length) })
/** Order that sorts; stable. */
export const argsort = (x: Value, dim: number, descending = false): Value =>
  bind('argsort', [x], { dim: normalizeDim('argsort', dim, x.shape.length), descending })
