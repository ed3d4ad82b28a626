// Dropout.
import type { DType } from '../../core/dtype.ts'
import { OptionError } from '../../core/errors.ts'
import type { Shape } from '../../core/shape.ts'
import * as P from '../../primitives/operations.ts'
import { requireTensor } from '../../tensor/required-tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { readOptions } from '../signatures/normalizations.ts'
import type { OptionsOf } from '../signatures.ts'

/**
 * Sets elements to 0 with probability `p` and divides the others by `1 − p`, so that the mean stays; with `{ training: false }` gives the input back.
 *
 * @example
 * ```ts
 * import { F, ones } from 'wengert'
 * console.log(F.dropout(ones([3]), 0.5, { training: false }).toArray()) // [ 1, 1, 1 ]
 * ```
 */
export function dropout<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  p?: number | OptionsOf<'dropout'>,
  options?: OptionsOf<'dropout'>,
): Tensor<S, D> {
  requireTensor('dropout', 'input', input)
  const { p: probability, training, generator } = readOptions('dropout', p, options)
  if (!(probability >= 0 && probability <= 1)) throw new OptionError(`dropout: p must be between 0 and 1, not ${probability}.`)
  if (!training || probability === 0) return input
  if (probability === 1) return P.mul(input, 0) as Tensor<S, D>
  const kept = P.ge(P.uniform(input.shape, input.dtype, generator ?? undefined), probability)
  return P.where(kept, P.mul(input, 1 / (1 - probability)), 0) as Tensor<S, D>
}
