// Methods that move elements: other shapes and orders of the same ones. Those that can are views and share memory with this tensor.
// See Note [Method classes].
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import * as operations from '../operations/index.ts'
import type { Arg, Dims, Expand, Flatten, Or, Out, Permute, Reduce, Reshape, Resize, Reversed, Shape, Sizes, Squeeze, Transpose, Unflatten, Unset, Unsqueeze } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'
import { ProductMethods } from './products.ts'

/** The part of Tensor that moves elements. */
export abstract class MovementMethods extends ProductMethods {
  /**
   * The same elements under another shape, a view where possible; one size may be −1.
   *
   * @throws ShapeError if the number of elements differs.
   * @example
   * ```ts
   * import { arange } from 'wengert'
   * console.log(arange(6).reshape([2, -1]).toArray()) // [ [ 0, 1, 2 ], [ 3, 4, 5 ] ]
   * ```
   */
  reshape<A extends Shape, D extends DType, const T extends Shape>(this: Tensor<A, D>, shape: Arg<Reshape<A, T>, T, 'reshape'>): Tensor<Out<Reshape<A, T>>, D>
  reshape(shape: Shape): Value {
    return operations.reshape(this, shape)
  }

  /** The same elements under another shape, always a view; throws where the strides do not allow one. */
  view<A extends Shape, D extends DType, const T extends Shape>(this: Tensor<A, D>, shape: Arg<Reshape<A, T>, T, 'view'>): Tensor<Out<Reshape<A, T>>, D>
  view(shape: Shape): Value {
    return operations.view(this, shape)
  }

  /** The same elements in the shape of another tensor. */
  reshapeAs<A extends Shape, D extends DType, B extends Shape>(this: Tensor<A, D>, other: Arg<Reshape<A, B>, Tensor<B>, 'reshapeAs'>): Tensor<B, D>
  reshapeAs(other: Value): Value {
    return operations.reshapeAs(this, other)
  }

  /** The same elements in the shape of another tensor, always a view. */
  viewAs<A extends Shape, D extends DType, B extends Shape>(this: Tensor<A, D>, other: Arg<Reshape<A, B>, Tensor<B>, 'viewAs'>): Tensor<B, D>
  viewAs(other: Value): Value {
    return operations.viewAs(this, other)
  }

  /**
   * Dims `startDim` to `endDim` (all) merged into one.
   *
   * @example
   * ```ts
   * import { zeros } from 'wengert'
   * console.log(zeros([32, 16, 5, 5]).flatten(1).shape) // [ 32, 400 ]
   * ```
   */
  flatten<A extends Shape, D extends DType, const I extends number | Unset = Unset, const J extends number | Unset = Unset>(
    this: Tensor<A, D>, startDim?: Arg<Flatten<A, I, J>, I | { startDim?: I | undefined; endDim?: J | undefined }, 'flatten'>, options?: { endDim?: J | undefined },
  ): Tensor<Out<Flatten<A, I, J>>, D>
  flatten(startDim?: number | OptionsOf<'flatten'>, options?: OptionsOf<'flatten'>): Value {
    return operations.flatten(this, startDim, options)
  }

  /** All elements as a vector. */
  ravel<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<Out<Flatten<A, 0, -1>>, D>
  ravel(): Value {
    return operations.ravel(this)
  }

  /** A dim split into several sizes, of which one may be −1. */
  unflatten<A extends Shape, D extends DType, const I extends number, const T extends Shape>(
    this: Tensor<A, D>, dim: I, sizes: Arg<Unflatten<A, I, T>, T, 'unflatten'>,
  ): Tensor<Out<Unflatten<A, I, T>>, D>
  unflatten(dim: number, sizes: Shape): Value {
    return operations.unflatten(this, dim, sizes)
  }

