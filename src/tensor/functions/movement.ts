// Other shapes and orders of the same elements, as functions. Types as the methods', with the tensor first.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import * as operations from '../operations/index.ts'
import type { Expand, Flatten, Permute, Reshape, Reversed, Squeeze, Transpose, Unflatten, Unsqueeze } from '../shape-rules/movement.ts'
import type { Reduce, Resize } from '../shape-rules/reductions.ts'
import type { Arg, Dims, Or, Out, Shape, Sizes, Unset } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The same elements under another shape, a view where possible; one size may be −1. */
export function reshape<A extends Shape, D extends DType, const T extends Shape>(
  input: Tensor<A, D>,
  shape: Arg<Reshape<A, T>, T, 'reshape'>,
): Tensor<Out<Reshape<A, T>>, D>
export function reshape(input: Value, shape: Shape): Value {
  return operations.reshape(input, shape)
}

/** The same elements under another shape, always a view; throws where the strides do not allow one. */
export function view<A extends Shape, D extends DType, const T extends Shape>(
  input: Tensor<A, D>,
  shape: Arg<Reshape<A, T>, T, 'view'>,
): Tensor<Out<Reshape<A, T>>, D>
export function view(input: Value, shape: Shape): Value {
  return operations.view(input, shape)
}

/** The same elements in the shape of another tensor. */
export function reshapeAs<A extends Shape, D extends DType, B extends Shape>(
  input: Tensor<A, D>,
  other: Arg<Reshape<A, B>, Tensor<B>, 'reshapeAs'>,
): Tensor<B, D>
export function reshapeAs(input: Value, other: Value): Value {
  return operations.reshapeAs(input, other)
}

/** The same elements in the shape of another tensor, always a view. */
export function viewAs<A extends Shape, D extends DType, B extends Shape>(
  input: Tensor<A, D>,
  other: Arg<Reshape<A, B>, Tensor<B>, 'viewAs'>,
): Tensor<B, D>
export function viewAs(input: Value, other: Value): Value {
  return operations.viewAs(input, other)
}

/** Dims `startDim` to `endDim` (all) merged into one. */
export function flatten<A extends Shape, D extends DType, const I extends number | Unset = Unset, const J extends number | Unset = Unset>(
  input: Tensor<A, D>,
  startDim?: Arg<Flatten<A, I, J>, I | { startDim?: I | undefined; endDim?: J | undefined }, 'flatten'>,
  options?: { endDim?: J | undefined },
): Tensor<Out<Flatten<A, I, J>>, D>
export function flatten(input: Value, startDim?: number | OptionsOf<'flatten'>, options?: OptionsOf<'flatten'>): Value {
  return operations.flatten(input, startDim, options)
}

/** All elements as a vector. */
export function ravel<A extends Shape, D extends DType>(input: Tensor<A, D>): Tensor<Out<Flatten<A, 0, -1>>, D>
export function ravel(input: Value): Value {
  return operations.ravel(input)
}

/** A dim split into several sizes, of which one may be −1. */
export function unflatten<A extends Shape, D extends DType, const I extends number, const T extends Shape>(
  input: Tensor<A, D>,
  dim: I,
  sizes: Arg<Unflatten<A, I, T>, T, 'unflatten'>,
): Tensor<Out<Unflatten<A, I, T>>, D>
export function unflatten(input: Value, dim: number, sizes: Shape): Value {
  return operations.unflatten(input, dim, sizes)
}

/** The dims in another order, as a view. */
export function permute<A extends Shape, D extends DType, const P extends Shape>(
  input: Tensor<A, D>,
  dims: Arg<Permute<A, P>, P>,
): Tensor<Out<Permute<A, P>>, D>
export function permute(input: Value, dims: Shape): Value {
  return operations.permute(input, dims)
}

/** Two dims swapped, as a view. */
export function transpose<A extends Shape, D extends DType, const I extends number, const J extends number>(
  input: Tensor<A, D>,
  dim0: I,
  dim1: Arg<Transpose<A, I, J>, J, 'transpose'>,
): Tensor<Out<Transpose<A, I, J>>, D>
export function transpose(input: Value, dim0: number, dim1: number): Value {
  return operations.transpose(input, dim0, dim1)
}

