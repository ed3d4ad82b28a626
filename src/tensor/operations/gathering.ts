// Gathering and scattering by tensors of positions: PyTorch's rules for shapes, negative positions and messages.
import { DTypeError, IndexError, ShapeError } from '../../core/errors.ts'
import { broadcastShapes, normalizeDim, printShape, sameShape, sizeOf } from '../../core/shape.ts'
import { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { refuseSize } from '../../primitives/tracer.ts'
import { readOptions } from '../signatures/indexing.ts'
import type { OptionsOf } from '../signatures.ts'

/** Positions counted from the front, each checked against `size`; the tensor itself where nothing was negative. */
export function wrapPositions(name: string, index: Value, size: number, dim: number): Value {
  if (index.dtype !== 'int32' && index.dtype !== 'uint8') {
    throw new DTypeError(`${name}: positions must be integers, got ${index.dtype}. Make them with { dtype: 'int32' }.`)
  }
  const refuse = (position: number): Error => new IndexError(`${name}: index ${position} is out of range for dim ${dim} of size ${size}.`)
  P.inspectRange(name, index, -size, size, refuse)
  if (!P.isReadable(index)) return index.dtype === 'uint8' ? index : P.where(P.lt(index, 0), P.add(index, size), index)
  const positions = P.toTypedArray(index)
  if (P.firstOutside(positions, 0, size) === undefined) return index
  return P.fromArray(
    Int32Array.from(positions, (position) => (position < 0 ? position + size : position)),
    index.shape,
    'int32',
  )
}

function axisOf(name: string, input: Value, dim: number): { axis: number; size: number } {
  const axis = normalizeDim(name, dim, input.shape.length)
  return { axis, size: input.shape[axis] ?? 1 }
}

/** `out[i][j] = input[index[i][j]][j]` for dim 0: the elements at `index` along `dim`. */
export function gather(input: Value, dim: number, index: Value): Value {
  const { axis, size } = axisOf('gather', input, dim)
  const positions = wrapPositions('gather', index, size, axis)
  if (input.shape.length === 0 || index.shape.length === 0) {
    return P.reshape(P.gather(P.reshape(input, [input.elementCount]), 0, P.reshape(positions, [index.elementCount])), index.shape)
  }
  return P.gather(input, axis, positions)
}

// The part of `src` that an index names, in the input's dtype; a number fills it.
function sourceFor(name: string, input: Value, index: Value, src: Operand): Value {
  if (typeof src === 'number') return P.expand(P.elementLike(name, src, input.storage.type), index.shape)
  const fits = src.shape.length === index.shape.length && index.shape.every((size, dim) => size <= (src.shape[dim] as number))
  if (!fits)
    throw new ShapeError(`${name}: index of shape ${printShape(index.shape)} asks for more than src of shape ${printShape(src.shape)} has.`)
  if (src.dtype !== input.dtype) throw new DTypeError(`${name}: src is ${src.dtype}, input ${input.dtype}. Cast one of them.`)
  return sameShape(src.shape, index.shape)
    ? src
    : P.slice(
        src,
        index.shape.map(() => 0),
        index.shape,
        index.shape.map(() => 1),
      )
}

function scattered(name: string, input: Value, dim: number, index: Value, src: Operand, apply: typeof P.scatter): Value {
  const { axis, size } = axisOf(name, input, dim)
  const part = sourceFor(name, input, index, src)
  if (index.elementCount === 0) return P.copy(input)
  const positions = wrapPositions(name, index, size, axis)
  if (input.shape.length > 0) return apply(input, axis, positions, part)
  return P.reshape(apply(P.reshape(input, [1]), 0, P.reshape(positions, [1]), P.reshape(part, [1])), [])
}

/** The input with `src[i][j]` added at `[index[i][j]][j]` (dim 0); positions may repeat. */
export function scatterAdd(input: Value, dim: number, index: Value, src: Value): Value {
  return scattered('scatterAdd', input, dim, index, src, P.scatterAdd)
}

/** The input with `src[i][j]` put at `[index[i][j]][j]` (dim 0); where positions repeat, the last wins. */
export function scatter(input: Value, dim: number, index: Value, src: Operand): Value {
  return scattered('scatter', input, dim, index, src, P.scatter)
}

function positionList(name: string, index: Value): Value {
  if (index.shape.length > 1) throw new ShapeError(`${name}: index must be a vector, got shape ${printShape(index.shape)}. Flatten it?`)
  return index.shape.length === 1 ? index : P.reshape(index, [1])
}

/** The slices at the positions of a vector along `dim`. */
export function indexSelect(input: Value, dim: number, index: Value): Value {
  const { axis, size } = axisOf('indexSelect', input, dim)
  const positions = wrapPositions('indexSelect', positionList('indexSelect', index), size, axis)
  return input.shape.length === 0
    ? P.reshape(P.indexSelect(P.reshape(input, [1]), 0, positions), [])
    : P.indexSelect(input, axis, positions)
}

/** The input with `alpha · source` added to the slices at the positions along `dim`. */
export function indexAdd(input: Value, dim: number, index: Value, source: Value, options?: OptionsOf<'indexAdd'>): Value {
  const { alpha } = readOptions('indexAdd', options)
  return onSlices('indexAdd', input, dim, index, alpha === 1 ? source : P.mul(source, alpha), P.indexAdd)
}

/** The input with the slices at the positions along `dim` replaced by those of `source`. */
export function indexCopy(input: Value, dim: number, index: Value, source: Value): Value {
  return onSlices('indexCopy', input, dim, index, source, P.indexCopy)
}

function onSlices(name: string, input: Value, dim: number, index: Value, source: Value, apply: typeof P.indexAdd): Value {
  const { axis, size } = axisOf(name, input, dim)
  const positions = wrapPositions(name, positionList(name, index), size, axis)
  const scalar = input.shape.length === 0
  const expected = input.shape.map((length, i) => (i === axis ? positions.elementCount : length))
  if (
    !(scalar
      ? source.elementCount === positions.elementCount
      : sameShape(source.shape, expected) || (source.shape.length === 0 && input.shape.length === 1 && positions.elementCount === 1))
  ) {
    throw new ShapeError(`${name}: source must have shape ${printShape(expected)}, got ${printShape(source.shape)}.`)
  }
  if (source.dtype !== input.dtype) throw new DTypeError(`${name}: source is ${source.dtype}, input ${input.dtype}. Cast one of them.`)
  if (scalar) return P.reshape(apply(P.reshape(input, [1]), 0, positions, P.reshape(source, [positions.elementCount])), [])
  return apply(input, axis, positions, P.reshape(source, expected))
}

/** The input with the slices at the positions along `dim` filled with one value. */
export function indexFill(input: Value, dim: number, index: Value, value: Operand): Value {
  const { axis } = axisOf('indexFill', input, dim)
  const count = positionList('indexFill', index).elementCount
  const single = typeof value === 'number' ? P.elementLike('indexFill', value, input.storage.type) : value
  if (single.elementCount !== 1)
    throw new ShapeError(`indexFill: value must be a single element, got shape ${printShape(single.shape)}. Use indexCopy.`)
  const shape = input.shape.length === 0 ? [count] : input.shape.map((length, i) => (i === axis ? count : length))
  return onSlices(
    'indexFill',
    input,
    dim,
    index,
    P.expand(P.reshape(single.dtype === input.dtype ? single : P.cast(single, input.dtype), []), shape),
    P.indexCopy,
  )
}

/** The elements at `indices` along `dim`, other sizes broadcast; without a dim, out of the flat order. */
export function takeAlongDim(input: Value, indices: Value, dim?: number | null | OptionsOf<'takeAlongDim'>): Value {
  const given = readOptions('takeAlongDim', dim).dim
  if (given === null) return gather(P.reshape(input, [input.elementCount]), 0, P.reshape(indices, [indices.elementCount]))
  const rank = input.shape.length
  const axis = normalizeDim('takeAlongDim', given, rank)
  if (indices.shape.length !== rank)
    throw new ShapeError(
      `takeAlongDim: indices of shape ${printShape(indices.shape)} must have as many dims as ${printShape(input.shape)}.`,
    )
  const common = broadcastShapes(
    'takeAlongDim',
    input.shape.map((size, i) => (i === axis ? 1 : size)),
    indices.shape.map((size, i) => (i === axis ? 1 : size)),
  )
  const widened = P.expand(
    input,
    common.map((size, i) => (i === axis ? (input.shape[i] as number) : size)),
  )
  return gather(
    widened,
    axis,
    P.expand(
      indices,
      common.map((size, i) => (i === axis ? (indices.shape[i] as number) : size)),
    ),
  )
}

function requireMask(name: string, mask: Value): void {
  if (!(mask instanceof Value) || mask.dtype !== 'bool') {
    throw new DTypeError(
      `${name}: mask must be a bool tensor, got ${mask instanceof Value ? mask.dtype : typeof mask}. Compare it, as in x.gt(0).`,
    )
  }
}

/** `value` where the mask is true, the input elsewhere; the mask broadcasts. */
export function maskedFill(input: Value, mask: Value, value: Operand): Value {
  requireMask('maskedFill', mask)
  const single =
    typeof value === 'number'
      ? P.elementLike('maskedFill', value, input.storage.type)
      : value.shape.length === 0
        ? P.cast(value, input.dtype)
        : null
  if (single === null)
    throw new ShapeError(`maskedFill: value must be a number or a 0-d tensor, got shape ${printShape((value as Value).shape)}. Use where.`)
  return P.where(mask, single, input)
}

/** The elements where the mask is true, as a vector; mask and input broadcast. */
export function maskedSelect(input: Value, mask: Value): Value {
  requireMask('maskedSelect', mask)
  const shape = broadcastShapes('maskedSelect', input.shape, mask.shape)
  const flat = P.reshape(P.expand(input, shape), [sizeOf(shape)])
  refuseSize('maskedSelect')
  const places = P.nonzero(P.reshape(P.expand(mask, shape), [flat.elementCount]))
  return P.indexSelect(flat, 0, P.reshape(places, [places.elementCount]))
}

/** The positions of all elements that are not 0, one row each, as int32 `[n, rank]`; with `{ asTuple: true }` one vector for each dim. */
export function nonzero(input: Value, options?: OptionsOf<'nonzero'>): Value | Value[] {
  const { asTuple } = readOptions('nonzero', options)
  if (!asTuple) return P.nonzero(input)
  const positions = P.nonzero(input.shape.length === 0 ? P.reshape(input, [1]) : input)
  return Array.from({ length: positions.shape[1] as number }, (_, dim) => P.select(positions, 1, dim))
}
