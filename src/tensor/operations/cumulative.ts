// Running products and extremes; differences of neighbours, and areas under points.
import { ShapeError } from '../../core/errors.ts'
import { normalizeDim, printShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/statistics.ts'
import type { OptionsOf } from '../signatures.ts'
import type { ValuesAndIndices } from './extremes.ts'
import { summable } from './reductions.ts'

/** Combines each element with all before it in log₂ n steps: after the step of s, each has met the 2s nearest. */
function scan(input: Value, dim: number, combine: (before: Value, element: Value) => Value): Value {
  const size = input.shape[dim] ?? 1
  let result = input
  for (let shift = 1; shift < size; shift *= 2) {
    const met = combine(P.narrow(result, dim, 0, size - shift), P.narrow(result, dim, shift, size - shift))
    result = P.concatenate([P.narrow(result, dim, 0, shift), met], dim)
  }
  return result === input ? P.copy(input) : result
}

/** The running product along `dim`; its derivative is exact where factors are 0. */
export function cumprod(input: Value, dim: number, options?: OptionsOf<'cumprod'>): Value {
  const given = readOptions('cumprod', options)
  return scan(summable(input, given.dtype), normalizeDim('cumprod', dim, input.shape.length), P.mul)
}

const along = (input: Value, dim: number, places: (x: Value, dim: number) => Value): ValuesAndIndices => {
  if (input.shape.length === 0) return { values: P.copy(input), indices: P.full([], 0, 'int32') }
  const indices = places(input, dim)
  return { values: P.gatherInside(input, dim, indices), indices }
}

/** The largest element so far along `dim`, and where it is: the last of equal ones. */
export function cummax(input: Value, dim: number): ValuesAndIndices {
  return along(input, normalizeDim('cummax', dim, input.shape.length), P.cumargmax)
}

/** The smallest element so far along `dim`, and where it is: the last of equal ones. */
export function cummin(input: Value, dim: number): ValuesAndIndices {
  return along(input, normalizeDim('cummin', dim, input.shape.length), P.cumargmin)
}

function axisOf(name: string, input: Value, dim: number): { axis: number; size: number } {
  const axis = normalizeDim(name, dim, input.shape.length)
  const size = input.shape[axis]
  if (size === undefined) throw new ShapeError(`${name}: a 0-d tensor has no dim to go along. Unsqueeze it first?`)
  return { axis, size }
}

/** Differences of neighbours along `dim`, `n` times over, after `prepend` and `append` have been joined on. */
export function diff(input: Value, n?: number | OptionsOf<'diff'>, options?: OptionsOf<'diff'>): Value {
  const given = readOptions('diff', n, options)
  const { axis } = axisOf('diff', input, given.dim)
  if (given.n === 0) return P.copy(input) // as it is: nothing is joined on either
  const parts = [given.prepend, input, given.append].filter((part) => part !== null)
  let result = parts.length > 1 ? P.concatenate(parts, axis) : input
  for (let i = 0; i < given.n; i++) {
    const length = Math.max(0, (result.shape[axis] as number) - 1)
    const before = P.narrow(result, axis, 0, length)
    const after = P.narrow(result, axis, Math.min(1, result.shape[axis] as number), length)
    result = result.dtype === 'bool' ? P.ne(after, before) : P.sub(after, before)
  }
  return result
}

// The areas between neighbouring points along a dim: means of neighbours times their distances.
function areas(name: 'trapezoid' | 'cumulativeTrapezoid', y: Value, x: unknown, options: unknown): { areas: Value; axis: number } {
  const given = readOptions(name, x, options)
  const { axis, size } = axisOf(name, y, given.dim)
  const length = Math.max(0, size - 1)
  const means = P.mul(P.add(P.narrow(y, axis, 0, length), P.narrow(y, axis, size - length, length)), 0.5)
  if (given.x === null) return { areas: P.mul(means, given.dx), axis }
  const positions = given.x
  // a vector of positions belongs to the dim, whatever stands behind it
  const aligned =
    positions.shape.length === 1 ? P.reshape(positions, [positions.elementCount, ...y.shape.slice(axis + 1).map(() => 1)]) : positions
  const at = aligned.shape.length - (y.shape.length - axis)
  if (aligned.shape[at] !== size) {
    throw new ShapeError(
      `${name}: x of shape ${printShape(positions.shape)} must have size ${size} where y of shape ${printShape(y.shape)} has its dim ${axis}.`,
    )
  }
  const widths = P.sub(P.narrow(aligned, at, size - length, length), P.narrow(aligned, at, 0, length))
  return { areas: P.mul(means, widths), axis }
}

/** The area under points along `dim` by trapezoids; their positions are `x`, or `dx` apart. */
export function trapezoid(y: Value, x?: Value | null | OptionsOf<'trapezoid'>, options?: OptionsOf<'trapezoid'>): Value {
  const { areas: parts, axis } = areas('trapezoid', y, x, options)
  return P.sum(parts, axis - y.shape.length)
}

/** The running area under points along `dim`, one less than there are points; see `trapezoid`. */
export function cumulativeTrapezoid(
  y: Value,
  x?: Value | null | OptionsOf<'cumulativeTrapezoid'>,
  options?: OptionsOf<'cumulativeTrapezoid'>,
): Value {
  const { areas: parts, axis } = areas('cumulativeTrapezoid', y, x, options)
  return P.cumsum(parts, axis - y.shape.length)
}
