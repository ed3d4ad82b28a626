// Batching of sources. They have no batched input: their rules are asked for where every sample shall have its own result.
//
// Note [Draws of a batch]
// A random source draws for all samples in one kernel: the result is that of shape [B, …] at the generator's state, so sample i has
// elements i·n to (i + 1)·n − 1 of one stream, and the generator must move past all B·n of them. A random order cannot be drawn for
// several samples by one shuffle. It is the order that sorts uniform numbers of 53 random bits: every order is as likely as another, but
// for ties, of which n elements have one with probability n²/2⁵⁴. It takes as many blocks of the stream as a shuffle of B·n elements.
import { OptionError } from '../../core/errors.ts'
import type { Value } from '../../core/value.ts'
import { bind, draw } from '../../primitives/bind.ts'
import { argsort, expand, iota } from '../../primitives/operations.ts'
import type { ParamsOf } from '../../primitives/params.ts'
import type { BatchApplication, BatchRules } from './batch-rule.ts'

/** A draw from the one state that a generator has; batches further below have their say in it. */
function drawn<P extends 'uniform' | 'normal' | 'randomIntegers'>(
  name: string,
  primitive: P,
  inputs: readonly Value[],
  batched: readonly boolean[],
  params: ParamsOf<P>,
): Value {
  if (batched[0]) throw new OptionError(`${name}: a batch draws from one generator, not from a batch of generator states.`)
  return draw(primitive, inputs[0] as Value, params)
}

const shaped =
  /*@__NO_SIDE_EFFECTS__*/
    <P extends 'uniform' | 'normal' | 'randomIntegers'>(primitive: P): BatchApplication<ParamsOf<P>> =>
    (inputs, batched, params, size) =>
      drawn(primitive, primitive, inputs, batched, { ...params, shape: [size, ...params.shape] })

export const sourceRules: BatchRules<'full' | 'iota' | 'uniform' | 'normal' | 'randomIntegers' | 'randomPermutation'> = {
  full: (_, __, params, size) => bind('full', [], { ...params, shape: [size, ...params.shape] }),
  iota: (_, __, { length, dtype }, size) => expand(iota(length, dtype), [size, length]),
  uniform: shaped('uniform'),
  normal: shaped('normal'),
  randomIntegers: shaped('randomIntegers'),
  randomPermutation: (inputs, batched, { length }, size) =>
    argsort(drawn('randomPermutation', 'uniform', inputs, batched, { shape: [size, length], dtype: 'float64' }), 1),
}
