// Positions of extremes, running sums and orders as functions. What computes them comes with them.
import { normalizeDim, normalizeDims } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { bind } from '../bind.ts'
import { installOrdering } from '../ordering-rows.ts'
import type { Reduction } from './computation.ts'

const extreme =
  (name: 'argmax' | 'argmin'): Reduction =>
  (x, dims, keepdim = false) => {
    installOrdering()
    return bind(name, [x], { dims: normalizeDims(name, dims, x.shape.length), keepdim })
  }

export const argmax: Reduction = /*@__PURE__*/ extreme('argmax')
export const argmin: Reduction = /*@__PURE__*/ extreme('argmin')

/** Positions of the elements that are not zero. */
export function nonzero(x: Value): Value {
  installOrdering()
  return bind('nonzero', [x], null)
}

const running =
  (name: 'cumsum' | 'cumargmax' | 'cumargmin') =>
  (x: Value, dim: number): Value => {
    installOrdering()
    return bind(name, [x], { dim: normalizeDim(name, dim, x.shape.length) })
  }

/** Running sums. */
export const cumsum: (x: Value, dim: number) => Value = /*@__PURE__*/ running('cumsum')
/** Where the largest element so far is: the last of equal ones; NaN counts as largest. */
export const cumargmax: (x: Value, dim: number) => Value = /*@__PURE__*/ running('cumargmax')
/** Where the smallest element so far is: the last of equal ones; NaN counts as smallest. */
export const cumargmin: (x: Value, dim: number) => Value = /*@__PURE__*/ running('cumargmin')
/** Order that sorts; stable. */
export function argsort(x: Value, dim: number, descending = false): Value {
  installOrdering()
  return bind('argsort', [x], { dim: normalizeDim('argsort', dim, x.shape.length), descending })
}
