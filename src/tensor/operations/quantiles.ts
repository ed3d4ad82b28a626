// Quantiles: elements, or points between two, at given shares of the sorted order.
import { detach } from '../../autograd/index.ts'
import { DTypeError, OptionError, ShapeError } from '../../core/errors.ts'
import { normalizeDim, printShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/statistics.ts'
import type { OptionsOf } from '../signatures.ts'
import { floatInput } from './reductions.ts'

/** The elements at the shares `q` (0 to 1) of the order along `dim`, over everything without one; NaN where there is one. Several shares become the first dim. */
export function quantile(input: Value, q: Operand, dim?: number | null | OptionsOf<'quantile'>, options?: OptionsOf<'quantile'>): Value {
  return elementsAt('quantile', input, q, readOptions('quantile', dim, options), false)
}

/** As `quantile`, of the elements that are not NaN. */
export function nanquantile(
  input: Value,
  q: Operand,
  dim?: number | null | OptionsOf<'nanquantile'>,
  options?: OptionsOf<'nanquantile'>,
): Value {
  return elementsAt('nanquantile', input, q, readOptions('nanquantile', dim, options), true)
}

type Interpolation = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest'

/** Between the positions below and above, how far from the one below. */
const weights: { readonly [I in Interpolation]: (rank: Value) => { readonly rank: Value; readonly weight: Value | number } } = {
  linear: (rank) => ({ rank, weight: P.sub(rank, P.floor(rank)) }),
  midpoint: (rank) => ({ rank, weight: P.where(P.eq(rank, P.floor(rank)), 0, P.full([], 0.5, rank.dtype)) }),
  lower: (rank) => ({ rank: P.floor(rank), weight: 0 }),
  higher: (rank) => ({ rank: P.ceil(rank), weight: 0 }),
  nearest: (rank) => ({ rank: P.round(rank), weight: 0 }),
}

/** What stands at the shares `q`; with NaN left out, or as the largest. */
function elementsAt(
  name: string,
  input: Value,
  q: Operand,
  given: { readonly dim: number | null; readonly keepdim: boolean; readonly interpolation: Interpolation },
  leavesOutNaN: boolean,
): Value {
  const x = floatInput(name, input)
  const shares = typeof q === 'number' ? P.full([], q, x.dtype) : q
  if (typeof q === 'number' && !(q >= 0 && q <= 1)) throw new OptionError(`${name}: q must be between 0 and 1, not ${q}.`)
  if (shares.dtype !== x.dtype)
    throw new DTypeError(`${name}: q is ${shares.dtype}, the input ${x.dtype}. Convert it with .to('${x.dtype}').`)
  if (shares.shape.length > 1) throw new ShapeError(`${name}: q must be a number or a vector, not of shape ${printShape(shares.shape)}.`)
  if (x.elementCount === 0)
    throw new ShapeError(`${name}: an empty tensor of shape ${printShape(x.shape)} has no quantile. Check size first.`)
  const rank = x.shape.length
  const dim = given.dim === null ? null : normalizeDim(name, given.dim, rank)
  // the dim comes last, and the shares take its place
  const rows = dim === null ? P.reshape(x, [x.elementCount]) : rank === 0 ? P.reshape(x, [1]) : moved(x, dim)
  const last = rows.shape.length - 1
  const size = rows.shape[last] as number
  const order = P.argsort(detach(rows), last)
  const numbers = P.sum(P.logicalNot(P.isnan(detach(rows))), last, true)
  const usable = leavesOutNaN ? P.clamp(P.sub(numbers, 1), 0, null) : P.full([], size - 1, 'int32')
  const exact = P.mul(P.reshape(shares, [shares.elementCount]), P.cast(usable, x.dtype))
  // NaN is sorted to the end
  const wanted = leavesOutNaN ? exact : P.where(P.eq(numbers, size), exact, size - 1)
  const position = weights[given.interpolation](wanted)
  const element = (place: Value): Value =>
    P.gather(rows, last, P.gather(order, last, full(P.cast(place, 'int32'), rows.shape.slice(0, last))))
  const below = element(P.floor(position.rank))
  const between = position.weight === 0 ? below : P.add(below, P.mul(P.sub(element(P.ceil(position.rank)), below), position.weight))
  const kept = x.shape.map((length, axis) => (dim === null || axis === dim ? 1 : length))
  const reduced = given.keepdim ? kept : dim === null ? [] : x.shape.filter((_, axis) => axis !== dim)
  const first = P.permute(between, [last, ...Array.from({ length: last }, (_, i) => i)])
  return P.reshape(first, shares.shape.length === 0 ? reduced : [shares.elementCount, ...reduced])
}

const moved = (x: Value, dim: number): Value => P.permute(x, [...x.shape.flatMap((_, axis) => (axis === dim ? [] : [axis])), dim])

/** Places that are the same for all rows, written out for each. */
const full = (places: Value, rows: readonly number[]): Value => P.expand(places, [...rows, places.shape.at(-1) as number])
