// Products that sum over chosen dims: inner and tensor products, Kronecker's, the cross product, and Einstein's notation for all.
import { OptionError, ShapeError } from '../../core/errors.ts'
import { normalizeDim, printShape, type Shape, sizeOf } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/products.ts'
import type { OptionsOf } from '../signatures.ts'
import { requireTensors } from './joining.ts'
import { dot } from './products.ts'

/** Σᵢ aᵢ bᵢ of two vectors (of real numbers, the same as `dot`). */
export function vdot(input: Value, other: Value): Value {
  return dot(input, other)
}

/** Products summed over the last dim of both; with a 0-d tensor, the plain product. */
export function inner(input: Value, other: Value): Value {
  if (input.shape.length === 0 || other.shape.length === 0) return P.mul(input, other)
  return contracted('inner', input, other, [input.shape.length - 1], [other.shape.length - 1])
}

/** Products summed over the last `dims` dims of the input and the first of the other, or over the dims of two lists. */
export function tensordot(input: Value, other: Value, dims?: number | readonly Shape[] | OptionsOf<'tensordot'>): Value {
  const given = readOptions('tensordot', dims).dims as number | readonly Shape[]
  const rank = input.shape.length
  if (typeof given !== 'number') {
    const lists = given.map((list, k) => list.map((dim) => normalizeDim('tensordot', dim, (k === 0 ? input : other).shape.length)))
    if (lists.length !== 2) throw new OptionError(`tensordot: dims must be a number or two lists, got ${lists.length}.`)
    return contracted('tensordot', input, other, lists[0] as number[], lists[1] as number[])
  }
  if (given < 0 || given > rank || given > other.shape.length) {
    throw new ShapeError(`tensordot: cannot sum over ${given} dims of ${printShape(input.shape)} and ${printShape(other.shape)}.`)
  }
  const first = Array.from({ length: given }, (_, i) => i)
  return contracted(
    'tensordot',
    input,
    other,
    first.map((i) => rank - given + i),
    first,
  )
}

// One matrix product: the dims that stay are its rows and columns, those that are summed over its inner dim.
function contracted(name: string, input: Value, other: Value, left: readonly number[], right: readonly number[]): Value {
  const sizes = (value: Value, dims: readonly number[]): number[] => dims.map((dim) => value.shape[dim] as number)
  const summed = sizes(input, left)
  if (left.length !== right.length || sizes(other, right).some((size, i) => size !== summed[i])) {
    throw new ShapeError(
      `${name}: sizes of the summed dims differ: ${printShape(summed)} of ${printShape(input.shape)} and ${printShape(sizes(other, right))} of ${printShape(other.shape)}.`,
    )
  }
  const rows = input.shape.flatMap((_, dim) => (left.includes(dim) ? [] : [dim]))
  const columns = other.shape.flatMap((_, dim) => (right.includes(dim) ? [] : [dim]))
  const depth = sizeOf(summed)
  const product = P.matmul(
    P.reshape(P.permute(input, [...rows, ...left]), [sizeOf(sizes(input, rows)), depth]),
    P.reshape(P.permute(other, [...right, ...columns]), [depth, sizeOf(sizes(other, columns))]),
  )
  return P.reshape(product, [...sizes(input, rows), ...sizes(other, columns)])
}

/** Every element of the input times the whole of the other, side by side: sizes multiply. */
export function kron(input: Value, other: Value): Value {
  const rank = Math.max(input.shape.length, other.shape.length)
  const padded = (value: Value): number[] => [...new Array<number>(rank - value.shape.length).fill(1), ...value.shape]
  const [a, b] = [padded(input), padded(other)]
  const product = P.mul(
    P.reshape(
      input,
      a.flatMap((size) => [size, 1]),
    ),
    P.reshape(
      other,
      b.flatMap((size) => [1, size]),
    ),
  )
  return P.reshape(
    product,
    a.map((size, d) => size * (b[d] as number)),
  )
}

