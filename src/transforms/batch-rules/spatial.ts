// Batching of convolution, its gradients and pooling: a batch of images is more images, and a batch of filters is more filters.
import type { Shape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { bind } from '../../primitives/bind.ts'
import { full } from '../../primitives/operations.ts'
import type { ConvolutionPrimitive, ParamsOf, SpatialPrimitive } from '../../primitives/params.ts'
import { convolutionShapes } from '../../primitives/spatial-shapes.ts'
import { type BatchApplication, type BatchRules, foldBatch, sampleOf, unfoldBatch } from './batch-rule.ts'

// Note [Samples as channels]
// x [N, C, H, W], weight [O, C/g, kh, kw] and y [N, O, h, w] are related by three primitives, each of which gives one from the other two.
// A result is always batched, so there are three cases for each. Two of the three are batched: the batch is laid into the dim that those
// two share and the third lacks: images N of x and y, filters O of weight and y, channels C of x and weight. C of x and O belong to groups,
// of which each gets its part of every sample. All three are batched: a sample is a group, or g of them, with its own C and O.

/** A dim that a batch is laid into. `grouped`: its elements belong to the groups in turn. */
interface Place {
  readonly dim: number
  readonly grouped: boolean
}
const images: Place = { dim: 0, grouped: false }
const channels: Place = { dim: 1, grouped: true }
const filters: Place = { dim: 0, grouped: true }
const filterChannels: Place = { dim: 1, grouped: false }

/** Where the batch goes in the first input, in the second and in the result, by which inputs are batched. */
interface Places {
  readonly first: readonly [Place, null, Place]
  readonly second: readonly [null, Place, Place]
  readonly both: readonly [Place, Place, Place]
}

/** A shape with another size at `dim`. */
const resized = (shape: Shape, dim: number, size: number): number[] => shape.map((old, d) => (d === dim ? size : old))

/*@__NO_SIDE_EFFECTS__*/ function convolution<P extends ConvolutionPrimitive>(primitive: P, places: Places): BatchApplication<ParamsOf<P>> {
  // the row and its params belong together by the type of `convolutionShapes`
  const shapeOf = convolutionShapes[primitive] as (inputs: readonly Value[], params: ParamsOf<P>) => { readonly shape: Shape }
  return (inputs, batched, params, size) => {
    const samples = inputs.map((x, i) => sampleOf(x, batched[i] as boolean))
    const { shape } = shapeOf(samples, params)
    if (size === 0) return full([0, ...shape], 0, (inputs[0] as Value).dtype) // there is no group without a sample
    const all = batched[0] === true && batched[1] === true
    const [first, second, result] = all ? places.both : batched[0] ? places.first : places.second
    const partsOf = (place: Place): number => (place.grouped && !all ? params.groups : 1)
    const folded = [first, second].map((place, i) =>
      place === null ? (inputs[i] as Value) : foldBatch(inputs[i] as Value, place.dim, partsOf(place)),
    )
    const length = shape[result.dim] as number
    const widened = { ...params, groups: all ? size * params.groups : params.groups, shape: resized(shape, result.dim, size * length) }
    return unfoldBatch(bind(primitive, folded, widened), result.dim, size, length, partsOf(result))
  }
}

/** `apply` for a batch of images [N, channels, …]. */
function onImages(x: Value, apply: (images: Value) => Value): Value {
  const [size, count] = x.shape as [number, number]
  return unfoldBatch(apply(foldBatch(x, images.dim)), images.dim, size, count)
}

export const spatialRules: BatchRules<SpatialPrimitive> = {
  convolution: convolution('convolution', {
    first: [images, null, images],
    second: [null, filters, channels],
    both: [channels, filters, channels],
  }),
  convolutionInputGradient: convolution('convolutionInputGradient', {
    first: [images, null, images],
    second: [null, filterChannels, channels],
    both: [channels, filters, channels],
  }),
  convolutionWeightGradient: convolution('convolutionWeightGradient', {
    first: [channels, null, filterChannels],
    second: [null, channels, filters],
    both: [channels, channels, filters],
  }),
  // positions count within the plane of one channel, so they are the same in a larger stack of images
  maxPoolIndices: ([x], _, params) => onImages(x as Value, (stack) => bind('maxPoolIndices', [stack], params)),
  averagePool: ([x], _, params) => onImages(x as Value, (stack) => bind('averagePool', [stack], params)),
  averagePoolGradient: ([dy], _, params, size) => {
    const shape = resized(params.shape, images.dim, size * (params.shape[images.dim] as number))
    return onImages(dy as Value, (stack) => bind('averagePoolGradient', [stack], { ...params, shape }))
  },
}
