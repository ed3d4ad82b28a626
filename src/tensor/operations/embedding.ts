// Rows of a table by number, and numbers as rows of zeros and a one.
import { detach } from '../../autograd/index.ts'
import { DTypeError, IndexError, ShapeError } from '../../core/errors.ts'
import { printShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { refuseSize } from '../../primitives/tracer.ts'
import { readOptions } from '../signatures/indexing.ts'
import type { OptionsOf } from '../signatures.ts'
import { wrapPositions } from './gathering.ts'

/** Row `input[i]` of `weight` for every i; the row `paddingIdx` gets no gradient. */
export function embedding(input: Value, weight: Value, paddingIdx?: number | null | OptionsOf<'embedding'>): Value {
  const given = readOptions('embedding', paddingIdx).paddingIdx
  if (weight.shape.length !== 2) throw new ShapeError(`embedding: weight must be [rows, features], got ${printShape(weight.shape)}.`)
  const [rows, features] = weight.shape as readonly [number, number]
  if (given !== null && (given < -rows || given >= rows))
    throw new IndexError(`embedding: paddingIdx ${given} is out of range for ${rows} rows.`)
  const positions = wrapPositions('embedding', input, rows, 0)
  const flat = P.reshape(positions, [input.elementCount])
  const selected = P.reshape(P.indexSelect(weight, 0, flat), [...input.shape, features])
  if (given === null) return selected
  const padded = P.unsqueeze(P.eq(positions, given < 0 ? given + rows : given), input.shape.length)
  return P.where(padded, detach(selected), selected)
}

/** A new last dim of `numClasses` zeros with a 1 at the element's value; without `numClasses`, as many as the largest value asks for. int32. */
export function oneHot(input: Value, numClasses?: number | OptionsOf<'oneHot'>): Value {
  const given = readOptions('oneHot', numClasses).numClasses
  if (input.dtype !== 'int32' && input.dtype !== 'uint8')
    throw new DTypeError(`oneHot: classes must be integers, got ${input.dtype}. Make them with { dtype: 'int32' }.`)
  if (given === -1 && input.elementCount === 0)
    throw new ShapeError('oneHot: the number of classes cannot be found in no elements. Give numClasses.')
  const check = (elements: Iterable<number>): number => {
    let largest = -1
    for (const value of elements) {
      if (value < 0 || (given !== -1 && value >= given))
        throw new IndexError(`oneHot: class ${value} is out of range for ${given === -1 ? 'classes from 0' : `${given} classes`}.`)
      largest = Math.max(largest, value)
    }
    return largest
  }
  if (given !== -1) P.inspect('oneHot', input, check)
  if (given === -1) refuseSize('oneHot')
  const classes = given === -1 ? check(P.toTypedArray(input)) + 1 : given
  return P.cast(P.eq(P.unsqueeze(input, input.shape.length), P.iota(classes, 'int32')), 'int32')
}
