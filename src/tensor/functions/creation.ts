// Tensors out of nothing, out of data, and out of random numbers. Without a dtype they are float32 (booleans bool, typed arrays their own).
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Generator } from '../../primitives/operations.ts'
import type { DataShape, DataType, TensorData } from '../data-types.ts'
import * as operations from '../operations/index.ts'
import type { Arg, Or, Out, Shape, Sizes, Unset } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** Options of functions that make a tensor. */
export interface CreationOptions<E> {
  /** Element type. */
  dtype?: E | undefined
  /** Where it lives. */
  device?: 'cpu' | undefined
  /** Whether operations on it are recorded for `backward()`. */
  requiresGrad?: boolean | undefined
}
/** The same for random tensors. */
export interface RandomOptions<E> extends CreationOptions<E> {
  /** Source of the random numbers (default: the one that `manualSeed` seeds). */
  generator?: Generator | null | undefined
}
type Filled<V> = V extends boolean ? 'bool' : 'float32'

/**
 * A tensor of the given data: a number, a boolean, nested arrays of these, or a typed array; always a copy.
 *
 * @throws ShapeError if nested arrays are ragged.
 * @example
 * ```ts
 * import { tensor } from 'wengert'
 * console.log(tensor([[1, 2], [3, 4]]).shape, tensor([true, false]).dtype) // [ 2, 2 ] bool
 * console.log(tensor([1, 2], { dtype: 'int32' }).dtype) // int32
 * ```
 */
export function tensor<const T extends TensorData, E extends DType = DataType<T>>(
  data: Arg<DataShape<T>, T, 'tensor'>,
  options?: CreationOptions<E>,
): Tensor<Out<DataShape<T>>, NoInfer<E>>
export function tensor(data: operations.TensorData, options?: OptionsOf<'tensor'>): Value {
  return operations.tensor(data, options)
}

/** A copy of a typed array as a tensor, in a shape (without one, a vector). */
export function fromTypedArray<
  T extends Float32Array | Float64Array | Int32Array | Uint8Array | Uint8ClampedArray,
  const S extends Shape = [number],
  E extends DType = DataType<T>,
>(array: T, shape?: S | null | CreationOptions<E>, options?: CreationOptions<E>): Tensor<Sizes<S>, NoInfer<E>>
export function fromTypedArray(
  array: Parameters<typeof operations.fromTypedArray>[0],
  shape?: Shape | null | OptionsOf<'fromTypedArray'>,
  options?: OptionsOf<'fromTypedArray'>,
): Value {
  return operations.fromTypedArray(array, shape, options)
}

/**
 * Zeros.
 *
 * @example
 * ```ts
 * import { zeros } from 'wengert'
 * console.log(zeros([2, 3]).toArray()) // [ [ 0, 0, 0 ], [ 0, 0, 0 ] ]
 * ```
 */
export function zeros<const S extends Shape, E extends DType = 'float32'>(
  shape: S,
  options?: CreationOptions<E>,
): Tensor<Sizes<S>, NoInfer<E>>
export function zeros(shape: Shape, options?: OptionsOf<'zeros'>): Value {
  return operations.zeros(shape, options)
}

/** Ones. */
export function ones<const S extends Shape, E extends DType = 'float32'>(
  shape: S,
  options?: CreationOptions<E>,
): Tensor<Sizes<S>, NoInfer<E>>
export function ones(shape: Shape, options?: OptionsOf<'ones'>): Value {
  return operations.ones(shape, options)
}

/** Elements that nobody has set yet; do not rely on what they are. */
export function empty<const S extends Shape, E extends DType = 'float32'>(
  shape: S,
  options?: CreationOptions<E>,
): Tensor<Sizes<S>, NoInfer<E>>
export function empty(shape: Shape, options?: OptionsOf<'empty'>): Value {
  return operations.empty(shape, options)
}

/** One value everywhere: a number makes float32, a boolean bool. */
export function full<const S extends Shape, V extends number | boolean, E extends DType = Filled<V>>(
  shape: S,
  fillValue: V,
  options?: CreationOptions<E>,
): Tensor<Sizes<S>, NoInfer<E>>
export function full(shape: Shape, fillValue: number | boolean, options?: OptionsOf<'full'>): Value {
  return operations.full(shape, fillValue, options)
}

