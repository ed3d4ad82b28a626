// Joining and splitting by rows, columns and depth, and turning: what cat, split and flip do along dims that the name says.
import { ShapeError } from '../../core/errors.ts'
import { normalizeDim, printShape, type Shape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/movement.ts'
import type { OptionsOf } from '../signatures.ts'
import { cat, oneOfSeveral, requireTensors } from './joining.ts'

// One tensor, or each of a list.
const each =
  (widen: (input: Value) => Value) =>
  (input: Value | readonly Value[]): Value | Value[] =>
    Array.isArray(input) ? input.map(widen) : widen(input as Value)

const toVector = (input: Value): Value => (input.shape.length >= 1 ? input : P.reshape(input, [1]))
const toMatrix = (input: Value): Value => (input.shape.length >= 2 ? input : P.reshape(input, [1, input.elementCount]))
const toCube = (input: Value): Value =>
  input.shape.length >= 3 ? input : P.unsqueeze(input.shape.length === 2 ? input : toMatrix(input), 2)

type Widen = (input: Value | readonly Value[]) => Value | Value[]
/** The tensor, or each of a list, with at least one dim. */
export const atleast1d: Widen = /*@__PURE__*/ each(toVector)
/** The tensor, or each of a list, with at least two dims; a new one comes first. */
export const atleast2d: Widen = /*@__PURE__*/ each(toMatrix)
/** The tensor, or each of a list, with at least three dims: a vector becomes `[1, n, 1]`, a matrix `[n, m, 1]`. */
export const atleast3d: Widen = /*@__PURE__*/ each(toCube)

/** Tensors one below the other: vectors count as rows. */
export function vstack(tensors: readonly Value[]): Value {
  requireTensors('vstack', tensors)
  return cat(tensors.map(toMatrix), 0)
}

/** Tensors side by side: along dim 1, vectors one after the other. */
export function hstack(tensors: readonly Value[]): Value {
  requireTensors('hstack', tensors)
  const wide = tensors.map(toVector)
  return cat(wide, (wide[0] as Value).shape.length === 1 ? 0 : 1)
}

/** Tensors one behind the other, along dim 2. */
export function dstack(tensors: readonly Value[]): Value {
  requireTensors('dstack', tensors)
  return cat(tensors.map(toCube), 2)
}

/** Tensors side by side: vectors count as columns. */
export function columnStack(tensors: readonly Value[]): Value {
  requireTensors('columnStack', tensors)
  const columns = tensors.map((tensor) => (tensor.shape.length < 2 ? P.reshape(tensor, [tensor.elementCount, 1]) : tensor))
  return cat(columns, 1)
}

/** Matrices along the diagonal of one matrix of zeros; vectors count as rows. */
export function blockDiag(tensors: readonly Value[]): Value {
  requireTensors('blockDiag', tensors)
  const blocks = tensors.map((tensor) => {
    if (tensor.shape.length > 2) throw new ShapeError(`blockDiag: takes at most 2 dims, got shape ${printShape(tensor.shape)}.`)
    return toMatrix(tensor)
  })
  const width = blocks.reduce((total, block) => total + (block.shape[1] as number), 0)
  let left = 0
  const rows = blocks.map((block) => {
    const before = left
    left += block.shape[1] as number
    return P.pad(block, [0, before], [0, width - left], [0, 0])
  })
  return P.concatenate(rows, 0)
}

/** Parts along `dim`: that many, the first ones one longer where it does not come out even, or cut before the positions listed. Views. */
export function tensorSplit(input: Value, indicesOrSections: number | Shape, dim?: number | OptionsOf<'tensorSplit'>): Value[] {
  return parts('tensorSplit', input, indicesOrSections, readOptions('tensorSplit', dim).dim)
}

/** As `tensorSplit` along dim 1; a vector along dim 0. */
export function hsplit(input: Value, indicesOrSections: number | Shape): Value[] {
  return evenParts('hsplit', input, indicesOrSections, 1, input.shape.length === 1 ? 0 : 1)
}

/** As `tensorSplit` along dim 0. */
export function vsplit(input: Value, indicesOrSections: number | Shape): Value[] {
  return evenParts('vsplit', input, indicesOrSections, 2, 0)
}

/** As `tensorSplit` along dim 2. */
export function dsplit(input: Value, indicesOrSections: number | Shape): Value[] {
  return evenParts('dsplit', input, indicesOrSections, 3, 2)
}

function evenParts(name: string, input: Value, indicesOrSections: number | Shape, least: number, dim: number): Value[] {
  const rank = input.shape.length
  if (rank < least) throw new ShapeError(`${name}: needs at least ${least} dims, got shape ${printShape(input.shape)}. Use tensorSplit.`)
  const size = input.shape[dim] as number
  if (typeof indicesOrSections === 'number' && (indicesOrSections < 1 || size % indicesOrSections !== 0)) {
    throw new ShapeError(`${name}: size ${size} of dim ${dim} does not divide into ${indicesOrSections} equal parts. Use tensorSplit.`)
  }
  return parts(name, input, indicesOrSections, dim)
}

function parts(name: string, input: Value, indicesOrSections: number | Shape, dim: number): Value[] {
  const axis = normalizeDim(name, dim, input.shape.length)
  const size = input.shape[axis]
  if (size === undefined) throw new ShapeError(`${name}: a 0-d tensor has no dim to divide. Unsqueeze it first?`)
  const piece = (start: number, end: number): Value =>
    oneOfSeveral(name, P.narrow(input, axis, Math.min(start, size), Math.max(0, end - start)))
  if (typeof indicesOrSections !== 'number') {
    const cuts = indicesOrSections.map((at) => Math.min(size, Math.max(0, at < 0 ? at + size : at)))
    return [0, ...cuts].map((start, i) => piece(start, cuts[i] ?? size))
  }
  const count = indicesOrSections
  if (!Number.isInteger(count) || count < 1) throw new ShapeError(`${name}: the number of parts must be an integer above 0, not ${count}.`)
  const longer = size % count
  const starts = Array.from({ length: count + 1 }, (_, i) => i * Math.floor(size / count) + Math.min(i, longer))
  return starts.slice(0, -1).map((start, i) => piece(start, starts[i + 1] as number))
}

/** The order of columns (dim 1) reversed. A copy. */
export function fliplr(input: Value): Value {
  if (input.shape.length < 2) throw new ShapeError(`fliplr: needs at least 2 dims, got shape ${printShape(input.shape)}. Use flip.`)
  return P.flip(input, 1)
}

/** The order of rows (dim 0) reversed. A copy. */
export function flipud(input: Value): Value {
  if (input.shape.length < 1) throw new ShapeError('flipud: a 0-d tensor has no rows. Unsqueeze it first?')
  return P.flip(input, 0)
}

/** Turned by `k` quarter turns in the plane of two dims, from the first towards the second. A copy. */
export function rot90(input: Value, k?: number | OptionsOf<'rot90'>, options?: OptionsOf<'rot90'>): Value {
  const given = readOptions('rot90', k, options)
  const rank = input.shape.length
  const plane = given.dims ?? [0, 1]
  const [from, to] = plane.map((dim) => normalizeDim('rot90', dim, rank)) as [number, number]
  if (plane.length !== 2 || rank < 2 || from === to) {
    throw new ShapeError(`rot90: needs two different dims, got ${printShape(plane)} for shape ${printShape(input.shape)}.`)
  }
  const turns = ((given.k % 4) + 4) % 4
  if (turns === 0) return P.copy(input)
  if (turns === 2) return P.flip(input, [from, to])
  return turns === 1 ? P.copy(P.transpose(P.flip(input, to), from, to)) : P.flip(P.transpose(input, from, to), to)
}
