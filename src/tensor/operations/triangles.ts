// Triangles of matrices.
import { ShapeError } from '../../core/errors.ts'
import { printShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/movement.ts'
import type { OptionsOf } from '../signatures.ts'

// column − row for every place of the last two dims.
function offsets(name: string, input: Value): Value {
  const rank = input.shape.length
  if (rank < 2) throw new ShapeError(`${name}: needs at least 2 dims, got shape ${printShape(input.shape)}. Unsqueeze it first?`)
  const rows = input.shape[rank - 2] as number
  const columns = input.shape[rank - 1] as number
  return P.sub(P.reshape(P.iota(columns, 'int32'), [1, columns]), P.reshape(P.iota(rows, 'int32'), [rows, 1]))
}

/** The part of each matrix on and below a diagonal, zeros above it. */
export function tril(input: Value, diagonal?: number | OptionsOf<'tril'>): Value {
  return P.where(P.le(offsets('tril', input), readOptions('tril', diagonal).diagonal), input, zeroLike(input))
}

/** The part of each matrix on and above a diagonal, zeros below it. */
export function triu(input: Value, diagonal?: number | OptionsOf<'triu'>): Value {
  return P.where(P.ge(offsets('triu', input), readOptions('triu', diagonal).diagonal), input, zeroLike(input))
}

// A number beside a bool tensor would make the result an integer.
const zeroLike = (input: Value): Value => P.full([], 0, input.dtype)
