// In-place forms, with PyTorch's underscore: the result goes into this tensor, seen through every view of it. Its shape and dtype stay,
// so operands broadcast into it. See Note [Methods].
import type { Into } from '../shape-rules/broadcast.ts'
import type { Arg, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

// `this: T` instead of `this: Tensor<A, D>`: a union of tensors of several shapes is a T, too.
type ShapeOf<T extends Tensor> = T extends Tensor<infer A> ? A : never

/** The part of Tensor that changes it. */
export interface InPlaceMethods {
  /** Stores x + alpha · other. */
  add_<T extends Tensor, B extends Shape = []>(
    this: T,
    other: Arg<Into<ShapeOf<T>, B>, Tensor<B> | number, 'add_'>,
    options?: OptionsOf<'add'>,
  ): T

  /** Stores x − alpha · other. */
  sub_<T extends Tensor, B extends Shape = []>(
    this: T,
    other: Arg<Into<ShapeOf<T>, B>, Tensor<B> | number, 'sub_'>,
    options?: OptionsOf<'sub'>,
  ): T

  /** Stores x · other. */
  mul_<T extends Tensor, B extends Shape = []>(this: T, other: Arg<Into<ShapeOf<T>, B>, Tensor<B> | number, 'mul_'>): T

  /** Stores x / other. */
  div_<T extends Tensor, B extends Shape = []>(
    this: T,
    other: Arg<Into<ShapeOf<T>, B>, Tensor<B> | number, 'div_'>,
    options?: OptionsOf<'div'>,
  ): T

  /** Stores ⌊x / other⌋. */
  floorDivide_<T extends Tensor, B extends Shape = []>(this: T, other: Arg<Into<ShapeOf<T>, B>, Tensor<B> | number, 'floorDivide_'>): T

  /** Stores x modulo other. */
  remainder_<T extends Tensor, B extends Shape = []>(this: T, other: Arg<Into<ShapeOf<T>, B>, Tensor<B> | number, 'remainder_'>): T

  /** Stores x modulo other, with the sign of x. */
  fmod_<T extends Tensor, B extends Shape = []>(this: T, other: Arg<Into<ShapeOf<T>, B>, Tensor<B> | number, 'fmod_'>): T

  /** Stores x to the power of other. */
  pow_<T extends Tensor, B extends Shape = []>(this: T, other: Arg<Into<ShapeOf<T>, B>, Tensor<B> | number, 'pow_'>): T

  /** Stores the result of `abs`. */
  abs_<T extends Tensor>(this: T): T

  /** Stores the result of `acos`. */
  acos_<T extends Tensor>(this: T): T

  /** Stores the result of `acosh`. */
  acosh_<T extends Tensor>(this: T): T

  /** Stores the result of `asin`. */
  asin_<T extends Tensor>(this: T): T

  /** Stores the result of `asinh`. */
  asinh_<T extends Tensor>(this: T): T

  /** Stores the result of `atan`. */
  atan_<T extends Tensor>(this: T): T

  /** Stores the result of `atanh`. */
  atanh_<T extends Tensor>(this: T): T

  /** Stores the result of `ceil`. */
  ceil_<T extends Tensor>(this: T): T

  /** Stores the result of `cos`. */
  cos_<T extends Tensor>(this: T): T

  /** Stores the result of `cosh`. */
  cosh_<T extends Tensor>(this: T): T

  /** Stores the result of `erf`. */
  erf_<T extends Tensor>(this: T): T

  /** Stores the result of `erfc`. */
  erfc_<T extends Tensor>(this: T): T

  /** Stores the result of `exp`. */
  exp_<T extends Tensor>(this: T): T

  /** Stores the result of `exp2`. */
  exp2_<T extends Tensor>(this: T): T

  /** Stores the result of `expm1`. */
  expm1_<T extends Tensor>(this: T): T

  /** Stores the result of `floor`. */
  floor_<T extends Tensor>(this: T): T

  /** Stores the result of `frac`. */
  frac_<T extends Tensor>(this: T): T

  /** Stores the result of `log`. */
  log_<T extends Tensor>(this: T): T

  /** Stores the result of `log10`. */
  log10_<T extends Tensor>(this: T): T

  /** Stores the result of `log1p`. */
  log1p_<T extends Tensor>(this: T): T

  /** Stores the result of `log2`. */
  log2_<T extends Tensor>(this: T): T

  /** Stores the result of `neg`. */
  neg_<T extends Tensor>(this: T): T

  /** Stores the result of `reciprocal`. */
  reciprocal_<T extends Tensor>(this: T): T

  /** Stores the result of `relu`. */
  relu_<T extends Tensor>(this: T): T

  /** Stores the result of `rsqrt`. */
  rsqrt_<T extends Tensor>(this: T): T

  /** Stores the result of `sigmoid`. */
  sigmoid_<T extends Tensor>(this: T): T

  /** Stores the result of `sign`. */
  sign_<T extends Tensor>(this: T): T

  /** Stores the result of `sin`. */
  sin_<T extends Tensor>(this: T): T

  /** Stores the result of `sinh`. */
  sinh_<T extends Tensor>(this: T): T

  /** Stores the result of `sqrt`. */
  sqrt_<T extends Tensor>(this: T): T

  /** Stores the result of `square`. */
  square_<T extends Tensor>(this: T): T

  /** Stores the result of `tan`. */
  tan_<T extends Tensor>(this: T): T

  /** Stores the result of `tanh`. */
  tanh_<T extends Tensor>(this: T): T

  /** Stores the result of `trunc`. */
  trunc_<T extends Tensor>(this: T): T

  /** Stores the result of `round`. */
  round_<T extends Tensor>(this: T, options?: OptionsOf<'round'>): T

  /** Stores the result of `clamp`. */
  clamp_<T extends Tensor>(this: T, min?: Tensor | number | null | OptionsOf<'clamp'>, max?: Tensor | number | null | OptionsOf<'clamp'>): T

  /** Stores the result of `nanToNum`. */
  nanToNum_<T extends Tensor>(this: T, nan?: number | OptionsOf<'nanToNum'>, options?: OptionsOf<'nanToNum'>): T

  /** Stores x + weight · (end − x). */
  lerp_<T extends Tensor>(this: T, end: Tensor, weight: Tensor | number): T

  /** Stores x + value · tensor1 · tensor2. */
  addcmul_<T extends Tensor>(this: T, tensor1: Tensor | number, tensor2: Tensor | number, options?: OptionsOf<'addcmul'>): T

  /** Stores x + value · tensor1 / tensor2. */
  addcdiv_<T extends Tensor>(this: T, tensor1: Tensor | number, tensor2: Tensor | number, options?: OptionsOf<'addcdiv'>): T

  /** Every element becomes 0. */
  zero_<T extends Tensor>(this: T): T

  /** Every element becomes the value, a number or a 0-d tensor. */
  fill_<T extends Tensor>(this: T, value: number | Tensor<[]>): T

  /**
   * Takes the elements of `source`, broadcast and converted to this dtype.
   *
   * @example
   * ```ts
   * import { tensor, zeros } from 'wengert'
   * console.log(zeros([2, 2]).copy_(tensor([1, 2])).toArray()) // [ [ 1, 2 ], [ 1, 2 ] ]
   * ```
   */
  copy_<T extends Tensor, B extends Shape = []>(this: T, source: Arg<Into<ShapeOf<T>, B>, Tensor<B> | number, 'copy_'>): T

  /** Puts `value` where the mask is true. */
  maskedFill_<T extends Tensor, B extends Shape>(
    this: T,
    mask: Arg<Into<ShapeOf<T>, B>, Tensor<B, 'bool'>, 'maskedFill_'>,
    value: number | Tensor<[]>,
  ): T

  /** As `scatter`, in place. */
  scatter_<T extends Tensor>(this: T, dim: number, index: Tensor, src: Tensor | number): T

  /** As `scatterAdd`, in place. */
  scatterAdd_<T extends Tensor>(this: T, dim: number, index: Tensor, src: Tensor): T

  /** As `indexAdd`, in place. */
  indexAdd_<T extends Tensor>(this: T, dim: number, index: Tensor, source: Tensor, options?: OptionsOf<'indexAdd'>): T

  /** As `indexCopy`, in place. */
  indexCopy_<T extends Tensor>(this: T, dim: number, index: Tensor, source: Tensor): T

  /** As `indexFill`, in place. */
  indexFill_<T extends Tensor>(this: T, dim: number, index: Tensor, value: Tensor | number): T

  /** Zeros above a diagonal. */
  tril_<T extends Tensor>(this: T, diagonal?: number | OptionsOf<'tril'>): T

  /** Zeros below a diagonal. */
  triu_<T extends Tensor>(this: T, diagonal?: number | OptionsOf<'triu'>): T

  /** Draws every element from a normal distribution (mean 0, std 1). */
  normal_<T extends Tensor>(
    this: T,
    mean?: number | OptionsOf<'normal_'>,
    std?: number | OptionsOf<'normal_'>,
    options?: OptionsOf<'normal_'>,
  ): T

  /** Draws every element uniformly from [from, to), by default [0, 1). */
  uniform_<T extends Tensor>(
    this: T,
    from?: number | OptionsOf<'uniform_'>,
    to?: number | OptionsOf<'uniform_'>,
    options?: OptionsOf<'uniform_'>,
  ): T

  /** Draws every element: 1 with probability p (0.5), else 0. */
  bernoulli_<T extends Tensor>(this: T, p?: number | OptionsOf<'bernoulli_'>, options?: OptionsOf<'bernoulli_'>): T
}
