// Finding elements: in a list, in a sorted sequence, by their places in the flat order.
import { detach } from '../../autograd/index.ts'
import { IndexError, ShapeError } from '../../core/errors.ts'
import { normalizeDim, printShape, sameShape } from '../../core/shape.ts'
import { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { refuseSize } from '../../primitives/tracer.ts'
import { readOptions as readMovement } from '../signatures/movement.ts'
import { readOptions as readStatistics } from '../signatures/statistics.ts'
import type { OptionsOf } from '../signatures.ts'
import { gather, wrapPositions } from './gathering.ts'

/** Whether each element is one of `testElements`; with `{ invert: true }`, whether it is none. */
export function isin(elements: Operand, testElements: Operand, options?: OptionsOf<'isin'>): Value {
  const { invert } = readStatistics('isin', options)
  const tests = testElements instanceof Value ? P.reshape(detach(testElements), [testElements.elementCount]) : testElements
  const each = elements instanceof Value ? P.unsqueeze(detach(elements), -1) : elements
  const found = P.any(P.eq(each, tests), -1)
  return invert ? P.logicalNot(found) : found
}

/** Where each value would go into an ascending sequence (its last dim) so that it stays so: before equal ones, with `{ right: true }` behind them. */
export function searchsorted(sortedSequence: Value, input: Operand, options?: OptionsOf<'searchsorted'>): Value {
  const { right, side, sorter } = readStatistics('searchsorted', options)
  const sequence = sorter === null ? detach(sortedSequence) : gather(detach(sortedSequence), -1, sorter)
  const values = typeof input === 'number' ? P.elementLike('searchsorted', input, sequence.storage.type) : detach(input)
  const rank = sequence.shape.length
  if (rank === 0 || (rank > 1 && !sameShape(sequence.shape.slice(0, -1), values.shape.slice(0, -1)))) {
    throw new ShapeError(
      `searchsorted: a sequence of shape ${printShape(sequence.shape)} does not fit values of shape ${printShape(values.shape)}. All dims but the last must be equal.`,
    )
  }
  return before(sequence, values, right || side === 'right')
}

/** The number of the bucket of each element, between ascending boundaries: the first boundary that is not below it, with `{ right: true }` the first above it. */
export function bucketize(input: Operand, boundaries: Value, options?: OptionsOf<'bucketize'>): Value {
  const { right } = readStatistics('bucketize', options)
  if (boundaries.shape.length !== 1)
    throw new ShapeError(`bucketize: boundaries must be a vector, got shape ${printShape(boundaries.shape)}.`)
  const values = typeof input === 'number' ? P.elementLike('bucketize', input, boundaries.storage.type) : detach(input)
  return before(detach(boundaries), values, right)
}

// How many of a sequence come before each value; NaN comes last.
function before(sequence: Value, values: Value, right: boolean): Value {
  const pivots = sequence.shape.length === 1 ? sequence : P.unsqueeze(sequence, -2)
  const each = P.unsqueeze(values, -1)
  return P.sum(P.logicalNot(right ? P.gt(pivots, each) : P.ge(pivots, each)), -1)
}

/** The elements at the places of the flat order that `index` names, in its shape. */
export function take(input: Value, index: Value): Value {
  const flat = P.reshape(input, [input.elementCount])
  const places = wrapPositions('take', index, flat.elementCount, 0)
  return P.reshape(P.gather(flat, 0, P.reshape(places, [places.elementCount])), index.shape)
}

/** The positions of all elements that are not 0, one row each: `nonzero`. */
export function argwhere(input: Value): Value {
  refuseSize('argwhere')
  return P.nonzero(input)
}

/** Each element (or slice along `dim`) several times in a row: `repeats` times, or as often as a vector says for each. */
export function repeatInterleave(input: Value, repeats: number | Value, dim?: number | null | OptionsOf<'repeatInterleave'>): Value {
  const given = readMovement('repeatInterleave', dim).dim
  const x = given === null ? P.reshape(input, [input.elementCount]) : input.shape.length === 0 ? P.reshape(input, [1]) : input
  const axis = given === null ? 0 : normalizeDim('repeatInterleave', given, input.shape.length)
  const size = x.shape[axis] as number
  if (typeof repeats !== 'number') refuseSize('repeatInterleave')
  const counts = typeof repeats === 'number' ? [repeats] : Array.from(P.toTypedArray(repeats))
  if (counts.length !== 1 && counts.length !== size)
    throw new ShapeError(`repeatInterleave: repeats must have 1 or ${size} elements, got ${counts.length}.`)
  const wrong = counts.find((count) => !Number.isInteger(count) || count < 0)
  if (wrong !== undefined) throw new IndexError(`repeatInterleave: repeats must be integers of at least 0, got ${wrong}.`)
  const places = Array.from({ length: size }, (_, i) => new Array<number>(counts[i] ?? (counts[0] as number)).fill(i)).flat()
  return P.indexSelect(x, axis, P.fromArray(Int32Array.from(places), [places.length], 'int32'))
}

/** All pairs, triples, … of elements of several vectors, one a row, the last vector's running fastest. */
export function cartesianProd(tensors: readonly Value[]): Value {
  const shape = tensors.map((tensor) => {
    if (tensor.shape.length !== 1) throw new ShapeError(`cartesianProd: takes vectors, got shape ${printShape(tensor.shape)}. Flatten it?`)
    return tensor.elementCount
  })
  if (tensors.length === 0) throw new ShapeError('cartesianProd: needs at least one tensor, got an empty array.')
  if (tensors.length === 1) return tensors[0] as Value
  const grids = tensors.map((tensor, k) =>
    P.unsqueeze(
      P.expand(
        P.reshape(
          tensor,
          shape.map((size, d) => (d === k ? size : 1)),
        ),
        shape,
      ),
      -1,
    ),
  )
  return P.reshape(P.concatenate(grids, shape.length), [shape.reduce((product, size) => product * size, 1), tensors.length])
}

/** All choices of `r` elements of a vector, one a row, in their order; `withReplacement` may take one several times. */
export function combinations(input: Value, r?: number | OptionsOf<'combinations'>, options?: OptionsOf<'combinations'>): Value {
  const given = readMovement('combinations', r, options)
  if (input.shape.length !== 1) throw new ShapeError(`combinations: takes a vector, got shape ${printShape(input.shape)}. Flatten it?`)
  if (given.r < 0) throw new IndexError(`combinations: r must not be negative, got ${given.r}.`)
  const size = input.elementCount
  const rows: number[][] = []
  const choose = (row: readonly number[], from: number): void => {
    if (row.length === given.r) rows.push([...row])
    else for (let i = from; i < size; i++) choose([...row, i], given.withReplacement ? i : i + 1)
  }
  choose([], 0)
  if (given.r === 0) return P.full([0], 0, input.dtype)
  const places = P.fromArray(Int32Array.from(rows.flat()), [rows.length * given.r], 'int32')
  return P.reshape(P.indexSelect(input, 0, places), [rows.length, given.r])
}
