// What each primitive takes besides tensors.

import type { ConvolutionParams } from '../backends/reference/convolution.ts'
import type { AveragePoolParams, PoolParams } from '../backends/reference/pooling.ts'
import type { DType } from '../core/dtype.ts'
import type { Shape } from '../core/shape.ts'
import type { ElementwisePrimitive } from './elementwise.ts'

/** Dims of a reduction, ascending and counted from the front. */
export interface ReductionParams {
  readonly dims: readonly number[]
  readonly keepdim: boolean
}

/** A dim counted from the front. */
export interface DimParams {
  readonly dim: number
}

/** A dim, and whether positions along it are known to be inside: those that the library found itself need no check. */
export interface PositionParams extends DimParams {
  readonly areInside?: true
}

/** A convolution's gradient must know the shape that it gives. */
export interface ConvolutionGradientParams extends ConvolutionParams {
  readonly shape: Shape
}

/** Params of the primitives that have some. */
export interface StructuredParams {
  // movement
  cast: { readonly dtype: DType }
  reshape: { readonly shape: Shape }
  permute: { readonly dims: readonly number[] }
  expand: { readonly shape: Shape }
  /** Per dim: element `start + i·step` for i in [0, length). */
  slice: { readonly starts: readonly number[]; readonly lengths: readonly number[]; readonly steps: readonly number[] }
  diagonal: { readonly offset: number; readonly dim1: number; readonly dim2: number }
  diagonalScatter: { readonly offset: number; readonly dim1: number; readonly dim2: number; readonly shape: Shape }
  /** Per dim: zeros before, after and between elements (XLA's pad). */
  pad: { readonly low: readonly number[]; readonly high: readonly number[]; readonly interior: readonly number[]; readonly value: number }
  flip: { readonly dims: readonly number[] }
  concatenate: DimParams
  // reductions
  sum: ReductionParams
  prod: ReductionParams
  amax: ReductionParams
  amin: ReductionParams
  any: ReductionParams
  all: ReductionParams
  argmax: ReductionParams
  argmin: ReductionParams
  // contraction
  matmul: null
  convolution: ConvolutionParams
  convolutionInputGradient: ConvolutionGradientParams
  convolutionWeightGradient: ConvolutionGradientParams
  // indexing
  gather: PositionParams
  scatter: DimParams
  scatterAdd: PositionParams
  indexSelect: DimParams
  indexAdd: DimParams
  indexCopy: DimParams
  nonzero: null
  cumsum: DimParams
  cumargmax: DimParams
  cumargmin: DimParams
  argsort: { readonly dim: number; readonly descending: boolean }
  // pooling
  maxPoolIndices: PoolParams
  averagePool: AveragePoolParams
  averagePoolGradient: AveragePoolParams & { readonly shape: Shape }
  // sources
  full: { readonly shape: Shape; readonly value: number; readonly dtype: DType }
  iota: { readonly length: number; readonly dtype: DType }
  uniform: { readonly shape: Shape; readonly dtype: DType }
  normal: { readonly shape: Shape; readonly dtype: DType }
  randomIntegers: { readonly shape: Shape; readonly low: number; readonly high: number }
  randomPermutation: { readonly length: number }
  // mutation
  write: null
}

/** Names of the primitives that are not elementwise expressions over their inputs. */
export type StructuredPrimitive = keyof StructuredParams

/** Convolution and its gradients, each of which gives one of image, filters and result from the other two. */
export type ConvolutionPrimitive = 'convolution' | 'convolutionInputGradient' | 'convolutionWeightGradient'
/** Pooling and its gradient. */
export type PoolingPrimitive = 'maxPoolIndices' | 'averagePool' | 'averagePoolGradient'
/** What only functions of images need. */
export type SpatialPrimitive = ConvolutionPrimitive | PoolingPrimitive
/** What reads and writes at positions. */
export type IndexingPrimitive = 'gather' | 'scatter' | 'scatterAdd' | 'indexSelect' | 'indexAdd' | 'indexCopy'
/** What depends on the order of elements. */
export type OrderingPrimitive = 'argmax' | 'argmin' | 'nonzero' | 'cumsum' | 'cumargmax' | 'cumargmin' | 'argsort'
/** What many programs do without: its rows join the tables with the first call of a function that needs them (optional-rows.ts). */
export type OptionalPrimitive = SpatialPrimitive | IndexingPrimitive | OrderingPrimitive

/** Every primitive. */
export type Primitive = ElementwisePrimitive | StructuredPrimitive

/** A primitive that has a result of its own. */
export type BindablePrimitive = Exclude<Primitive, 'write'>

/** The params of primitive `P`; elementwise ones have none. */
export type ParamsOf<P extends Primitive> = P extends StructuredPrimitive ? StructuredParams[P] : null