/**
 * Numbers from `start` (0) up to but not including `end`, by `step` (1), as float32.
 *
 * @example
 * ```ts
 * import { arange } from 'wengert'
 * console.log(arange(3).toArray(), arange(1, 2, 0.5).toArray()) // [ 0, 1, 2 ] [ 1, 1.5 ]
 * ```
 */
export function arange<const N extends number, E extends DType = 'float32'>(
  end: N,
  options?: CreationOptions<E>,
): Tensor<[Count<N>], NoInfer<E>>
export function arange<E extends DType = 'float32'>(start: number, end: number, options?: CreationOptions<E>): Tensor<[number], NoInfer<E>>
export function arange<E extends DType = 'float32'>(
  start: number,
  end: number,
  step: number,
  options?: CreationOptions<E>,
): Tensor<[number], NoInfer<E>>
export function arange(
  startOrEnd: number,
  end?: number | OptionsOf<'arange'>,
  step?: number | OptionsOf<'arange'>,
  options?: OptionsOf<'arange'>,
): Value {
  return operations.arange(startOrEnd, end, step, options)
}
// Whole numbers that are not negative are sizes.
type Count<N extends number> = `${N}` extends `${string}.${string}` | `-${string}` | `${string}e${string}` ? number : N

/** `steps` numbers at equal distances from `start` to `end`, both included. */
export function linspace<N extends number, E extends DType = 'float32'>(
  start: number,
  end: number,
  steps: N,
  options?: CreationOptions<E>,
): Tensor<[N], NoInfer<E>>
export function linspace(start: number, end: number, steps: number, options?: OptionsOf<'linspace'>): Value {
  return operations.linspace(start, end, steps, options)
}

/** `base` (10) to the power of numbers at equal distances from `start` to `end`. */
export function logspace<N extends number, E extends DType = 'float32'>(
  start: number,
  end: number,
  steps: N,
  base?: number | (CreationOptions<E> & { base?: number | undefined }),
  options?: CreationOptions<E>,
): Tensor<[N], NoInfer<E>>
export function logspace(
  start: number,
  end: number,
  steps: number,
  base?: number | OptionsOf<'logspace'>,
  options?: OptionsOf<'logspace'>,
): Value {
  return operations.logspace(start, end, steps, base, options)
}

/** The identity matrix of n rows, or ones on the diagonal of an [n, m] matrix. */
export function eye<N extends number, M extends number | Unset = Unset, E extends DType = 'float32'>(
  n: N,
  m?: M | null | (CreationOptions<E> & { m?: M | undefined }),
  options?: CreationOptions<E>,
): Tensor<[N, Or<M, N>], NoInfer<E>>
export function eye(n: number, m?: number | null | OptionsOf<'eye'>, options?: OptionsOf<'eye'>): Value {
  return operations.eye(n, m, options)
}

/** Zeros in the shape and dtype of another tensor. */
export function zerosLike<A extends Shape, D extends DType, E extends DType = D>(
  input: Tensor<A, D>,
  options?: CreationOptions<E>,
): Tensor<A, NoInfer<E>>
export function zerosLike(input: Value, options?: OptionsOf<'zerosLike'>): Value {
  return operations.zerosLike(input, options)
}

/** Ones in the shape and dtype of another tensor. */
export function onesLike<A extends Shape, D extends DType, E extends DType = D>(
  input: Tensor<A, D>,
  options?: CreationOptions<E>,
): Tensor<A, NoInfer<E>>
export function onesLike(input: Value, options?: OptionsOf<'onesLike'>): Value {
  return operations.onesLike(input, options)
}

/** Elements that nobody has set yet, in the shape and dtype of another tensor. */
export function emptyLike<A extends Shape, D extends DType, E extends DType = D>(
  input: Tensor<A, D>,
  options?: CreationOptions<E>,
): Tensor<A, NoInfer<E>>
export function emptyLike(input: Value, options?: OptionsOf<'emptyLike'>): Value {
  return operations.emptyLike(input, options)
}

