// Softmax and its relatives: each subtracts the largest element first, so that no exponential overflows. That maximum is a
// constant for the derivative (the results do not depend on it), hence detached.

import { detach } from '../../autograd/index.ts'
import type { DType } from '../../core/dtype.ts'
import { normalizeDim } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { type OptionsOf, readOptions } from '../signatures.ts'
import { floatInput, reducedDims } from './reductions.ts'

// x − max(x) along the dim, and that dim as a list (none for a 0-d tensor).
function shift(name: string, input: Value, dim: number, dtype: DType | null): { shifted: Value; dims: number[] } {
  const x = floatInput(name, input, dtype)
  const axis = normalizeDim(name, dim, x.shape.length)
  const dims = x.shape.length === 0 ? [] : [axis]
  if (x.elementCount === 0) return { shifted: x, dims }
  return { shifted: P.sub(x, P.amax(detach(x), dims, true)), dims }
}

/** `eˣ / Σ eˣ` along `dim`. */
export function softmax(input: Value, dim: number, options?: OptionsOf<'softmax'>): Value {
  const { shifted, dims } = shift('softmax', input, dim, readOptions('softmax', options).dtype)
  const exponentials = P.exp(shifted)
  return P.div(exponentials, P.sum(exponentials, dims, true))
}

/** `x − log Σ eˣ` along `dim`. */
export function logSoftmax(input: Value, dim: number, options?: OptionsOf<'logSoftmax'>): Value {
  const { shifted, dims } = shift('logSoftmax', input, dim, readOptions('logSoftmax', options).dtype)
  return P.sub(shifted, P.log(P.sum(P.exp(shifted), dims, true)))
}

/** `log Σ eˣ` over `dim`; −∞ where all are −∞. */
export function logsumexp(input: Value, dim: number | readonly number[], options?: OptionsOf<'logsumexp'>): Value {
  const { keepdim } = readOptions('logsumexp', options)
  const x = floatInput('logsumexp', input)
  const dims = reducedDims('logsumexp', dim, x) ?? x.shape.map((_, axis) => axis)
  const narrow = (value: Value): Value =>
    keepdim
      ? value
      : P.reshape(
          value,
          value.shape.filter((_, axis) => !dims.includes(axis)),
        )
  if (x.elementCount === 0) return narrow(P.log(P.sum(P.exp(x), dims, true)))
  const largest = P.amax(detach(x), dims, true)
  const finite = P.where(P.isfinite(largest), largest, 0) // ∞ − ∞ would be NaN
  return narrow(P.add(P.log(P.sum(P.exp(P.sub(x, finite)), dims, true)), finite))
}
