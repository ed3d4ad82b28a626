// Extremes with their places, and orderings: max and min in PyTorch's three forms, argmax, argmin, sort, topk.
import { IndexError, OptionError, ShapeError } from '../../core/errors.ts'
import { normalizeDim, printShape } from '../../core/shape.ts'
import { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/statistics.ts'
import type { OptionsOf } from '../signatures.ts'

/** Elements and where along the dim they were found (int32). */
export interface ValuesAndIndices {
  readonly values: Value
  readonly indices: Value
}

/** Which position along `dim` is the largest: the first of equal ones; NaN counts as largest. */
export function argmax(input: Value, dim?: number | null | OptionsOf<'argmax'>, options?: OptionsOf<'argmax'>): Value {
  return place('argmax', input, readOptions('argmax', dim, options))
}

/** Which position along `dim` is the smallest: the first of equal ones; NaN counts as smallest. */
export function argmin(input: Value, dim?: number | null | OptionsOf<'argmin'>, options?: OptionsOf<'argmin'>): Value {
  return place('argmin', input, readOptions('argmin', dim, options))
}

function place(name: 'argmax' | 'argmin', input: Value, given: { dim: number | null; keepdim: boolean }): Value {
  const rank = input.shape.length
  const dim = given.dim === null ? null : normalizeDim(name, given.dim, rank)
  const primitive = name === 'argmax' ? P.argmax : P.argmin
  const length = dim === null || rank === 0 ? input.elementCount : (input.shape[dim] as number)
  if (length === 0)
    throw new IndexError(`${name}: nothing to choose from in shape ${printShape(input.shape)}. Give a dim that is not empty.`)
  if (rank > 0 && dim !== null) return primitive(input, dim, given.keepdim)
  const flat = primitive(P.reshape(input, [input.elementCount]), 0, false)
  return given.keepdim && dim === null
    ? P.reshape(
        flat,
        input.shape.map(() => 1),
      )
    : flat
}

/** The largest element (ties share the derivative); with a dim, values and indices along it; with a tensor, the elementwise maximum. */
export function max(input: Value): Value
export function max(input: Value, dim: number, options?: OptionsOf<'max'>): ValuesAndIndices
export function max(input: Value, other: Value): Value
export function max(
  input: Value,
  dimOrOther?: number | Value | null | OptionsOf<'max'>,
  options?: OptionsOf<'max'>,
): Value | ValuesAndIndices
export function max(
  input: Value,
  dimOrOther?: number | Value | null | OptionsOf<'max'>,
  options?: OptionsOf<'max'>,
): Value | ValuesAndIndices {
  return extreme('max', input, dimOrOther, options)
}

/** The smallest element (ties share the derivative); with a dim, values and indices along it; with a tensor, the elementwise minimum. */
export function min(input: Value): Value
export function min(input: Value, dim: number, options?: OptionsOf<'min'>): ValuesAndIndices
export function min(input: Value, other: Value): Value
export function min(
  input: Value,
  dimOrOther?: number | Value | null | OptionsOf<'min'>,
  options?: OptionsOf<'min'>,
): Value | ValuesAndIndices
export function min(
  input: Value,
  dimOrOther?: number | Value | null | OptionsOf<'min'>,
  options?: OptionsOf<'min'>,
): Value | ValuesAndIndices {
  return extreme('min', input, dimOrOther, options)
}

function extreme(name: 'max' | 'min', input: Value, dimOrOther: unknown, options: unknown): Value | ValuesAndIndices {
  if (dimOrOther instanceof Value) return name === 'max' ? P.maximum(input, dimOrOther) : P.minimum(input, dimOrOther)
  const given = readOptions(name, dimOrOther, options)
  const choice = given.dim
  if (choice instanceof Value) throw new OptionError(`${name}: give the other tensor by position, as in x.${name}(y).`)
  if (choice !== null) {
    const dim = normalizeDim(name, choice, input.shape.length)
    return takeAlong(input, place(name === 'max' ? 'argmax' : 'argmin', input, { dim, keepdim: true }), dim, given.keepdim)
  }
  if (input.elementCount === 0)
    throw new ShapeError(`${name}: an empty tensor of shape ${printShape(input.shape)} has no ${name}imum. Check size first.`)
  return name === 'max' ? P.amax(input, null) : P.amin(input, null)
}

/** The elements at `indices` along `dim`, with the dim dropped again unless it is to be kept. */
export function takeAlong(input: Value, indices: Value, dim: number, keepdim: boolean): ValuesAndIndices {
  if (input.shape.length === 0) return { values: P.reshape(input, []), indices: P.reshape(indices, []) }
  const values = P.gatherInside(input, dim, indices)
  return keepdim ? { values, indices } : { values: P.squeeze(values, dim), indices: P.squeeze(indices, dim) }
}

/** Where the sorted elements along `dim` come from; equal elements keep their order, NaN counts as largest. */
export function argsort(input: Value, dim?: number | OptionsOf<'argsort'>, options?: OptionsOf<'argsort'>): Value {
  const given = readOptions('argsort', dim, options)
  return order('argsort', input, given.dim, given.descending)
}

function order(name: string, input: Value, dim: number, descending: boolean): Value {
  const axis = normalizeDim(name, dim, input.shape.length)
  return input.shape.length === 0 ? P.full([], 0, 'int32') : P.argsort(input, axis, descending)
}

/** The elements sorted along `dim`, and where they come from. */
export function sort(input: Value, dim?: number | OptionsOf<'sort'>, options?: OptionsOf<'sort'>): ValuesAndIndices {
  const given = readOptions('sort', dim, options)
  const axis = normalizeDim('sort', given.dim, input.shape.length)
  return takeAlong(input, order('sort', input, axis, given.descending), axis, true)
}

/** The k largest elements along `dim` (the smallest with `largest: false`), in order, and where they come from. */
export function topk(input: Value, k: number, dim?: number | OptionsOf<'topk'>, options?: OptionsOf<'topk'>): ValuesAndIndices {
  const given = readOptions('topk', dim, options)
  const axis = normalizeDim('topk', given.dim, input.shape.length)
  const length = input.shape.length === 0 ? 1 : (input.shape[axis] as number)
  if (!Number.isInteger(k) || k < 0 || k > length)
    throw new IndexError(`topk: k must be an integer from 0 to ${length}, the size of dim ${axis}, not ${k}.`)
  const places = order('topk', input, axis, given.largest)
  return takeAlong(input, input.shape.length === 0 ? places : P.contiguous(P.narrow(places, axis, 0, k)), axis, true)
}