/** One value everywhere, in the shape and dtype of another tensor. */
export function fullLike<A extends Shape, D extends DType, E extends DType = D>(
  input: Tensor<A, D>,
  fillValue: number | boolean,
  options?: CreationOptions<E>,
): Tensor<A, NoInfer<E>>
export function fullLike(input: Value, fillValue: number | boolean, options?: OptionsOf<'fullLike'>): Value {
  return operations.fullLike(input, fillValue, options)
}

/**
 * Seeds the random numbers of the whole library; the stream is the same on every platform.
 *
 * @example
 * ```ts
 * import { manualSeed, rand } from 'wengert'
 * manualSeed(7)
 * const first = rand([2])
 * manualSeed(7)
 * console.log(rand([2]).equal(first)) // true
 * ```
 */
export const manualSeed = (seed: number): Generator => operations.manualSeed(seed)

/** Uniform random numbers from [0, 1). */
export function rand<const S extends Shape, E extends DType = 'float32'>(shape: S, options?: RandomOptions<E>): Tensor<Sizes<S>, NoInfer<E>>
export function rand(shape: Shape, options?: OptionsOf<'rand'>): Value {
  return operations.rand(shape, options)
}

/** Standard normal random numbers: mean 0, standard deviation 1. */
export function randn<const S extends Shape, E extends DType = 'float32'>(
  shape: S,
  options?: RandomOptions<E>,
): Tensor<Sizes<S>, NoInfer<E>>
export function randn(shape: Shape, options?: OptionsOf<'randn'>): Value {
  return operations.randn(shape, options)
}

/** Uniform random numbers from [0, 1), in the shape and dtype of another tensor. */
export function randLike<A extends Shape, D extends DType, E extends DType = D>(
  input: Tensor<A, D>,
  options?: RandomOptions<E>,
): Tensor<A, NoInfer<E>>
export function randLike(input: Value, options?: OptionsOf<'randLike'>): Value {
  return operations.randLike(input, options)
}

/** Standard normal random numbers, in the shape and dtype of another tensor. */
export function randnLike<A extends Shape, D extends DType, E extends DType = D>(
  input: Tensor<A, D>,
  options?: RandomOptions<E>,
): Tensor<A, NoInfer<E>>
export function randnLike(input: Value, options?: OptionsOf<'randnLike'>): Value {
  return operations.randnLike(input, options)
}

/**
 * Random integers from `low` (0) up to but not including `high`, as int32.
 *
 * @example
 * ```ts
 * import { randint } from 'wengert'
 * console.log(randint(10, [2, 3]).shape, randint(5, 10, [4]).dtype) // [ 2, 3 ] int32
 * ```
 */
export function randint<const S extends Shape, E extends DType = 'int32'>(
  high: number,
  shape: S,
  options?: RandomOptions<E>,
): Tensor<Sizes<S>, NoInfer<E>>
export function randint<const S extends Shape, E extends DType = 'int32'>(
  low: number,
  high: number,
  shape: S,
  options?: RandomOptions<E>,
): Tensor<Sizes<S>, NoInfer<E>>
export function randint(
  lowOrHigh: number,
  highOrShape: number | Shape,
  shape?: Shape | OptionsOf<'randint'>,
  options?: OptionsOf<'randint'>,
): Value {
  return operations.randint(lowOrHigh, highOrShape, shape, options)
}

/** The numbers from 0 to n − 1 in random order, as int32. */
export function randperm<N extends number, E extends DType = 'int32'>(n: N, options?: RandomOptions<E>): Tensor<[N], NoInfer<E>>
export function randperm(n: number, options?: OptionsOf<'randperm'>): Value {
  return operations.randperm(n, options)
}

/** Normal random numbers of a mean and standard deviation, given as numbers (with a shape) or as tensors. */
export function normal<const S extends Shape, E extends DType = 'float32'>(
  mean: number,
  std: number,
  shape: S,
  options?: RandomOptions<E>,
): Tensor<Sizes<S>, NoInfer<E>>
export function normal(mean: Tensor | number, std: Tensor | number, options?: RandomOptions<DType>): Tensor
export function normal(
  mean: Value | number,
  std: Value | number,
  shape?: Shape | null | OptionsOf<'normal'>,
  options?: OptionsOf<'normal'>,
): Value {
  return operations.normal(mean, std, shape, options)
}
