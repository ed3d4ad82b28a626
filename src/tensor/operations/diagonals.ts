// Diagonals of matrices: their sum, and matrices made from them.
import { ShapeError } from '../../core/errors.ts'
import { normalizeDim, printShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/movement.ts'
import type { OptionsOf } from '../signatures.ts'

/** The sum of the main diagonal of a matrix. */
export function trace(input: Value): Value {
  if (input.shape.length !== 2) throw new ShapeError(`trace: takes a matrix, got shape ${printShape(input.shape)}. Use diagonal and sum.`)
  return P.sum(P.diagonal(input), null)
}

/** The diagonal of a matrix, or the matrix of zeros that has a vector as its diagonal. */
export function diag(input: Value, diagonal?: number | OptionsOf<'diag'>): Value {
  const offset = readOptions('diag', diagonal).diagonal
  if (input.shape.length === 2) return P.copy(P.diagonal(input, offset))
  if (input.shape.length === 1) return embedded(input, offset, 0, 1)
  throw new ShapeError(`diag: takes a vector or a matrix, got shape ${printShape(input.shape)}. Use diagonal or diagEmbed.`)
}

/** The matrix of zeros that has all elements, in their order, as its diagonal. */
export function diagflat(input: Value, offset?: number | OptionsOf<'diagflat'>): Value {
  return embedded(P.reshape(input, [input.elementCount]), readOptions('diagflat', offset).offset, 0, 1)
}

/** Matrices of zeros, in two new dims, that have the last dim as their diagonal. */
export function diagEmbed(input: Value, offset?: number | OptionsOf<'diagEmbed'>, options?: OptionsOf<'diagEmbed'>): Value {
  const given = readOptions('diagEmbed', offset, options)
  const rank = input.shape.length + 1
  if (rank === 1) throw new ShapeError('diagEmbed: a 0-d tensor has no last dim. Unsqueeze it first?')
  const [dim1, dim2] = [normalizeDim('diagEmbed', given.dim1, rank), normalizeDim('diagEmbed', given.dim2, rank)]
  if (dim1 === dim2) throw new ShapeError(`diagEmbed: needs two different dims, got ${given.dim1} and ${given.dim2}.`)
  return embedded(input, given.offset, dim1, dim2)
}

function embedded(input: Value, offset: number, dim1: number, dim2: number): Value {
  const size = (input.shape.at(-1) as number) + Math.abs(offset)
  const shape = [...input.shape.slice(0, -1)]
  for (const dim of [Math.min(dim1, dim2), Math.max(dim1, dim2)]) shape.splice(dim, 0, size)
  return P.diagonalScatter(input, offset, dim1, dim2, shape)
}