/** The cross product of vectors of three elements along `dim` (without one, the first of size 3). */
export function cross(input: Value, other: Value, dim?: number | null | OptionsOf<'cross'>): Value {
  const given = readOptions('cross', dim).dim
  const axis = given === null ? input.shape.indexOf(3) : normalizeDim('cross', given, input.shape.length)
  if (input.shape.length !== other.shape.length || axis < 0 || input.shape[axis] !== 3 || other.shape[axis] !== 3) {
    throw new ShapeError(
      `cross: both operands need as many dims and a common one of size 3, got ${printShape(input.shape)} and ${printShape(other.shape)}. Name it with dim.`,
    )
  }
  // a × b = a₊ b₋ − a₋ b₊, where ₊ is the next element, ₋ the one before, in a circle
  const turned = (value: Value, by: 1 | 2): Value => P.concatenate([P.narrow(value, axis, by, 3 - by), P.narrow(value, axis, 0, by)], axis)
  return P.sub(P.mul(turned(input, 1), turned(other, 2)), P.mul(turned(input, 2), turned(other, 1)))
}

/**
 * Sums of products in Einstein's notation: in `'ij,jk->ik'` each letter names a dim, and those that are not in the result are summed over.
 * Without an arrow the result has the letters that occur once, in the order of the alphabet; `...` stands for dims that broadcast.
 */
export function einsum(equation: string, operands: readonly Value[]): Value {
  requireTensors('einsum', operands)
  const [terms, result] = readEquation(equation, operands)
  const sizes = new Map<string, number>()
  const diagonals = operands.map((operand, k) => ownDims(operand, terms[k] as string[], sizes, equation))
  const summed = [...sizes.keys()].filter((letter) => !result.includes(letter))
  const order = [...result, ...summed]
  let product: Value | null = null
  diagonals.forEach(({ value, letters }, k) => {
    const aligned = P.reshape(
      P.permute(
        value,
        order.flatMap((letter) => (letters.includes(letter) ? [letters.indexOf(letter)] : [])),
      ),
      order.map((letter) => (letters.includes(letter) ? (value.shape[letters.indexOf(letter)] as number) : 1)),
    )
    // what no later operand has is summed over at once
    const later = diagonals.slice(k + 1)
    const last = order.flatMap((letter, dim) =>
      dim >= result.length && !later.some((other) => other.letters.includes(letter)) ? [dim] : [],
    )
    product = product === null ? (last.length > 0 ? P.sum(aligned, last, true) : aligned) : multiplied(product, aligned, last)
  })
  const complete = product as unknown as Value // there is an operand, so there is a product
  const shape = result.map((letter) => sizes.get(letter) as number)
  return P.expand(P.reshape(complete, complete.shape.slice(0, result.length)), shape)
}

// The product of two values with equally many dims, summed over `dims` (kept with size 1), as one matrix product: dims of both that stay
// are its batch, those of only one its rows and columns.
function multiplied(a: Value, b: Value, dims: readonly number[]): Value {
  const all = a.shape.map((_, dim) => dim)
  const size = (value: Value, dim: number): number => value.shape[dim] as number
  // summed over in one operand alone: before the product
  const alone = (value: Value, other: Value): number[] => dims.filter((dim) => size(value, dim) > 1 && size(other, dim) === 1)
  const left = alone(a, b).length > 0 ? P.sum(a, alone(a, b), true) : a
  const right = alone(b, a).length > 0 ? P.sum(b, alone(b, a), true) : b
  const inner = dims.filter((dim) => size(left, dim) === size(right, dim))
  if (inner.length === 0 || left.dtype !== right.dtype)
    return inner.length > 0 ? P.sum(P.mul(left, right), inner, true) : P.mul(left, right)
  const kept = all.filter((dim) => !inner.includes(dim))
  const batch = kept.filter((dim) => size(left, dim) === size(right, dim))
  const rows = kept.filter((dim) => !batch.includes(dim) && size(right, dim) === 1)
  const columns = kept.filter((dim) => !batch.includes(dim) && !rows.includes(dim))
  const block = (value: Value, ...groups: readonly (readonly number[])[]): Value =>
    P.reshape(
      P.permute(value, [...groups.flat(), ...all.filter((dim) => !groups.flat().includes(dim))]),
      groups.map((group) => sizeOf(group.map((dim) => size(value, dim)))),
    )
  const product = P.matmul(block(left, batch, rows, inner), block(right, batch, inner, columns))
  const order = [...batch, ...rows, ...columns, ...inner]
  const sizeOfResult = (dim: number): number => (inner.includes(dim) ? 1 : size(left, dim) === 1 ? size(right, dim) : size(left, dim))
  return P.permute(
    P.reshape(product, order.map(sizeOfResult)),
    all.map((dim) => order.indexOf(dim)),
  )
}