/** A matrix transposed, as a view; a vector stays. */
export function t<A extends Shape, D extends DType>(input: Tensor<A, D>): Tensor<Reversed<A>, D>
export function t(input: Value): Value {
  return operations.t(input)
}

/** Dims moved to other places; the others keep their order. */
export function movedim<A extends Shape, D extends DType>(
  input: Tensor<A, D>,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor<{ -readonly [I in keyof A]: number }, D>
export function movedim(input: Value, source: number | readonly number[], destination: number | readonly number[]): Value {
  return operations.movedim(input, source, destination)
}

/** Without the dims of size 1, all or those named, as a view. */
export function squeeze<A extends Shape, D extends DType, const I extends Dims | Unset = Unset>(
  input: Tensor<A, D>,
  dim?: Arg<Squeeze<A, I>, I | { dim?: I | undefined }, 'squeeze'>,
): Tensor<Out<Squeeze<A, I>>, D>
export function squeeze(input: Value, dim?: number | readonly number[] | null | OptionsOf<'squeeze'>): Value {
  return operations.squeeze(input, dim)
}

/** With a new dim of size 1, as a view. */
export function unsqueeze<A extends Shape, D extends DType, const I extends number>(
  input: Tensor<A, D>,
  dim: Arg<Unsqueeze<A, I>, I, 'unsqueeze'>,
): Tensor<Out<Unsqueeze<A, I>>, D>
export function unsqueeze(input: Value, dim: number): Value {
  return operations.unsqueeze(input, dim)
}

/** Sizes of 1 stretched to other sizes, as a view that repeats elements without storing them; −1 keeps a size. */
export function expand<A extends Shape, D extends DType, const T extends Shape>(
  input: Tensor<A, D>,
  shape: Arg<Expand<A, T>, T>,
): Tensor<Out<Expand<A, T>>, D>
export function expand(input: Value, shape: Shape): Value {
  return operations.expand(input, shape)
}

/** Expanded to the shape of another tensor. */
export function expandAs<A extends Shape, D extends DType, B extends Shape>(
  input: Tensor<A, D>,
  other: Arg<Expand<A, B>, Tensor<B>>,
): Tensor<B, D>
export function expandAs(input: Value, other: Value): Value {
  return operations.expandAs(input, other)
}

/** Broadcast to a shape, as a view. */
export function broadcastTo<A extends Shape, D extends DType, const T extends Shape>(
  input: Tensor<A, D>,
  shape: Arg<Expand<A, T>, T>,
): Tensor<Sizes<T>, D>
export function broadcastTo(input: Value, shape: Shape): Value {
  return operations.broadcastTo(input, shape)
}

/** `length` positions of a dim, from `start` on, as a view. */
export function narrow<A extends Shape, D extends DType, const I extends number, L extends number>(
  input: Tensor<A, D>,
  dim: Arg<Resize<A, I, L>, I, 'narrow'>,
  start: number,
  length: L,
): Tensor<Out<Resize<A, I, L>>, D>
export function narrow(input: Value, dim: number, start: number, length: number): Value {
  return operations.narrow(input, dim, start, length)
}

/** One position of a dim, as a view; the dim goes. */
export function select<A extends Shape, D extends DType, const I extends number>(
  input: Tensor<A, D>,
  dim: Arg<Reduce<A, I, false>, I, 'select'>,
  index: number,
): Tensor<Out<Reduce<A, I, false>>, D>
export function select(input: Value, dim: number, index: number): Value {
  return operations.select(input, dim, index)
}

/** The diagonals of two dims, as a view whose last dim is the diagonal. */
export function diagonal<D extends DType>(
  input: Tensor<any, D>,
  offset?: number | OptionsOf<'diagonal'>,
  options?: OptionsOf<'diagonal'>,
): Tensor<any, D>
export function diagonal(input: Value, offset?: number | OptionsOf<'diagonal'>, options?: OptionsOf<'diagonal'>): Value {
  return operations.diagonal(input, offset, options)
}

/** Zeros above a diagonal of the last two dims. */
export function tril<A extends Shape, D extends DType>(input: Tensor<A, D>, diagonal?: number | OptionsOf<'tril'>): Tensor<A, D>
export function tril(input: Value, diagonal?: number | OptionsOf<'tril'>): Value {
  return operations.tril(input, diagonal)
}

/** Zeros below a diagonal of the last two dims. */
export function triu<A extends Shape, D extends DType>(input: Tensor<A, D>, diagonal?: number | OptionsOf<'triu'>): Tensor<A, D>
export function triu(input: Value, diagonal?: number | OptionsOf<'triu'>): Value {
  return operations.triu(input, diagonal)
}

/** Reversed along dims. */
export function flip<A extends Shape, D extends DType>(input: Tensor<A, D>, dims: number | readonly number[]): Tensor<A, D>
export function flip(input: Value, dims: number | readonly number[]): Value {
  return operations.flip(input, dims)
}

/** Shifted along dims; what leaves at the end comes in at the front. */
export function roll<A extends Shape, D extends DType>(
  input: Tensor<A, D>,
  shifts: number | readonly number[],
  dims?: number | readonly number[] | null | OptionsOf<'roll'>,
): Tensor<A, D>
export function roll(
  input: Value,
  shifts: number | readonly number[],
  dims?: number | readonly number[] | null | OptionsOf<'roll'>,
): Value {
  return operations.roll(input, shifts, dims)
}

/** Copies side by side, as many per dim as `repeats` says. */
export function repeat<D extends DType, const T extends Shape>(
  input: Tensor<any, D>,
  repeats: T,
): Tensor<Out<{ -readonly [I in keyof T]: number }>, D>
export function repeat(input: Value, repeats: Shape): Value {
  return operations.repeat(input, repeats)
}

/** As `repeat`; missing repeats count as 1. */
export function tile<D extends DType>(input: Tensor<any, D>, dims: Shape): Tensor<any, D>
export function tile(input: Value, dims: Shape): Value {
  return operations.tile(input, dims)
}

/** Views of consecutive parts along a dim (0): of one size, or of the given sizes. */
export function split<A extends Shape, D extends DType, const I extends number | Unset = Unset>(
  input: Tensor<A, D>,
  splitSizeOrSections: number | readonly number[],
  dim?: Arg<Resize<A, Or<I, 0>, number>, I | { dim?: I | undefined }, 'split'>,
): Tensor<Out<Resize<A, Or<I, 0>, number>>, D>[]
export function split(input: Value, splitSizeOrSections: number | readonly number[], dim?: number | OptionsOf<'split'>): Value[] {
  return operations.split(input, splitSizeOrSections, dim)
}

/** Views of that many parts along a dim (0), all of one size except perhaps the last. */
export function chunk<A extends Shape, D extends DType, const I extends number | Unset = Unset>(
  input: Tensor<A, D>,
  chunks: number,
  dim?: Arg<Resize<A, Or<I, 0>, number>, I | { dim?: I | undefined }, 'chunk'>,
): Tensor<Out<Resize<A, Or<I, 0>, number>>, D>[]
export function chunk(input: Value, chunks: number, dim?: number | OptionsOf<'chunk'>): Value[] {
  return operations.chunk(input, chunks, dim)
}

/** Views of all positions of a dim (0), without it. */
export function unbind<A extends Shape, D extends DType, const I extends number | Unset = Unset>(
  input: Tensor<A, D>,
  dim?: Arg<Reduce<A, Or<I, 0>, false>, I | { dim?: I | undefined }, 'unbind'>,
): Tensor<Out<Reduce<A, Or<I, 0>, false>>, D>[]
export function unbind(input: Value, dim?: number | OptionsOf<'unbind'>): Value[] {
  return operations.unbind(input, dim)
}

/** A copy with memory of its own; gradients flow through it. */
export function clone<A extends Shape, D extends DType>(input: Tensor<A, D>): Tensor<A, D>
export function clone(input: Value): Value {
  return operations.clone(input)
}
