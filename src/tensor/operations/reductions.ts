// Reductions with PyTorch's options: sums, means, products, extremes over dims, any, all, counts.
import type { DType } from '../../core/dtype.ts'
import { DTypeError, ShapeError } from '../../core/errors.ts'
import { normalizeDim, normalizeDims, printShape, type Shape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/reductions.ts'
import type { OptionsOf } from '../signatures.ts'

/** Dims of a reduction, counted from the front; `null` and `[]` mean all of them, as in PyTorch. */
export function reducedDims(name: string, dim: number | readonly number[] | null, input: Value): number[] | null {
  if (dim === null || (typeof dim !== 'number' && dim.length === 0)) return null
  return normalizeDims(name, dim, input.shape.length)
}

/** The input as a float: cast to `dtype` where one is given; an integer without one is refused. */
export function floatInput(name: string, input: Value, dtype: DType | null = null): Value {
  const result = dtype === null || dtype === input.dtype ? input : P.cast(input, dtype)
  if (result.dtype === 'float32' || result.dtype === 'float64') return result
  throw new DTypeError(`${name}: needs a float tensor, got ${result.dtype}. Cast it with to('float32').`)
}

/** What is added or multiplied up: bool and uint8 in int32, where there is room, or in `dtype`. */
export const summable = (input: Value, dtype: DType | null): Value => {
  const wanted = dtype ?? (input.dtype === 'bool' || input.dtype === 'uint8' ? 'int32' : input.dtype)
  return wanted === input.dtype ? input : P.cast(input, wanted)
}

/** Number of elements that a reduction over `dims` takes together. */
export function countOf(input: Value, dims: readonly number[] | null): number {
  return dims === null ? input.elementCount : dims.reduce((count, dim) => count * (input.shape[dim] as number), 1)
}

/** Σ over `dim`, over everything without one; integers are summed in int32. */
export function sum(input: Value, dim?: number | readonly number[] | null | OptionsOf<'sum'>, options?: OptionsOf<'sum'>): Value {
  const given = readOptions('sum', dim, options)
  return P.sum(summable(input, given.dtype), reducedDims('sum', given.dim, input), given.keepdim)
}

/** Summed over what broadcasting would have repeated, so that `shape` is left. */
export function sumToSize(input: Value, shape: Shape): Value {
  const added = input.shape.length - shape.length
  const fits = added >= 0 && shape.every((size, dim) => size === 1 || size === input.shape[dim + added])
  if (!fits) throw new ShapeError(`sumToSize: ${printShape(input.shape)} is no broadcast of ${printShape(shape)}.`)
  const repeated = input.shape.flatMap((size, dim) => (dim < added || (shape[dim - added] === 1 && size !== 1) ? [dim] : []))
  return repeated.length === 0 ? P.copy(input) : P.reshape(P.sum(input, repeated), shape)
}

/** Σ / n over `dim`, over everything without one. */
export function mean(input: Value, dim?: number | readonly number[] | null | OptionsOf<'mean'>, options?: OptionsOf<'mean'>): Value {
  const given = readOptions('mean', dim, options)
  const dims = reducedDims('mean', given.dim, input)
  return P.div(P.sum(floatInput('mean', input, given.dtype), dims, given.keepdim), countOf(input, dims))
}

/** Π over `dim`, over everything without one; exact derivatives also where factors are 0. */
export function prod(input: Value, dim?: number | null | OptionsOf<'prod'>, options?: OptionsOf<'prod'>): Value {
  const given = readOptions('prod', dim, options)
  return P.prod(
    summable(input, given.dtype),
    given.dim === null ? null : normalizeDims('prod', given.dim, input.shape.length),
    given.keepdim,
  )
}

/** The largest element over `dim`; ties share the derivative evenly. */
export function amax(input: Value, dim?: number | readonly number[] | null | OptionsOf<'amax'>, options?: OptionsOf<'amax'>): Value {
  const given = readOptions('amax', dim, options)
  return P.amax(input, reducedDims('amax', given.dim, input), given.keepdim)
}

/** The smallest element over `dim`; ties share the derivative evenly. */
export function amin(input: Value, dim?: number | readonly number[] | null | OptionsOf<'amin'>, options?: OptionsOf<'amin'>): Value {
  const given = readOptions('amin', dim, options)
  return P.amin(input, reducedDims('amin', given.dim, input), given.keepdim)
}

/** Whether any element over `dim` is not 0. */
export function any(input: Value, dim?: number | readonly number[] | null | OptionsOf<'any'>, options?: OptionsOf<'any'>): Value {
  const given = readOptions('any', dim, options)
  return P.any(input, reducedDims('any', given.dim, input), given.keepdim)
}

/** Whether all elements over `dim` are not 0. */
export function all(input: Value, dim?: number | readonly number[] | null | OptionsOf<'all'>, options?: OptionsOf<'all'>): Value {
  const given = readOptions('all', dim, options)
  return P.all(input, reducedDims('all', given.dim, input), given.keepdim)
}

/** How many elements over `dim` are not 0, as int32. */
export function countNonzero(input: Value, dim?: number | readonly number[] | null | OptionsOf<'countNonzero'>): Value {
  const given = readOptions('countNonzero', dim)
  return P.sum(P.cast(P.ne(input, 0), 'int32'), reducedDims('countNonzero', given.dim, input), false)
}

/** The running sum along `dim`. */
export function cumsum(input: Value, dim: number, options?: OptionsOf<'cumsum'>): Value {
  const given = readOptions('cumsum', options)
  const values = summable(input, given.dtype)
  const axis = normalizeDim('cumsum', dim, input.shape.length)
  return input.shape.length === 0 ? P.copy(values) : P.cumsum(values, axis)
}
