// In-place forms, with PyTorch's underscore: the result goes into this tensor, seen through every view of it. Its shape and dtype stay,
// so operands broadcast into it. See Note [Methods].
import type { DType } from '../../core/dtype.ts'
import type { Into } from '../shape-rules/broadcast.ts'
import type { Arg, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The part of Tensor that changes it. */
export interface InPlaceMethods {
  /** Stores x + alpha · other. */
  add_<A extends Shape, D extends DType, B extends Shape = []>(
    this: Tensor<A, D>,
    other: Arg<Into<A, B>, Tensor<B> | number, 'add_'>,
    options?: OptionsOf<'add'>,
  ): Tensor<A, D>

  /** Stores x − alpha · other. */
  sub_<A extends Shape, D extends DType, B extends Shape = []>(
    this: Tensor<A, D>,
    other: Arg<Into<A, B>, Tensor<B> | number, 'sub_'>,
    options?: OptionsOf<'sub'>,
  ): Tensor<A, D>

  /** Stores x · other. */
  mul_<A extends Shape, D extends DType, B extends Shape = []>(
    this: Tensor<A, D>,
    other: Arg<Into<A, B>, Tensor<B> | number, 'mul_'>,
  ): Tensor<A, D>

  /** Stores x / other. */
  div_<A extends Shape, D extends DType, B extends Shape = []>(
    this: Tensor<A, D>,
    other: Arg<Into<A, B>, Tensor<B> | number, 'div_'>,
    options?: OptionsOf<'div'>,
  ): Tensor<A, D>

  /** Stores ⌊x / other⌋. */
  floorDivide_<A extends Shape, D extends DType, B extends Shape = []>(
    this: Tensor<A, D>,
    other: Arg<Into<A, B>, Tensor<B> | number, 'floorDivide_'>,
  ): Tensor<A, D>

  /** Stores x modulo other. */
  remainder_<A extends Shape, D extends DType, B extends Shape = []>(
    this: Tensor<A, D>,
    other: Arg<Into<A, B>, Tensor<B> | number, 'remainder_'>,
  ): Tensor<A, D>

  /** Stores x modulo other, with the sign of x. */
  fmod_<A extends Shape, D extends DType, B extends Shape = []>(
    this: Tensor<A, D>,
    other: Arg<Into<A, B>, Tensor<B> | number, 'fmod_'>,
  ): Tensor<A, D>

  /** Stores x to the power of other. */
  pow_<A extends Shape, D extends DType, B extends Shape = []>(
    this: Tensor<A, D>,
    other: Arg<Into<A, B>, Tensor<B> | number, 'pow_'>,
  ): Tensor<A, D>

  /** Stores the result of `abs`. */
  abs_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `acos`. */
  acos_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `acosh`. */
  acosh_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `asin`. */
  asin_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `asinh`. */
  asinh_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `atan`. */
  atan_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `atanh`. */
  atanh_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `ceil`. */
  ceil_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `cos`. */
  cos_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `cosh`. */
  cosh_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `erf`. */
  erf_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `erfc`. */
  erfc_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `exp`. */
  exp_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `exp2`. */
  exp2_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `expm1`. */
  expm1_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `floor`. */
  floor_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `frac`. */
  frac_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `log`. */
  log_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `log10`. */
  log10_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `log1p`. */
  log1p_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `log2`. */
  log2_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `neg`. */
  neg_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `reciprocal`. */
  reciprocal_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `relu`. */
  relu_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `rsqrt`. */
  rsqrt_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `sigmoid`. */
  sigmoid_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `sign`. */
  sign_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `sin`. */
  sin_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `sinh`. */
  sinh_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `sqrt`. */
  sqrt_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `square`. */
  square_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `tan`. */
  tan_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `tanh`. */
  tanh_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `trunc`. */
  trunc_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Stores the result of `round`. */
  round_<A extends Shape, D extends DType>(this: Tensor<A, D>, options?: OptionsOf<'round'>): Tensor<A, D>

  /** Stores the result of `clamp`. */
  clamp_<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    min?: Tensor | number | null | OptionsOf<'clamp'>,
    max?: Tensor | number | null | OptionsOf<'clamp'>,
  ): Tensor<A, D>

  /** Stores the result of `nanToNum`. */
  nanToNum_<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    nan?: number | OptionsOf<'nanToNum'>,
    options?: OptionsOf<'nanToNum'>,
  ): Tensor<A, D>

  /** Stores x + weight · (end − x). */
  lerp_<A extends Shape, D extends DType>(this: Tensor<A, D>, end: Tensor, weight: Tensor | number): Tensor<A, D>

  /** Stores x + value · tensor1 · tensor2. */
  addcmul_<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    tensor1: Tensor | number,
    tensor2: Tensor | number,
    options?: OptionsOf<'addcmul'>,
  ): Tensor<A, D>

  /** Stores x + value · tensor1 / tensor2. */
  addcdiv_<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    tensor1: Tensor | number,
    tensor2: Tensor | number,
    options?: OptionsOf<'addcdiv'>,
  ): Tensor<A, D>

  /** Every element becomes 0. */
  zero_<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** Every element becomes the value, a number or a 0-d tensor. */
  fill_<A extends Shape, D extends DType>(this: Tensor<A, D>, value: number | Tensor<[]>): Tensor<A, D>

  /**
   * Takes the elements of `source`, broadcast and converted to this dtype.
   *
   * @example
   * ```ts
   * import { tensor, zeros } from 'wengert'
   * console.log(zeros([2, 2]).copy_(tensor([1, 2])).toArray()) // [ [ 1, 2 ], [ 1, 2 ] ]
   * ```
   */
  copy_<A extends Shape, D extends DType, B extends Shape = []>(
    this: Tensor<A, D>,
    source: Arg<Into<A, B>, Tensor<B> | number, 'copy_'>,
  ): Tensor<A, D>

  /** Puts `value` where the mask is true. */
  maskedFill_<A extends Shape, D extends DType, B extends Shape>(
    this: Tensor<A, D>,
    mask: Arg<Into<A, B>, Tensor<B, 'bool'>, 'maskedFill_'>,
    value: number | Tensor<[]>,
  ): Tensor<A, D>

  /** As `scatter`, in place. */
  scatter_<A extends Shape, D extends DType>(this: Tensor<A, D>, dim: number, index: Tensor, src: Tensor | number): Tensor<A, D>

  /** As `scatterAdd`, in place. */
  scatterAdd_<A extends Shape, D extends DType>(this: Tensor<A, D>, dim: number, index: Tensor, src: Tensor): Tensor<A, D>

  /** As `indexAdd`, in place. */
  indexAdd_<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    dim: number,
    index: Tensor,
    source: Tensor,
    options?: OptionsOf<'indexAdd'>,
  ): Tensor<A, D>

  /** As `indexCopy`, in place. */
  indexCopy_<A extends Shape, D extends DType>(this: Tensor<A, D>, dim: number, index: Tensor, source: Tensor): Tensor<A, D>

  /** As `indexFill`, in place. */
  indexFill_<A extends Shape, D extends DType>(this: Tensor<A, D>, dim: number, index: Tensor, value: Tensor | number): Tensor<A, D>

  /** Zeros above a diagonal. */
  tril_<A extends Shape, D extends DType>(this: Tensor<A, D>, diagonal?: number | OptionsOf<'tril'>): Tensor<A, D>

  /** Zeros below a diagonal. */
  triu_<A extends Shape, D extends DType>(this: Tensor<A, D>, diagonal?: number | OptionsOf<'triu'>): Tensor<A, D>

  /** Draws every element from a normal distribution (mean 0, std 1). */
  normal_<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    mean?: number | OptionsOf<'normal_'>,
    std?: number | OptionsOf<'normal_'>,
    options?: OptionsOf<'normal_'>,
  ): Tensor<A, D>

  /** Draws every element uniformly from [from, to), by default [0, 1). */
  uniform_<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    from?: number | OptionsOf<'uniform_'>,
    to?: number | OptionsOf<'uniform_'>,
    options?: OptionsOf<'uniform_'>,
  ): Tensor<A, D>

  /** Draws every element: 1 with probability p (0.5), else 0. */
  bernoulli_<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    p?: number | OptionsOf<'bernoulli_'>,
    options?: OptionsOf<'bernoulli_'>,
  ): Tensor<A, D>
}