  /**
   * The dims in another order, as a view.
   *
   * @example
   * ```ts
   * import { zeros } from 'wengert'
   * console.log(zeros([2, 3, 4]).permute([2, 0, 1]).shape) // [ 4, 2, 3 ]
   * ```
   */
  permute<A extends Shape, D extends DType, const P extends Shape>(this: Tensor<A, D>, dims: Arg<Permute<A, P>, P>): Tensor<Out<Permute<A, P>>, D>
  permute(dims: Shape): Value {
    return operations.permute(this, dims)
  }

  /** Two dims swapped, as a view. */
  transpose<A extends Shape, D extends DType, const I extends number, const J extends number>(
    this: Tensor<A, D>, dim0: I, dim1: Arg<Transpose<A, I, J>, J, 'transpose'>,
  ): Tensor<Out<Transpose<A, I, J>>, D>
  transpose(dim0: number, dim1: number): Value {
    return operations.transpose(this, dim0, dim1)
  }

  /** A matrix transposed, as a view; a vector stays. */
  t<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<Reversed<A>, D>
  t(): Value {
    return operations.t(this)
  }

  /** Dims moved to other places; the others keep their order. */
  movedim<A extends Shape, D extends DType>(this: Tensor<A, D>, source: number | readonly number[], destination: number | readonly number[]): Tensor<{ -readonly [I in keyof A]: number }, D>
  movedim(source: number | readonly number[], destination: number | readonly number[]): Value {
    return operations.movedim(this, source, destination)
  }

  /** Without the dims of size 1, all or those named, as a view. */
  squeeze<A extends Shape, D extends DType, const I extends Dims | Unset = Unset>(this: Tensor<A, D>, dim?: Arg<Squeeze<A, I>, I | { dim?: I | undefined }, 'squeeze'>): Tensor<Out<Squeeze<A, I>>, D>
  squeeze(dim?: number | readonly number[] | null | OptionsOf<'squeeze'>): Value {
    return operations.squeeze(this, dim)
  }

  /** With a new dim of size 1, as a view. */
  unsqueeze<A extends Shape, D extends DType, const I extends number>(this: Tensor<A, D>, dim: Arg<Unsqueeze<A, I>, I, 'unsqueeze'>): Tensor<Out<Unsqueeze<A, I>>, D>
  unsqueeze(dim: number): Value {
    return operations.unsqueeze(this, dim)
  }

  /** Sizes of 1 stretched to other sizes, as a view that repeats elements without storing them; −1 keeps a size. */
  expand<A extends Shape, D extends DType, const T extends Shape>(this: Tensor<A, D>, shape: Arg<Expand<A, T>, T>): Tensor<Out<Expand<A, T>>, D>
  expand(shape: Shape): Value {
    return operations.expand(this, shape)
  }

  /** Expanded to the shape of another tensor. */
  expandAs<A extends Shape, D extends DType, B extends Shape>(this: Tensor<A, D>, other: Arg<Expand<A, B>, Tensor<B>>): Tensor<B, D>
  expandAs(other: Value): Value {
    return operations.expandAs(this, other)
  }

  /** Broadcast to a shape, as a view. */
  broadcastTo<A extends Shape, D extends DType, const T extends Shape>(this: Tensor<A, D>, shape: Arg<Expand<A, T>, T>): Tensor<Sizes<T>, D>
  broadcastTo(shape: Shape): Value {
    return operations.broadcastTo(this, shape)
  }

  /** `length` positions of a dim, from `start` on, as a view. */
  narrow<A extends Shape, D extends DType, const I extends number, L extends number>(
    this: Tensor<A, D>, dim: Arg<Resize<A, I, L>, I, 'narrow'>, start: number, length: L,
  ): Tensor<Out<Resize<A, I, L>>, D>
  narrow(dim: number, start: number, length: number): Value {
    return operations.narrow(this, dim, start, length)
  }

  /** One position of a dim, as a view; the dim goes. */
  select<A extends Shape, D extends DType, const I extends number>(this: Tensor<A, D>, dim: Arg<Reduce<A, I, false>, I, 'select'>, index: number): Tensor<Out<Reduce<A, I, false>>, D>
  select(dim: number, index: number): Value {
    return operations.select(this, dim, index)
  }

