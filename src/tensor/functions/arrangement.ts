// Diagonals, stacks, splits and turns as functions. Types as the methods', with the tensor first.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Total } from '../dtype-types.ts'
import * as operations from '../operations/index.ts'
import type { Resize } from '../shape-rules/reductions.ts'
import type { Arg, Or, Out, Shape, Unset } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The sum of the main diagonal of a matrix. */
export function trace<D extends DType>(input: Tensor<any, D>): Tensor<[], Total<D>>
export function trace(input: Value): Value {
  return operations.trace(input)
}

/** The diagonal of a matrix, or the matrix of zeros that has a vector as its diagonal. */
export function diag<D extends DType>(input: Tensor<any, D>, diagonal?: number | OptionsOf<'diag'>): Tensor<any, D>
export function diag(input: Value, diagonal?: number | OptionsOf<'diag'>): Value {
  return operations.diag(input, diagonal)
}

/** The matrix of zeros that has all elements, in their order, as its diagonal. */
export function diagflat<D extends DType>(input: Tensor<any, D>, offset?: number | OptionsOf<'diagflat'>): Tensor<[number, number], D>
export function diagflat(input: Value, offset?: number | OptionsOf<'diagflat'>): Value {
  return operations.diagflat(input, offset)
}

/** Matrices of zeros, in two new dims, that have the last dim as their diagonal. */
export function diagEmbed<D extends DType>(
  input: Tensor<any, D>,
  offset?: number | OptionsOf<'diagEmbed'>,
  options?: OptionsOf<'diagEmbed'>,
): Tensor<any, D>
export function diagEmbed(input: Value, offset?: number | OptionsOf<'diagEmbed'>, options?: OptionsOf<'diagEmbed'>): Value {
  return operations.diagEmbed(input, offset, options)
}

/** The order of columns (dim 1) reversed. */
export function fliplr<A extends Shape, D extends DType>(input: Tensor<A, D>): Tensor<A, D>
export function fliplr(input: Value): Value {
  return operations.fliplr(input)
}

/** The order of rows (dim 0) reversed. */
export function flipud<A extends Shape, D extends DType>(input: Tensor<A, D>): Tensor<A, D>
export function flipud(input: Value): Value {
  return operations.flipud(input)
}

/** Turned by `k` quarter turns (one) in the plane of two dims (0 and 1), from the first towards the second. */
export function rot90<D extends DType>(input: Tensor<any, D>, k?: number | OptionsOf<'rot90'>, options?: OptionsOf<'rot90'>): Tensor<any, D>
export function rot90(input: Value, k?: number | OptionsOf<'rot90'>, options?: OptionsOf<'rot90'>): Value {
  return operations.rot90(input, k, options)
}

/** Views of parts along a dim (0): that many, the first ones one longer where it does not come out even, or cut before the positions listed. */
export function tensorSplit<A extends Shape, D extends DType, const I extends number | Unset = Unset>(
  input: Tensor<A, D>,
  indicesOrSections: number | readonly number[],
  dim?: Arg<Resize<A, Or<I, 0>, number>, I | { dim?: I | undefined }, 'tensorSplit'>,
): Tensor<Out<Resize<A, Or<I, 0>, number>>, D>[]
export function tensorSplit(input: Value, indicesOrSections: number | readonly number[], dim?: number | OptionsOf<'tensorSplit'>): Value[] {
  return operations.tensorSplit(input, indicesOrSections, dim)
}

/** Views of parts along dim 1 (of a vector along dim 0), as `tensorSplit`. */
export function hsplit<A extends Shape, D extends DType>(
  input: Tensor<A, D>,
  indicesOrSections: number | readonly number[],
): Tensor<any, D>[]
export function hsplit(input: Value, indicesOrSections: number | readonly number[]): Value[] {
  return operations.hsplit(input, indicesOrSections)
}

/** Views of parts along dim 0, as `tensorSplit`. */
export function vsplit<A extends Shape, D extends DType>(
  input: Tensor<A, D>,
  indicesOrSections: number | readonly number[],
): Tensor<any, D>[]
export function vsplit(input: Value, indicesOrSections: number | readonly number[]): Value[] {
  return operations.vsplit(input, indicesOrSections)
}

/** Views of parts along dim 2, as `tensorSplit`. */
export function dsplit<A extends Shape, D extends DType>(
  input: Tensor<A, D>,
  indicesOrSections: number | readonly number[],
): Tensor<any, D>[]
export function dsplit(input: Value, indicesOrSections: number | readonly number[]): Value[] {
  return operations.dsplit(input, indicesOrSections)
}

/** The tensor, or each of a list, with at least one dim. */
export function atleast1d<D extends DType>(input: Tensor<any, D>): Tensor<any, D>
export function atleast1d(tensors: readonly Tensor[]): Tensor[]
export function atleast1d(input: Value | readonly Value[]): Value | Value[] {
  return operations.atleast1d(input)
}

/** The tensor, or each of a list, with at least two dims; a new one comes first. */
export function atleast2d<D extends DType>(input: Tensor<any, D>): Tensor<any, D>
export function atleast2d(tensors: readonly Tensor[]): Tensor[]
export function atleast2d(input: Value | readonly Value[]): Value | Value[] {
  return operations.atleast2d(input)
}

/** The tensor, or each of a list, with at least three dims: a vector becomes [1, n, 1], a matrix [n, m, 1]. */
export function atleast3d<D extends DType>(input: Tensor<any, D>): Tensor<any, D>
export function atleast3d(tensors: readonly Tensor[]): Tensor[]
export function atleast3d(input: Value | readonly Value[]): Value | Value[] {
  return operations.atleast3d(input)
}

/** Tensors one below the other: vectors count as rows. */
export function vstack<D extends DType>(tensors: readonly Tensor<any, D>[]): Tensor<any, D>
export function vstack(tensors: readonly Value[]): Value {
  return operations.vstack(tensors)
}

/** Tensors side by side: along dim 1, vectors one after the other. */
export function hstack<D extends DType>(tensors: readonly Tensor<any, D>[]): Tensor<any, D>
export function hstack(tensors: readonly Value[]): Value {
  return operations.hstack(tensors)
}

/** Tensors one behind the other, along dim 2. */
export function dstack<D extends DType>(tensors: readonly Tensor<any, D>[]): Tensor<any, D>
export function dstack(tensors: readonly Value[]): Value {
  return operations.dstack(tensors)
}

/** Tensors side by side: vectors count as columns. */
export function columnStack<D extends DType>(tensors: readonly Tensor<any, D>[]): Tensor<any, D>
export function columnStack(tensors: readonly Value[]): Value {
  return operations.columnStack(tensors)
}

/** Matrices along the diagonal of one matrix of zeros; vectors count as rows. */
export function blockDiag<D extends DType>(tensors: readonly Tensor<any, D>[]): Tensor<any, D>
export function blockDiag(tensors: readonly Value[]): Value {
  return operations.blockDiag(tensors)
}
