// Other looks at the same elements: shapes, orders of dims, diagonals. Results are views wherever the memory allows.
import { IndexError, ShapeError } from '../../core/errors.ts'
import { normalizeDim, normalizeDims, printShape, type Shape, sizeOf } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/movement.ts'
import type { OptionsOf } from '../signatures.ts'
import { requireShape } from './shape-arguments.ts'

/** The shape asked for, with one −1 replaced by what is left over. */
export function resolveShape(name: string, size: number, shape: Shape, allOf: Shape = [size]): number[] {
  requireShape(name, shape, -1)
  const unknown = shape.indexOf(-1)
  if (unknown !== shape.lastIndexOf(-1))
    throw new ShapeError(`${name}: only one size may be -1, got ${printShape(shape)}. Name the others.`)
  const known = shape.reduce((product, length) => (length === -1 ? product : product * length), 1)
  if (unknown < 0 ? known === size : known > 0 && size % known === 0) {
    return shape.map((length) => (length === -1 ? size / known : length))
  }
  if (unknown >= 0 && known === 0 && size === 0)
    throw new ShapeError(`${name}: -1 could be any size in ${printShape(shape)} of no elements. Name it.`)
  throw new ShapeError(`${name}: ${size} elements of shape ${printShape(allOf)} do not fit into ${printShape(shape)}. Use -1 for one size?`)
}

/** The same elements in another shape, one size may be −1; a view where the strides allow it, else a copy. */
export function reshape(input: Value, shape: Shape): Value {
  return P.reshape(input, resolveShape('reshape', input.elementCount, shape, input.shape))
}

/** The same elements in the shape of another tensor. */
export function reshapeAs(input: Value, other: Value): Value {
  return P.reshape(input, resolveShape('reshapeAs', input.elementCount, other.shape, input.shape))
}

/** As `reshape`, but always a view: refuses where that would need a copy. */
export function view(input: Value, shape: Shape): Value {
  const result = P.reshape(input, resolveShape('view', input.elementCount, shape, input.shape))
  if (result.storage === input.storage) return result
  throw new ShapeError(
    `view: strides ${printShape(input.strides)} of shape ${printShape(input.shape)} do not allow a view of shape ${printShape(shape)}. Use reshape.`,
  )
}

/** As `view`, in the shape of another tensor. */
export function viewAs(input: Value, other: Value): Value {
  return view(input, other.shape)
}

/** One dim from `startDim` to `endDim`, both included. */
export function flatten(input: Value, startDim?: number | OptionsOf<'flatten'>, options?: OptionsOf<'flatten'>): Value {
  const given = readOptions('flatten', startDim, options)
  const rank = input.shape.length
  if (rank === 0) return P.reshape(input, [1])
  const start = normalizeDim('flatten', given.startDim, rank)
  const end = normalizeDim('flatten', given.endDim, rank)
  if (start > end) throw new IndexError(`flatten: startDim ${start} comes after endDim ${end}. Swap them?`)
  if (start === end) return input
  return P.reshape(input, [...input.shape.slice(0, start), sizeOf(input.shape.slice(start, end + 1)), ...input.shape.slice(end + 1)])
}

/** One dim of all elements. */
export function ravel(input: Value): Value {
  return P.reshape(input, [input.elementCount])
}

/** One dim divided into several, one of which may be −1. */
export function unflatten(input: Value, dim: number, sizes: Shape): Value {
  const axis = normalizeDim('unflatten', dim, input.shape.length)
  const length = input.shape[axis] ?? 1
  const resolved = resolveShape('unflatten', length, sizes)
  return P.reshape(input, [...input.shape.slice(0, axis), ...resolved, ...input.shape.slice(axis + 1)])
}

/** Dims in another order. */
export function permute(input: Value, dims: Shape, ...further: readonly unknown[]): Value {
  const rank = input.shape.length
  if (!Array.isArray(dims) || dims.length !== rank) {
    const given = Array.isArray(dims) ? dims : [dims, ...further.filter((dim) => dim !== undefined)]
    const remedy = Array.isArray(dims) ? '' : ` Write ${printShape(given)}.`
    throw new ShapeError(
      `permute: needs each of the ${rank} dims of ${printShape(input.shape)} once, as an array, got ${Array.isArray(dims) ? printShape(dims) : given.join(', ')}.${remedy}`,
    )
  }
  const order = dims.map((dim) => normalizeDim('permute', dim, rank))
  if (new Set(order).size !== rank) throw new IndexError(`permute: a dim appears twice in ${printShape(dims)}. Name each once.`)
  return P.permute(input, order)
}

/** Two dims exchanged. */
export function transpose(input: Value, dim0: number, dim1: number): Value {
  const rank = input.shape.length
  const a = normalizeDim('transpose', dim0, rank)
  const b = normalizeDim('transpose', dim1, rank)
  return rank === 0 ? P.permute(input, []) : P.transpose(input, a, b)
}

/** The transpose of a matrix; vectors and single elements as they are. */
export function t(input: Value): Value {
  if (input.shape.length > 2)
    throw new ShapeError(`t: takes at most 2 dims, got shape ${printShape(input.shape)}. Use mT, or transpose(dim0, dim1).`)
  return input.shape.length === 2
    ? P.transpose(input, 0, 1)
    : P.permute(
        input,
        input.shape.map((_, dim) => dim),
      )
}

