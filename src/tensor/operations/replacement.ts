// Copies of a tensor in which a part, named as a view is, has been replaced.
import { DTypeError, IndexError, ShapeError } from '../../core/errors.ts'
import { normalizeDim, printShape, type Shape, sameShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/indexing.ts'
import type { OptionsOf } from '../signatures.ts'

/** The input with `src` in the place that `select(dim, index)` looks at. */
export function selectScatter(input: Value, src: Value, dim: number, index: number): Value {
  const axis = normalizeDim('selectScatter', dim, input.shape.length)
  const size = input.shape[axis]
  if (size === undefined) throw new ShapeError('selectScatter: a 0-d tensor has no dim to select from. Unsqueeze it first?')
  if (!Number.isInteger(index) || index < -size || index >= size)
    throw new IndexError(`selectScatter: index ${index} is out of range for dim ${axis} of size ${size}.`)
  const place = index < 0 ? index + size : index
  const part = input.shape.filter((_, d) => d !== axis)
  requirePart('selectScatter', input, src, part)
  return replaced(input, P.unsqueeze(src, axis), (x) => along(x, axis, place, size - place - 1, 0))
}

/** The input with `src` in the places from `start` to `end` along `dim`, every `step`-th. */
export function sliceScatter(
  input: Value,
  src: Value,
  dim?: number | OptionsOf<'sliceScatter'>,
  options?: OptionsOf<'sliceScatter'>,
): Value {
  const given = readOptions('sliceScatter', dim, options)
  const axis = normalizeDim('sliceScatter', given.dim, input.shape.length)
  const size = input.shape[axis]
  if (size === undefined) throw new ShapeError('sliceScatter: a 0-d tensor has no dim to slice. Unsqueeze it first?')
  if (given.step < 1) throw new IndexError(`sliceScatter: step must be at least 1, got ${given.step}.`)
  const inside = (at: number): number => Math.min(size, Math.max(0, at < 0 ? at + size : at))
  const start = inside(given.start ?? 0)
  const length = Math.ceil(Math.max(0, inside(given.end ?? size) - start) / given.step)
  requirePart(
    'sliceScatter',
    input,
    src,
    input.shape.map((s, d) => (d === axis ? length : s)),
  )
  if (length === 0) return P.copy(input)
  const rest = size - start - (length - 1) * given.step - 1
  return replaced(input, src, (x) => along(x, axis, start, rest, given.step - 1))
}

/** The input with `src` as its diagonal of two dims. */
export function diagonalScatter(
  input: Value,
  src: Value,
  offset?: number | OptionsOf<'diagonalScatter'>,
  options?: OptionsOf<'diagonalScatter'>,
): Value {
  const given = readOptions('diagonalScatter', offset, options)
  const [a, b] = [
    normalizeDim('diagonalScatter', given.dim1, input.shape.length),
    normalizeDim('diagonalScatter', given.dim2, input.shape.length),
  ]
  requirePart('diagonalScatter', input, src, P.diagonal(input, given.offset, a, b).shape)
  return replaced(input, src, (x) => P.diagonalScatter(x, given.offset, a, b, input.shape))
}

// `place` puts the part among zeros of the input's shape; ones in its stead say where it went.
const replaced = (input: Value, part: Value, place: (part: Value) => Value): Value =>
  P.where(place(P.full(part.shape, 1, 'bool')), place(part), input)

const along = (x: Value, axis: number, low: number, high: number, interior: number): Value => {
  const only = (zeros: number): number[] => x.shape.map((_, d) => (d === axis ? zeros : 0))
  return P.pad(x, only(low), only(high), only(interior))
}

function requirePart(name: string, input: Value, src: Value, shape: Shape): void {
  if (!sameShape(src.shape, shape))
    throw new ShapeError(`${name}: src must have the shape ${printShape(shape)} of what it replaces, not ${printShape(src.shape)}.`)
  if (src.dtype !== input.dtype)
    throw new DTypeError(`${name}: src is ${src.dtype}, the input ${input.dtype}. Convert it with .to('${input.dtype}').`)
}
