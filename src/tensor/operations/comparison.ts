// Comparisons of whole tensors: close, all close, equal.

import { detach } from '../../autograd/index.ts'
import { sameShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { tracer } from '../../primitives/tracer.ts'
import { readOptions as readArithmetic } from '../signatures/arithmetic.ts'
import { readOptions as readStatistics } from '../signatures/statistics.ts'
import type { OptionsOf } from '../signatures.ts'

/** Where `|input − other| ≤ atol + rtol · |other|`; equal infinities are close, NaN only with `equalNan`. */
export function isclose(input: Value, other: Operand, rtol?: number | OptionsOf<'isclose'>, options?: OptionsOf<'isclose'>): Value {
  return closeness(input, other, readArithmetic('isclose', rtol, options))
}

// No derivative is wanted, so nothing is recorded.
function closeness(given: Value, target: Operand, tolerance: { rtol: number; atol: number; equalNan: boolean }): Value {
  const wide = given.dtype !== 'float32' && given.dtype !== 'float64'
  const input = wide ? P.cast(detach(given), 'float64') : detach(given)
  const other = typeof target === 'number' ? target : wide ? P.cast(detach(target), 'float64') : detach(target)
  const number = typeof other === 'number'
  const allowed = number ? tolerance.atol + tolerance.rtol * Math.abs(other) : P.add(P.mul(P.abs(other), tolerance.rtol), tolerance.atol)
  const difference = P.abs(P.sub(input, other))
  const close = P.logicalOr(P.eq(input, other), P.logicalAnd(P.isfinite(difference), P.le(difference, allowed)))
  if (!tolerance.equalNan) return close
  if (number) return Number.isNaN(other) ? P.isnan(input) : close
  return P.logicalOr(close, P.logicalAnd(P.isnan(input), P.isnan(other)))
}

/** Whether all elements are close, see `isclose`. */
export function allclose(input: Value, other: Value, rtol?: number | OptionsOf<'allclose'>, options?: OptionsOf<'allclose'>): boolean {
  tracer?.refuse('allclose', 'Return isclose(a, b).all() and read it outside')
  return Boolean(P.item(P.all(closeness(input, other, readStatistics('allclose', rtol, options)), null)))
}

/** Whether the two have the same shape and the same elements; NaN equals nothing. */
export function equal(input: Value, other: Value): boolean {
  if (!sameShape(input.shape, other.shape)) return false
  tracer?.refuse('equal', 'Return a.eq(b).all() and read it outside')
  return Boolean(P.item(P.all(P.eq(input, other), null)))
}
