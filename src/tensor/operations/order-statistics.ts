// Medians, k-th smallest elements, and sums and means that leave NaN out.
import { detach } from '../../autograd/index.ts'
import { isFloating } from '../../core/dtype.ts'
import { IndexError, ShapeError } from '../../core/errors.ts'
import { normalizeDim, printShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/statistics.ts'
import type { OptionsOf } from '../signatures.ts'
import { takeAlong, type ValuesAndIndices } from './extremes.ts'
import { floatInput, reducedDims, summable } from './reductions.ts'

/** The middle element, of an even number the lower one, NaN if one is NaN; equal ones share the derivative. With a dim, values and indices along it. */
export function median(input: Value, dim?: number | null | OptionsOf<'median'>, options?: OptionsOf<'median'>): Value | ValuesAndIndices {
  return middle('median', input, readOptions('median', dim, options), false)
}

/** As `median`, of the elements that are not NaN. */
export function nanmedian(
  input: Value,
  dim?: number | null | OptionsOf<'nanmedian'>,
  options?: OptionsOf<'nanmedian'>,
): Value | ValuesAndIndices {
  return middle('nanmedian', input, readOptions('nanmedian', dim, options), true)
}

function middle(
  name: string,
  input: Value,
  { dim, keepdim }: { dim: number | null; keepdim: boolean },
  leavesOutNaN: boolean,
): Value | ValuesAndIndices {
  if (dim !== null) return middleAlong(name, input, normalizeDim(name, dim, input.shape.length), keepdim, leavesOutNaN)
  if (input.elementCount === 0)
    throw new ShapeError(`${name}: an empty tensor of shape ${printShape(input.shape)} has no middle. Check size first.`)
  const flat = P.reshape(input, [input.elementCount])
  const { values } = middleAlong(name, detach(flat), 0, false, leavesOutNaN)
  return isFloating(input.dtype) ? shared(flat, values) : values
}

/** The element `value` of a vector, with a derivative that all elements equal to it share. */
function shared(input: Value, value: Value): Value {
  const x = detach(input)
  const equal = P.where(P.isnan(value), P.isnan(x), P.eq(x, value))
  const mean = P.div(P.sum(P.where(equal, input, 0), null), P.sum(equal, null))
  // the mean of equal numbers may be rounded
  return P.add(mean, P.where(P.eq(detach(mean), value), 0, P.sub(value, detach(mean))))
}

// NaN is sorted to the end: there it is the middle itself, or the middle lies before it.
function middleAlong(name: string, input: Value, dim: number, keepdim: boolean, leavesOutNaN: boolean): ValuesAndIndices {
  if (input.shape.length === 0) return { values: P.reshape(input, []), indices: P.full([], 0, 'int32') }
  const size = input.shape[dim] as number
  if (size === 0)
    throw new IndexError(`${name}: dim ${dim} of shape ${printShape(input.shape)} has no middle. Give a dim that is not empty.`)
  const numbers = P.sum(P.logicalNot(P.isnan(detach(input))), dim, true)
  const place = leavesOutNaN
    ? P.clamp(P.floorDivide(P.sub(numbers, 1), 2), 0, null)
    : P.where(P.eq(numbers, size), Math.floor((size - 1) / 2), numbers)
  return takeAlong(input, P.gather(P.argsort(detach(input), dim), dim, place), dim, keepdim)
}

/** The k-th smallest element along `dim`, counted from 1, and where it is. */
export function kthvalue(input: Value, k: number, dim?: number | OptionsOf<'kthvalue'>, options?: OptionsOf<'kthvalue'>): ValuesAndIndices {
  const given = readOptions('kthvalue', dim, options)
  const axis = normalizeDim('kthvalue', given.dim, input.shape.length)
  const size = input.shape[axis] ?? 1
  if (!Number.isInteger(k) || k < 1 || k > size)
    throw new IndexError(`kthvalue: k must be an integer from 1 to ${size}, the size of dim ${axis}, not ${k}.`)
  if (input.shape.length === 0) return { values: P.reshape(input, []), indices: P.full([], 0, 'int32') }
  return takeAlong(input, P.contiguous(P.narrow(P.argsort(detach(input), axis), axis, k - 1, 1)), axis, given.keepdim)
}

/** Σ over `dim` with NaN as 0. */
export function nansum(input: Value, dim?: number | readonly number[] | null | OptionsOf<'nansum'>, options?: OptionsOf<'nansum'>): Value {
  const given = readOptions('nansum', dim, options)
  const x = summable(input, given.dtype)
  return P.sum(P.where(P.isnan(x), P.full([], 0, x.dtype), x), reducedDims('nansum', given.dim, x), given.keepdim)
}

/** The mean over `dim` of the elements that are not NaN. */
export function nanmean(
  input: Value,
  dim?: number | readonly number[] | null | OptionsOf<'nanmean'>,
  options?: OptionsOf<'nanmean'>,
): Value {
  const given = readOptions('nanmean', dim, options)
  const x = floatInput('nanmean', input, given.dtype)
  const dims = reducedDims('nanmean', given.dim, x)
  const missing = P.isnan(detach(x))
  return P.div(P.sum(P.where(missing, 0, x), dims, given.keepdim), P.sum(P.logicalNot(missing), dims, given.keepdim))
}

/** The smallest and the largest element, over everything or along `dim`; ties share the derivative. */
export function aminmax(input: Value, options?: OptionsOf<'aminmax'>): { min: Value; max: Value } {
  const given = readOptions('aminmax', options)
  const dims = given.dim === null ? null : [normalizeDim('aminmax', given.dim, input.shape.length)]
  const reduced = input.shape.length === 0 ? null : dims
  return { min: P.amin(input, reduced, given.keepdim), max: P.amax(input, reduced, given.keepdim) }
}
