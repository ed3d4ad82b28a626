// Joining, splitting and repeating tensors along dims.
import { IndexError, OptionError, ShapeError } from '../../core/errors.ts'
import { broadcastShapes, normalizeDim, normalizeDims, printShape, type Shape, sameShape } from '../../core/shape.ts'
import { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/movement.ts'
import type { OptionsOf } from '../signatures.ts'
import { requireShape } from './shape-arguments.ts'

/** Throws unless there is a list of tensors, and not an empty one. */
export function requireTensors(name: string, tensors: readonly Value[]): void {
  if (!Array.isArray(tensors) || !tensors.every((tensor) => tensor instanceof Value)) {
    throw new OptionError(`${name}: the first argument must be an array of tensors. Write ${name}([a, b]).`)
  }
  if (tensors.length === 0) throw new ShapeError(`${name}: needs at least one tensor, got an empty array.`)
}

/** Tensors one after the other along `dim`; other sizes are equal. */
export function cat(tensors: readonly Value[], dim?: number | OptionsOf<'cat'>): Value {
  requireTensors('cat', tensors)
  const given = readOptions('cat', dim).dim
  // Empty vectors are left out, as PyTorch has it.
  const legacy = tensors.filter((tensor) => !(tensor.shape.length === 1 && tensor.shape[0] === 0))
  const kept = legacy.length === 0 || legacy.every((tensor) => tensor.shape.length === 1) ? tensors : legacy
  const first = kept[0] as Value
  if (first.shape.length === 0) throw new ShapeError('cat: 0-d tensors have no dim to join along. Use stack.')
  const axis = normalizeDim('cat', given, first.shape.length)
  for (const tensor of kept) {
    const fits = tensor.shape.length === first.shape.length && tensor.shape.every((size, i) => i === axis || size === first.shape[i])
    if (!fits)
      throw new ShapeError(
        `cat: shapes ${printShape(first.shape)} and ${printShape(tensor.shape)} differ outside dim ${axis}. Choose another dim?`,
      )
  }
  return P.concatenate(kept, axis)
}

/** Tensors of one shape along a new dim. */
export function stack(tensors: readonly Value[], dim?: number | OptionsOf<'stack'>): Value {
  requireTensors('stack', tensors)
  const first = tensors[0] as Value
  const axis = normalizeDim('stack', readOptions('stack', dim).dim, first.shape.length + 1)
  for (const tensor of tensors) {
    if (!sameShape(tensor.shape, first.shape)) {
      throw new ShapeError(`stack: all shapes must be equal, got ${printShape(first.shape)} and ${printShape(tensor.shape)}. Use cat?`)
    }
  }
  return P.concatenate(
    tensors.map((tensor) => P.unsqueeze(tensor, axis)),
    axis,
  )
}

function axisOf(name: string, input: Value, dim: number): { axis: number; size: number } {
  const axis = normalizeDim(name, dim, input.shape.length)
  const size = input.shape[axis]
  if (size === undefined) throw new ShapeError(`${name}: a 0-d tensor has no dim to divide. Unsqueeze it first?`)
  return { axis, size }
}

function pieces(operation: string, input: Value, axis: number, sizes: readonly number[]): Value[] {
  let start = 0
  return sizes.map((length) => {
    const piece = oneOfSeveral(operation, P.narrow(input, axis, start, length))
    start += length
    return piece
  })
}

/** A view that an operation made together with others: PyTorch refuses to change it while operations are recorded. */
export function oneOfSeveral(operation: string, view: Value): Value {
  if (view.origin !== null) view.origin.locked ??= `is one of several that ${operation} made`
  return view
}

// Equal lengths, the last one shorter where it does not come out even; an empty dim gives one empty piece.
function equalSizes(size: number, each: number): number[] {
  if (size === 0) return [0]
  return Array.from({ length: Math.ceil(size / each) }, (_, i) => Math.min(each, size - i * each))
}

/** Pieces along `dim`: of one size (the last may be shorter), or of the sizes listed. Views. */
export function split(input: Value, splitSizeOrSections: number | Shape, dim?: number | OptionsOf<'split'>): Value[] {
  const { axis, size } = axisOf('split', input, readOptions('split', dim).dim)
  if (typeof splitSizeOrSections === 'number') {
    const each = splitSizeOrSections
    if (!Number.isInteger(each) || each < 0 || (each === 0 && size > 0))
      throw new ShapeError(`split: the size of a piece must be an integer above 0, not ${each}.`)
    return pieces('split', input, axis, equalSizes(size, each))
  }
  return sections('split', input, axis, splitSizeOrSections)
}

function sections(name: string, input: Value, axis: number, sizes: Shape): Value[] {
  requireShape(name, sizes)
  const size = input.shape[axis]
  const total = sizes.reduce((sum, length) => sum + length, 0)
  if (total !== size) throw new ShapeError(`${name}: sizes ${printShape(sizes)} add up to ${total}, but dim ${axis} has ${size}.`)
  return pieces(name, input, axis, sizes)
}

/** Pieces along `dim` of the sizes listed. Views. */
export function splitWithSizes(input: Value, splitSizes: Shape, dim?: number | OptionsOf<'splitWithSizes'>): Value[] {
  return sections('splitWithSizes', input, axisOf('splitWithSizes', input, readOptions('splitWithSizes', dim).dim).axis, splitSizes)
}

/** At most `chunks` pieces of equal size along `dim`, the last may be shorter. Views. */
export function chunk(input: Value, chunks: number, dim?: number | OptionsOf<'chunk'>): Value[] {
  const { axis, size } = axisOf('chunk', input, readOptions('chunk', dim).dim)
  if (!Number.isInteger(chunks) || chunks < 1)
    throw new ShapeError(`chunk: the number of pieces must be an integer above 0, not ${chunks}.`)
  if (size === 0) return pieces('chunk', input, axis, new Array<number>(chunks).fill(0))
  return pieces('chunk', input, axis, equalSizes(size, Math.ceil(size / chunks)))
}

/** Every position along `dim` by itself. Views. */
export function unbind(input: Value, dim?: number | OptionsOf<'unbind'>): Value[] {
  const { axis, size } = axisOf('unbind', input, readOptions('unbind', dim).dim)
  return Array.from({ length: size }, (_, i) => oneOfSeveral('unbind', P.select(input, axis, i)))
}

/** The tensor laid out `repeats[i]` times along each dim; more repeats than dims add dims in front. */
export function repeat(input: Value, repeats: Shape): Value {
  return repeated('repeat', input, repeats)
}

function repeated(name: string, input: Value, repeats: Shape): Value {
  requireShape(name, repeats)
  const added = repeats.length - input.shape.length
  if (added < 0)
    throw new ShapeError(
      `${name}: needs at least ${input.shape.length} repeats for shape ${printShape(input.shape)}, got ${printShape(repeats)}.`,
    )
  const shape = [...new Array<number>(added).fill(1), ...input.shape]
  const interleaved = P.reshape(
    input,
    shape.flatMap((size) => [1, size]),
  )
  const wide = P.expand(
    interleaved,
    shape.flatMap((size, i) => [repeats[i] as number, size]),
  )
  const result = P.reshape(
    wide,
    shape.map((size, i) => size * (repeats[i] as number)),
  )
  return result.storage === input.storage ? P.copy(result) : result
}

/** As `repeat`, with missing leading repeats taken as 1. */
export function tile(input: Value, dims: Shape): Value {
  requireShape('tile', dims)
  const missing = Math.max(0, input.shape.length - dims.length)
  return repeated('tile', input, [...new Array<number>(missing).fill(1), ...dims])
}

/** The order of elements reversed along `dims`. A copy. */
export function flip(input: Value, dims: number | Shape): Value {
  return P.flip(input, normalizeDims('flip', dims, input.shape.length))
}

/** Elements shifted along dims, those that fall off re-entering on the other side; without dims, in the flat order. */
export function roll(input: Value, shifts: number | Shape, dims?: number | Shape | null | OptionsOf<'roll'>): Value {
  const given = readOptions('roll', dims).dims
  const amounts = typeof shifts === 'number' ? [shifts] : shifts
  if (given === null || (typeof given !== 'number' && given.length === 0)) {
    if (amounts.length !== 1) throw new ShapeError(`roll: several shifts need as many dims, got ${printShape(amounts)} and none.`)
    return P.reshape(roll(P.reshape(input, [input.elementCount]), amounts, [0]), input.shape)
  }
  const axes = (typeof given === 'number' ? [given] : given).map((dim) => axisOf('roll', input, dim))
  if (axes.length !== amounts.length)
    throw new ShapeError(`roll: needs one shift for each dim, got ${printShape(amounts)} for ${axes.length}.`)
  let result = input
  axes.forEach(({ axis, size }, i) => {
    const amount = amounts[i] as number
    if (!Number.isInteger(amount)) throw new IndexError(`roll: a shift must be an integer, not ${amount}.`)
    const kept = size === 0 ? 0 : (((size - amount) % size) + size) % size
    if (kept > 0) result = P.concatenate([P.narrow(result, axis, kept, size - kept), P.narrow(result, axis, 0, kept)], axis)
  })
  return result === input ? P.copy(input) : result
}

/** All tensors expanded to their common shape. */
export function broadcastTensors(tensors: readonly Value[]): Value[] {
  requireTensors('broadcastTensors', tensors)
  const shape = tensors.reduce<Shape>((common, tensor) => broadcastShapes('broadcastTensors', common, tensor.shape), [])
  return tensors.map((tensor) => P.expand(tensor, shape))
}

/** Coordinate grids of several vectors: grid k varies along dim k ('ij'), or with the first two dims exchanged ('xy'). Views. */
export function meshgrid(tensors: readonly Value[], options?: OptionsOf<'meshgrid'>): Value[] {
  requireTensors('meshgrid', tensors)
  const { indexing } = readOptions('meshgrid', options)
  const swap = indexing === 'xy' && tensors.length > 1
  const ordered = swap ? [tensors[1] as Value, tensors[0] as Value, ...tensors.slice(2)] : tensors
  const shape = ordered.map((tensor) => {
    if (tensor.shape.length > 1) throw new ShapeError(`meshgrid: takes vectors, got shape ${printShape(tensor.shape)}. Flatten it?`)
    return tensor.elementCount
  })
  const grids = ordered.map((tensor, k) =>
    P.expand(
      P.reshape(
        tensor,
        shape.map((size, dim) => (dim === k ? size : 1)),
      ),
      shape,
    ),
  )
  return swap ? [grids[1] as Value, grids[0] as Value, ...grids.slice(2)] : grids
}