  /** The diagonals of two dims, as a view whose last dim is the diagonal. */
  diagonal<D extends DType>(this: Tensor<any, D>, offset?: number | OptionsOf<'diagonal'>, options?: OptionsOf<'diagonal'>): Tensor<any, D>
  diagonal(offset?: number | OptionsOf<'diagonal'>, options?: OptionsOf<'diagonal'>): Value {
    return operations.diagonal(this, offset, options)
  }

  /** Zeros above a diagonal of the last two dims. */
  tril<A extends Shape, D extends DType>(this: Tensor<A, D>, diagonal?: number | OptionsOf<'tril'>): Tensor<A, D>
  tril(diagonal?: number | OptionsOf<'tril'>): Value {
    return operations.tril(this, diagonal)
  }

  /** Zeros below a diagonal of the last two dims. */
  triu<A extends Shape, D extends DType>(this: Tensor<A, D>, diagonal?: number | OptionsOf<'triu'>): Tensor<A, D>
  triu(diagonal?: number | OptionsOf<'triu'>): Value {
    return operations.triu(this, diagonal)
  }

  /** Reversed along dims. */
  flip<A extends Shape, D extends DType>(this: Tensor<A, D>, dims: number | readonly number[]): Tensor<A, D>
  flip(dims: number | readonly number[]): Value {
    return operations.flip(this, dims)
  }

  /** Shifted along dims; what leaves at the end comes in at the front. */
  roll<A extends Shape, D extends DType>(this: Tensor<A, D>, shifts: number | readonly number[], dims?: number | readonly number[] | null | OptionsOf<'roll'>): Tensor<A, D>
  roll(shifts: number | readonly number[], dims?: number | readonly number[] | null | OptionsOf<'roll'>): Value {
    return operations.roll(this, shifts, dims)
  }

  /** Copies side by side, as many per dim as `repeats` says. */
  repeat<D extends DType, const T extends Shape>(this: Tensor<any, D>, repeats: T): Tensor<Out<{ -readonly [I in keyof T]: number }>, D>
  repeat(repeats: Shape): Value {
    return operations.repeat(this, repeats)
  }

  /** As `repeat`; missing repeats count as 1. */
  tile<D extends DType>(this: Tensor<any, D>, dims: Shape): Tensor<any, D>
  tile(dims: Shape): Value {
    return operations.tile(this, dims)
  }

  /** Views of consecutive parts along a dim (0): of one size, or of the given sizes. */
  split<A extends Shape, D extends DType, const I extends number | Unset = Unset>(
    this: Tensor<A, D>, splitSizeOrSections: number | readonly number[], dim?: Arg<Resize<A, Or<I, 0>, number>, I | { dim?: I | undefined }, 'split'>,
  ): Tensor<Out<Resize<A, Or<I, 0>, number>>, D>[]
  split(splitSizeOrSections: number | readonly number[], dim?: number | OptionsOf<'split'>): Value[] {
    return operations.split(this, splitSizeOrSections, dim)
  }

  /** Views of that many parts along a dim (0), all of one size except perhaps the last. */
  chunk<A extends Shape, D extends DType, const I extends number | Unset = Unset>(
    this: Tensor<A, D>, chunks: number, dim?: Arg<Resize<A, Or<I, 0>, number>, I | { dim?: I | undefined }, 'chunk'>,
  ): Tensor<Out<Resize<A, Or<I, 0>, number>>, D>[]
  chunk(chunks: number, dim?: number | OptionsOf<'chunk'>): Value[] {
    return operations.chunk(this, chunks, dim)
  }

  /** Views of all positions of a dim (0), without it. */
  unbind<A extends Shape, D extends DType, const I extends number | Unset = Unset>(
    this: Tensor<A, D>, dim?: Arg<Reduce<A, Or<I, 0>, false>, I | { dim?: I | undefined }, 'unbind'>,
  ): Tensor<Out<Reduce<A, Or<I, 0>, false>>, D>[]
  unbind(dim?: number | OptionsOf<'unbind'>): Value[] {
    return operations.unbind(this, dim)
  }
}
