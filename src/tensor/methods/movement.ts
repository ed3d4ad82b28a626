// Methods that move elements: other shapes and orders of the same ones. Those that can are views and share memory with this tensor.
// See Note [Methods].
import type { DType } from '../../core/dtype.ts'
import type { Expand, Flatten, Permute, Reshape, Reversed, Squeeze, Transpose, Unflatten, Unsqueeze } from '../shape-rules/movement.ts'
import type { Reduce, Resize } from '../shape-rules/reductions.ts'
import type { Arg, Dims, Or, Out, Shape, Sizes, Unset } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The part of Tensor that moves elements. */
export interface MovementMethods {
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
  reshape<A extends Shape, D extends DType, const T extends Shape>(
    this: Tensor<A, D>,
    shape: Arg<Reshape<A, T>, T, 'reshape'>,
  ): Tensor<Out<Reshape<A, T>>, D>

  /** The same elements under another shape, always a view; throws where the strides do not allow one. */
  view<A extends Shape, D extends DType, const T extends Shape>(
    this: Tensor<A, D>,
    shape: Arg<Reshape<A, T>, T, 'view'>,
  ): Tensor<Out<Reshape<A, T>>, D>

  /** The same elements in the shape of another tensor. */
  reshapeAs<A extends Shape, D extends DType, B extends Shape>(
    this: Tensor<A, D>,
    other: Arg<Reshape<A, B>, Tensor<B>, 'reshapeAs'>,
  ): Tensor<B, D>

