// Batching of movement: the batch is one more dim in front, which stays where it is. Views of a batch are views.
import type { Value } from '../../core/value.ts'
import { bind } from '../../primitives/bind.ts'
import type { ViewPrimitive } from '../../primitives/shape-rules.ts'
import { asBatch, type BatchRules, shifted, withSampleRank } from './batch-rule.ts'

export const movementRules: BatchRules<ViewPrimitive | 'cast' | 'diagonalScatter' | 'pad' | 'flip' | 'concatenate'> = {
  cast: (inputs, _, params) => bind('cast', inputs, params),
  reshape: (inputs, _, { shape }, size) => bind('reshape', inputs, { shape: [size, ...shape] }),
  permute: (inputs, _, { dims }) => bind('permute', inputs, { dims: [0, ...shifted(dims)] }),
  expand: ([x], _, { shape }, size) => bind('expand', [withSampleRank(x as Value, shape.length)], { shape: [size, ...shape] }),
  slice: (inputs, _, { starts, lengths, steps }, size) =>
    bind('slice', inputs, { starts: [0, ...starts], lengths: [size, ...lengths], steps: [1, ...steps] }),
  diagonal: (inputs, _, { offset, dim1, dim2 }) => bind('diagonal', inputs, { offset, dim1: dim1 + 1, dim2: dim2 + 1 }),
  diagonalScatter: (inputs, _, { offset, dim1, dim2, shape }, size) =>
    bind('diagonalScatter', inputs, { offset, dim1: dim1 + 1, dim2: dim2 + 1, shape: [size, ...shape] }),
  pad: (inputs, _, { low, high, interior, value }) =>
    bind('pad', inputs, { low: [0, ...low], high: [0, ...high], interior: [0, ...interior], value }),
  flip: (inputs, _, { dims }) => bind('flip', inputs, { dims: shifted(dims) }),
  concatenate: (inputs, batched, { dim }, size) =>
    bind(
      'concatenate',
      inputs.map((x, i) => asBatch(x, batched[i] as boolean, size)),
      { dim: dim + 1 },
    ),
}