/** An operand with each letter once: dims of equal letters become their diagonal. */
function ownDims(
  operand: Value,
  term: readonly string[],
  sizes: Map<string, number>,
  equation: string,
): { readonly value: Value; readonly letters: readonly string[] } {
  let value = operand
  const letters = [...term]
  for (let dim = 0; dim < letters.length; dim++) {
    const again = letters.indexOf(letters[dim] as string, dim + 1)
    if (again < 0) continue
    if (value.shape[dim] !== value.shape[again]) throw unequal(equation, letters[dim] as string, value.shape[dim], value.shape[again])
    value = P.diagonal(value, 0, dim, again)
    letters.push(letters[dim] as string)
    letters.splice(again, 1)
    letters.splice(dim, 1)
    dim = -1
  }
  letters.forEach((letter, dim) => {
    const size = value.shape[dim] as number
    const known = sizes.get(letter) ?? 1
    if (known !== 1 && size !== 1 && known !== size) throw unequal(equation, letter, known, size)
    sizes.set(letter, known === 1 ? size : known)
  })
  return { value, letters }
}

const unequal = (equation: string, letter: string, a?: number, b?: number): ShapeError =>
  new ShapeError(`einsum: ${letter.length > 1 ? 'a dim of ...' : letter} has sizes ${a} and ${b} in '${equation}'.`)

/** The letters of each operand and of the result; the dims of `...` get names of their own, counted from the last. */
function readEquation(equation: string, operands: readonly Value[]): [readonly string[][], readonly string[]] {
  const [inputs = '', output] = equation.replaceAll(' ', '').split('->')
  const texts = inputs.split(',')
  if (texts.length !== operands.length) {
    throw new OptionError(`einsum: '${equation}' has ${texts.length} operands, but ${operands.length} tensors are given.`)
  }
  const hidden = (count: number): string[] => Array.from({ length: count }, (_, i) => `dim ${count - i}`)
  let most = 0
  const terms = texts.map((text, k) => {
    const { length: rank } = (operands[k] as Value).shape
    const [before = '', after] = checked(text, equation).split('...')
    const rest = rank - before.length - (after ?? '').length
    if (rest < 0 || (after === undefined && rest > 0)) {
      throw new ShapeError(
        `einsum: '${text}' of '${equation}' does not name the dims of shape ${printShape((operands[k] as Value).shape)}.`,
      )
    }
    most = Math.max(most, rest)
    return [...before, ...hidden(rest), ...(after ?? '')]
  })
  const all = terms.flat()
  if (output === undefined) {
    const once = all.filter((letter) => letter.length === 1 && all.indexOf(letter) === all.lastIndexOf(letter))
    return [terms, [...hidden(most), ...once.sort()]]
  }
  const [before = '', after] = checked(output, equation).split('...')
  const result = [...before, ...(after === undefined ? [] : hidden(most)), ...(after ?? '')]
  const unknown = result.find((letter) => !all.includes(letter))
  if (unknown !== undefined || new Set(result).size !== result.length) {
    throw new OptionError(`einsum: the result of '${equation}' must name letters of the operands, each once.`)
  }
  return [terms, result]
}

function checked(term: string, equation: string): string {
  if (/^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/.test(term)) return term
  throw new OptionError(`einsum: '${term}' in '${equation}' is not letters and at most one '...'. Write 'ij,jk->ik'.`)
}