  /** The same elements in the shape of another tensor, always a view. */
  viewAs<A extends Shape, D extends DType, B extends Shape>(
    this: Tensor<A, D>,
    other: Arg<Reshape<A, B>, Tensor<B>, 'viewAs'>,
  ): Tensor<B, D>

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
    this: Tensor<A, D>,
    startDim?: Arg<Flatten<A, I, J>, I | { startDim?: I | undefined; endDim?: J | undefined }, 'flatten'>,
    options?: { endDim?: J | undefined },
  ): Tensor<Out<Flatten<A, I, J>>, D>

  /** All elements as a vector. */
  ravel<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<Out<Flatten<A, 0, -1>>, D>

  /** A dim split into several sizes, of which one may be −1. */
  unflatten<A extends Shape, D extends DType, const I extends number, const T extends Shape>(
    this: Tensor<A, D>,
    dim: I,
    sizes: Arg<Unflatten<A, I, T>, T, 'unflatten'>,
  ): Tensor<Out<Unflatten<A, I, T>>, D>

  /**
   * The dims in another order, as a view.
   *
   * @example
   * ```ts
   * import { zeros } from 'wengert'
   * console.log(zeros([2, 3, 4]).permute([2, 0, 1]).shape) // [ 4, 2, 3 ]
   * ```
   */
  permute<A extends Shape, D extends DType, const P extends Shape>(
    this: Tensor<A, D>,
    dims: Arg<Permute<A, P>, P>,
  ): Tensor<Out<Permute<A, P>>, D>

  /** Two dims swapped, as a view. */
  transpose<A extends Shape, D extends DType, const I extends number, const J extends number>(
    this: Tensor<A, D>,
    dim0: I,
    dim1: Arg<Transpose<A, I, J>, J, 'transpose'>,
  ): Tensor<Out<Transpose<A, I, J>>, D>

  /** A matrix transposed, as a view; a vector stays. */
  t<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<Reversed<A>, D>

  /** Dims moved to other places; the others keep their order. */
  movedim<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    source: number | readonly number[],
    destination: number | readonly number[],
  ): Tensor<{ -readonly [I in keyof A]: number }, D>

  /** Without the dims of size 1, all or those named, as a view. */
  squeeze<A extends Shape, D extends DType, const I extends Dims | Unset = Unset>(
    this: Tensor<A, D>,
    dim?: Arg<Squeeze<A, I>, I | { dim?: I | undefined }, 'squeeze'>,
  ): Tensor<Out<Squeeze<A, I>>, D>

  /** With a new dim of size 1, as a view. */
  unsqueeze<A extends Shape, D extends DType, const I extends number>(
    this: Tensor<A, D>,
    dim: Arg<Unsqueeze<A, I>, I, 'unsqueeze'>,
  ): Tensor<Out<Unsqueeze<A, I>>, D>

  /** Sizes of 1 stretched to other sizes, as a view that repeats elements without storing them; −1 keeps a size. */
  expand<A extends Shape, D extends DType, const T extends Shape>(
    this: Tensor<A, D>,
    shape: Arg<Expand<A, T>, T>,
  ): Tensor<Out<Expand<A, T>>, D>

  /** Expanded to the shape of another tensor. */
  expandAs<A extends Shape, D extends DType, B extends Shape>(this: Tensor<A, D>, other: Arg<Expand<A, B>, Tensor<B>>): Tensor<B, D>

  /** Broadcast to a shape, as a view. */
  broadcastTo<A extends Shape, D extends DType, const T extends Shape>(this: Tensor<A, D>, shape: Arg<Expand<A, T>, T>): Tensor<Sizes<T>, D>

  /** `length` positions of a dim, from `start` on, as a view. */
  narrow<A extends Shape, D extends DType, const I extends number, L extends number>(
    this: Tensor<A, D>,
    dim: Arg<Resize<A, I, L>, I, 'narrow'>,
    start: number,
    length: L,
  ): Tensor<Out<Resize<A, I, L>>, D>

  /** One position of a dim, as a view; the dim goes. */
  select<A extends Shape, D extends DType, const I extends number>(
    this: Tensor<A, D>,
    dim: Arg<Reduce<A, I, false>, I, 'select'>,
    index: number,
  ): Tensor<Out<Reduce<A, I, false>>, D>

  /** The diagonals of two dims, as a view whose last dim is the diagonal. */
  diagonal<D extends DType>(this: Tensor<any, D>, offset?: number | OptionsOf<'diagonal'>, options?: OptionsOf<'diagonal'>): Tensor<any, D>

  /** Zeros above a diagonal of the last two dims. */
  tril<A extends Shape, D extends DType>(this: Tensor<A, D>, diagonal?: number | OptionsOf<'tril'>): Tensor<A, D>

  /** Zeros below a diagonal of the last two dims. */
  triu<A extends Shape, D extends DType>(this: Tensor<A, D>, diagonal?: number | OptionsOf<'triu'>): Tensor<A, D>

  /** Reversed along dims. */
  flip<A extends Shape, D extends DType>(this: Tensor<A, D>, dims: number | readonly number[]): Tensor<A, D>

  /** Shifted along dims; what leaves at the end comes in at the front. */
  roll<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    shifts: number | readonly number[],
    dims?: number | readonly number[] | null | OptionsOf<'roll'>,
  ): Tensor<A, D>

  /** Copies side by side, as many per dim as `repeats` says. */
  repeat<D extends DType, const T extends Shape>(this: Tensor<any, D>, repeats: T): Tensor<Out<{ -readonly [I in keyof T]: number }>, D>

  /** As `repeat`; missing repeats count as 1. */
  tile<D extends DType>(this: Tensor<any, D>, dims: Shape): Tensor<any, D>

  /** Views of consecutive parts along a dim (0): of one size, or of the given sizes. */
  split<A extends Shape, D extends DType, const I extends number | Unset = Unset>(
    this: Tensor<A, D>,
    splitSizeOrSections: number | readonly number[],
    dim?: Arg<Resize<A, Or<I, 0>, number>, I | { dim?: I | undefined }, 'split'>,
  ): Tensor<Out<Resize<A, Or<I, 0>, number>>, D>[]

  /** Views of that many parts along a dim (0), all of one size except perhaps the last. */
  chunk<A extends Shape, D extends DType, const I extends number | Unset = Unset>(
    this: Tensor<A, D>,
    chunks: number,
    dim?: Arg<Resize<A, Or<I, 0>, number>, I | { dim?: I | undefined }, 'chunk'>,
  ): Tensor<Out<Resize<A, Or<I, 0>, number>>, D>[]

  /** Views of all positions of a dim (0), without it. */
  unbind<A extends Shape, D extends DType, const I extends number | Unset = Unset>(
    this: Tensor<A, D>,
    dim?: Arg<Reduce<A, Or<I, 0>, false>, I | { dim?: I | undefined }, 'unbind'>,
  ): Tensor<Out<Reduce<A, Or<I, 0>, false>>, D>[]
}
