// Batching of reductions, running ones and orders: they work along a sample's dims, never along the batch.
import type { Value } from '../../core/value.ts'
import { bind } from '../../primitives/bind.ts'
import { reshape } from '../../primitives/operations.ts'
import type { ParamsOf, ReductionParams } from '../../primitives/params.ts'
import { type BatchApplication, type BatchRules, shifted, withSampleDim } from './batch-rule.ts'

type Reduction = 'sum' | 'prod' | 'amax' | 'amin' | 'any' | 'all' | 'argmax' | 'argmin'
type Running = 'cumsum' | 'cumargmax' | 'cumargmin' | 'argsort'

const reduction =
  /*@__NO_SIDE_EFFECTS__*/
    (primitive: Reduction): BatchApplication<ReductionParams> =>
    (inputs, _, { dims, keepdim }) =>
      bind(primitive, inputs, { dims: shifted(dims), keepdim })

/** One result for each element along a dim; the only element of a 0-d sample gets a dim for that. */
const running =
  /*@__NO_SIDE_EFFECTS__*/
    <P extends Running>(primitive: P): BatchApplication<ParamsOf<P>> =>
    ([x], _, params) => {
      const result = bind(primitive, [withSampleDim(x as Value, true)], { ...params, dim: params.dim + 1 } as ParamsOf<P>)
      return (x as Value).shape.length === 1 ? reshape(result, (x as Value).shape) : result
    }

export const reductionRules: BatchRules<Reduction | Running> = {
  sum: reduction('sum'),
  prod: reduction('prod'),
  amax: reduction('amax'),
  amin: reduction('amin'),
  any: reduction('any'),
  all: reduction('all'),
  argmax: reduction('argmax'),
  argmin: reduction('argmin'),
  cumsum: running('cumsum'),
  cumargmax: running('cumargmax'),
  cumargmin: running('cumargmin'),
  argsort: running('argsort'),
}