/** The last two dims exchanged; a 0-d tensor stays as it is. */
export function matrixTranspose(input: Value): Value {
  const rank = input.shape.length
  if (rank === 0) return P.permute(input, [])
  if (rank < 2) throw new ShapeError(`mT: needs at least 2 dims, got shape ${printShape(input.shape)}. Unsqueeze it first?`)
  return P.transpose(input, rank - 2, rank - 1)
}

/** Dims moved to other positions, the rest in their order. */
export function movedim(input: Value, source: number | Shape, destination: number | Shape): Value {
  const rank = input.shape.length
  const list = (dims: number | Shape): number[] =>
    (typeof dims === 'number' ? [dims] : [...dims]).map((dim) => normalizeDim('movedim', dim, rank))
  const from = list(source)
  const to = list(destination)
  if (from.length !== to.length || new Set(from).size !== from.length || new Set(to).size !== to.length) {
    throw new IndexError(`movedim: needs as many sources as destinations, each once, got ${printShape(from)} and ${printShape(to)}.`)
  }
  if (rank === 0) return P.permute(input, [])
  const order = new Array<number>(rank).fill(-1)
  to.forEach((position, i) => {
    order[position] = from[i] as number
  })
  const rest = input.shape.map((_, dim) => dim).filter((dim) => !from.includes(dim))
  return P.permute(
    input,
    order.map((dim) => (dim === -1 ? (rest.shift() as number) : dim)),
  )
}

/** Without the dims of size 1, or without those named if their size is 1. */
export function squeeze(input: Value, dim?: number | Shape | null | OptionsOf<'squeeze'>): Value {
  const given = readOptions('squeeze', dim).dim
  const named = normalizeDims('squeeze', given, input.shape.length)
  return P.reshape(
    input,
    input.shape.filter((size, axis) => size !== 1 || !named.includes(axis)),
  )
}

/** With a new dim of size 1 before position `dim`. */
export function unsqueeze(input: Value, dim: number): Value {
  return P.unsqueeze(input, normalizeDim('unsqueeze', dim, input.shape.length + 1))
}

/** Dims of size 1 repeated without copying; −1 keeps a size, new dims come first. */
export function expand(input: Value, shape: Shape): Value {
  return expandTo('expand', input, shape)
}

function expandTo(name: string, input: Value, shape: Shape): Value {
  requireShape(name, shape, -1)
  const added = shape.length - input.shape.length
  const resolved = shape.map((size, dim) => (size === -1 && dim >= added ? (input.shape[dim - added] as number) : size))
  const fits = added >= 0 && input.shape.every((size, dim) => size === 1 || size === resolved[dim + added]) && !resolved.includes(-1)
  if (!fits)
    throw new ShapeError(
      `${name}: shape ${printShape(input.shape)} does not expand to ${printShape(shape)}. Only sizes of 1 repeat; new dims come first.`,
    )
  return P.expand(input, resolved)
}

/** Expanded to the shape of another tensor. */
export function expandAs(input: Value, other: Value): Value {
  return expandTo('expandAs', input, other.shape)
}

/** Expanded to a shape by the rules of broadcasting. */
export function broadcastTo(input: Value, shape: Shape): Value {
  return expandTo('broadcastTo', input, shape)
}

/** `length` positions from `start` along one dim. */
export function narrow(input: Value, dim: number, start: number, length: number): Value {
  const axis = normalizeDim('narrow', dim, input.shape.length)
  const size = input.shape[axis]
  if (size === undefined) throw new ShapeError('narrow: a 0-d tensor has no dim to narrow. Unsqueeze it first?')
  const first = start < 0 ? start + size : start
  if (!Number.isInteger(first) || !Number.isInteger(length) || first < 0 || length < 0 || first + length > size) {
    throw new IndexError(`narrow: ${length} positions from ${start} do not lie in dim ${axis} of size ${size}.`)
  }
  return P.narrow(input, axis, first, length)
}

/** Position `index` along one dim, which goes away. */
export function select(input: Value, dim: number, index: number): Value {
  const axis = normalizeDim('select', dim, input.shape.length)
  const size = input.shape[axis]
  if (size === undefined) throw new IndexError('select: a 0-d tensor has no dim to select from. Use item().')
  if (!Number.isInteger(index)) throw new IndexError(`select: index must be an integer, not ${index}.`)
  if (index < -size || index >= size) throw new IndexError(`select: index ${index} is out of range for dim ${axis} of size ${size}.`)
  return P.select(input, axis, index < 0 ? index + size : index)
}

/** The elements with equal positions in two dims, as a new last dim; `offset` above (> 0) or below the main diagonal. A view. */
export function diagonal(input: Value, offset?: number | OptionsOf<'diagonal'>, options?: OptionsOf<'diagonal'>): Value {
  const given = readOptions('diagonal', offset, options)
  const rank = input.shape.length
  const a = normalizeDim('diagonal', given.dim1, rank)
  const b = normalizeDim('diagonal', given.dim2, rank)
  if (rank < 2 || a === b)
    throw new ShapeError(`diagonal: needs two different dims, got ${a} and ${b} of shape ${printShape(input.shape)}.`)
  return P.diagonal(input, given.offset, a, b)
}
