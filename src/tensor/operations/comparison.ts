// Comparisons of whole tensors: close, all close, equal.

import { sameShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { type OptionsOf, readOptions } from '../signatures.ts'

/** Where `|input − other| ≤ atol + rtol · |other|`; equal infinities are close, NaN only with `equalNan`. */
export function isclose(input: Value, other: Operand, rtol?: number | OptionsOf<'isclose'>, options?: OptionsOf<'isclose'>): Value {
  return closeness(input, other, readOptions('isclose', rtol, options))
}

function closeness(input: Value, other: Operand, tolerance: { rtol: number; atol: number; equalNan: boolean }): Value {
  const float = input.dtype === 'float32' || input.dtype === 'float64'
  if (!float && typeof other !== 'number') return closeness(P.cast(input, 'float64'), P.cast(other, 'float64'), tolerance)
  const allowed =
    typeof other === 'number'
      ? tolerance.atol + tolerance.rtol * Math.abs(other)
      : P.add(P.mul(P.abs(other), tolerance.rtol), tolerance.atol)
  const difference = P.abs(P.sub(input, other))
  const near = P.logicalAnd(P.isfinite(difference), P.le(difference, allowed))
  const close = P.logicalOr(P.eq(input, other), near)
  if (!tolerance.equalNan) return close
  return P.logicalOr(
    close,
    P.logicalAnd(P.ne(input, input), typeof other === 'number' ? P.ne(other, P.full([], other, 'float64')) : P.ne(other, other)),
  )
}

/** Whether all elements are close, see `isclose`. */
export function allclose(input: Value, other: Value, rtol?: number | OptionsOf<'allclose'>, options?: OptionsOf<'allclose'>): boolean {
  return Boolean(P.item(P.all(closeness(input, other, readOptions('allclose', rtol, options)), null)))
}

/** Whether the two have the same shape and the same elements; NaN equals nothing. */
export function equal(input: Value, other: Value): boolean {
  if (!sameShape(input.shape, other.shape)) return false
  return Boolean(P.item(P.all(P.eq(input, other), null)))
}
