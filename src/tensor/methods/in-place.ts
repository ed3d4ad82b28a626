// In-place forms, with PyTorch's underscore: the result goes into this tensor, seen through every view of it. Its shape and dtype stay,
// so operands broadcast into it. See Note [Method classes].
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as operations from '../operations/index.ts'
import type { Arg, Into, Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'
import { ComparisonMethods } from './comparison.ts'

/** The part of Tensor that changes it. */
export abstract class InPlaceMethods extends ComparisonMethods {
  /** Stores x + alpha · other. */
  add_<A extends Shape, B extends Shape = []>(this: Tensor<A>, other: Arg<Into<A, B>, Tensor<B> | number, 'add_'>, options?: OptionsOf<'add'>): this
  add_(other: Operand, options?: OptionsOf<'add'>): this {
    operations.add_(this, other, options)
    return this
  }

  /** Stores x − alpha · other. */
  sub_<A extends Shape, B extends Shape = []>(this: Tensor<A>, other: Arg<Into<A, B>, Tensor<B> | number, 'sub_'>, options?: OptionsOf<'sub'>): this
  sub_(other: Operand, options?: OptionsOf<'sub'>): this {
    operations.sub_(this, other, options)
    return this
  }

  /** Stores x · other. */
  mul_<A extends Shape, B extends Shape = []>(this: Tensor<A>, other: Arg<Into<A, B>, Tensor<B> | number, 'mul_'>): this
  mul_(other: Operand): this {
    operations.mul_(this, other)
    return this
  }

  /** Stores x / other. */
  div_<A extends Shape, B extends Shape = []>(this: Tensor<A>, other: Arg<Into<A, B>, Tensor<B> | number, 'div_'>, options?: OptionsOf<'div'>): this
  div_(other: Operand, options?: OptionsOf<'div'>): this {
    operations.div_(this, other, options)
    return this
  }

  /** Stores ⌊x / other⌋. */
  floorDivide_<A extends Shape, B extends Shape = []>(this: Tensor<A>, other: Arg<Into<A, B>, Tensor<B> | number, 'floorDivide_'>): this
  floorDivide_(other: Operand): this {
    operations.floorDivide_(this, other)
    return this
  }

  /** Stores x modulo other. */
  remainder_<A extends Shape, B extends Shape = []>(this: Tensor<A>, other: Arg<Into<A, B>, Tensor<B> | number, 'remainder_'>): this
  remainder_(other: Operand): this {
    operations.remainder_(this, other)
    return this
  }

  /** Stores x modulo other, with the sign of x. */
  fmod_<A extends Shape, B extends Shape = []>(this: Tensor<A>, other: Arg<Into<A, B>, Tensor<B> | number, 'fmod_'>): this
  fmod_(other: Operand): this {
    operations.fmod_(this, other)
    return this
  }

  /** Stores x to the power of other. */
  pow_<A extends Shape, B extends Shape = []>(this: Tensor<A>, other: Arg<Into<A, B>, Tensor<B> | number, 'pow_'>): this
  pow_(other: Operand): this {
    operations.pow_(this, other)
    return this
  }

  /** Stores the result of `abs`. */
  abs_(): this {
    operations.abs_(this)
    return this
  }

  /** Stores the result of `acos`. */
  acos_(): this {
    operations.acos_(this)
    return this
  }

  /** Stores the result of `acosh`. */
  acosh_(): this {
    operations.acosh_(this)
    return this
  }

  /** Stores the result of `asin`. */
  asin_(): this {
    operations.asin_(this)
    return this
  }

  /** Stores the result of `asinh`. */
  asinh_(): this {
    operations.asinh_(this)
    return this
  }

  /** Stores the result of `atan`. */
  atan_(): this {
    operations.atan_(this)
    return this
  }

  /** Stores the result of `atanh`. */
  atanh_(): this {
    operations.atanh_(this)
    return this
  }

  /** Stores the result of `ceil`. */
  ceil_(): this {
    operations.ceil_(this)
    return this
  }

  /** Stores the result of `cos`. */
  cos_(): this {
    operations.cos_(this)
    return this
  }

  /** Stores the result of `cosh`. */
  cosh_(): this {
    operations.cosh_(this)
    return this
  }

  /** Stores the result of `erf`. */
  erf_(): this {
    operations.erf_(this)
    return this
  }

  /** Stores the result of `erfc`. */
  erfc_(): this {
    operations.erfc_(this)
    return this
  }

  /** Stores the result of `exp`. */
  exp_(): this {
    operations.exp_(this)
    return this
  }

  /** Stores the result of `exp2`. */
  exp2_(): this {
    operations.exp2_(this)
    return this
  }

  /** Stores the result of `expm1`. */
  expm1_(): this {
    operations.expm1_(this)
    return this
  }

  /** Stores the result of `floor`. */
  floor_(): this {
    operations.floor_(this)
    return this
  }

  /** Stores the result of `frac`. */
  frac_(): this {
    operations.frac_(this)
    return this
  }

  /** Stores the result of `log`. */
  log_(): this {
    operations.log_(this)
    return this
  }

  /** Stores the result of `log10`. */
  log10_(): this {
    operations.log10_(this)
    return this
  }

  /** Stores the result of `log1p`. */
  log1p_(): this {
    operations.log1p_(this)
    return this
  }

  /** Stores the result of `log2`. */
  log2_(): this {
    operations.log2_(this)
    return this
  }

  /** Stores the result of `neg`. */
  neg_(): this {
    operations.neg_(this)
    return this
  }

  /** Stores the result of `reciprocal`. */
  reciprocal_(): this {
    operations.reciprocal_(this)
    return this
  }

  /** Stores the result of `relu`. */
  relu_(): this {
    operations.relu_(this)
    return this
  }

  /** Stores the result of `rsqrt`. */
  rsqrt_(): this {
    operations.rsqrt_(this)
    return this
  }

  /** Stores the result of `sigmoid`. */
  sigmoid_(): this {
    operations.sigmoid_(this)
    return this
  }

  /** Stores the result of `sign`. */
  sign_(): this {
    operations.sign_(this)
    return this
  }

  /** Stores the result of `sin`. */
  sin_(): this {
    operations.sin_(this)
    return this
  }

  /** Stores the result of `sinh`. */
  sinh_(): this {
    operations.sinh_(this)
    return this
  }

  /** Stores the result of `sqrt`. */
  sqrt_(): this {
    operations.sqrt_(this)
    return this
  }

  /** Stores the result of `square`. */
  square_(): this {
    operations.square_(this)
    return this
  }

  /** Stores the result of `tan`. */
  tan_(): this {
    operations.tan_(this)
    return this
  }

  /** Stores the result of `tanh`. */
  tanh_(): this {
    operations.tanh_(this)
    return this
  }

  /** Stores the result of `trunc`. */
  trunc_(): this {
    operations.trunc_(this)
    return this
  }

  /** Stores the result of `round`. */
  round_(options?: OptionsOf<'round'>): this {
    operations.round_(this, options)
    return this
  }

  /** Stores the result of `clamp`. */
  clamp_(min?: Operand | null | OptionsOf<'clamp'>, max?: Operand | null | OptionsOf<'clamp'>): this {
    operations.clamp_(this, min, max)
    return this
  }

  /** Stores the result of `nanToNum`. */
  nanToNum_(nan?: number | OptionsOf<'nanToNum'>, options?: OptionsOf<'nanToNum'>): this {
    operations.nanToNum_(this, nan, options)
    return this
  }

  /** Stores x + weight · (end − x). */
  lerp_(end: Tensor, weight: Operand): this {
    operations.lerp_(this, end, weight)
    return this
  }

  /** Stores x + value · tensor1 · tensor2. */
  addcmul_(tensor1: Operand, tensor2: Operand, options?: OptionsOf<'addcmul'>): this {
    operations.addcmul_(this, tensor1, tensor2, options)
    return this
  }

  /** Stores x + value · tensor1 / tensor2. */
  addcdiv_(tensor1: Operand, tensor2: Operand, options?: OptionsOf<'addcdiv'>): this {
    operations.addcdiv_(this, tensor1, tensor2, options)
    return this
  }

  /** Every element becomes 0. */
  zero_(): this {
    operations.zero_(this)
    return this
  }

  /** Every element becomes the value, a number or a 0-d tensor. */
  fill_(value: number | Tensor<[]>): this {
    operations.fill_(this, value)
    return this
  }

  /**
   * Takes the elements of `source`, broadcast and converted to this dtype.
   *
   * @example
   * ```ts
   * import { tensor, zeros } from 'wengert'
   * console.log(zeros([2, 2]).copy_(tensor([1, 2])).toArray()) // [ [ 1, 2 ], [ 1, 2 ] ]
   * ```
   */
  copy_<A extends Shape, B extends Shape = []>(this: Tensor<A>, source: Arg<Into<A, B>, Tensor<B> | number, 'copy_'>): this
  copy_(source: Operand): this {
    operations.copy_(this, source)
    return this
  }

  /** Puts `value` where the mask is true. */
  maskedFill_<A extends Shape, B extends Shape>(this: Tensor<A>, mask: Arg<Into<A, B>, Tensor<B, 'bool'>, 'maskedFill_'>, value: number | Tensor<[]>): this
  maskedFill_(mask: Value, value: Operand): this {
    operations.maskedFill_(this, mask, value)
    return this
  }

  /** As `scatter`, in place. */
  scatter_(dim: number, index: Tensor, src: Operand): this {
    operations.scatter_(this, dim, index, src)
    return this
  }

  /** As `scatterAdd`, in place. */
  scatterAdd_(dim: number, index: Tensor, src: Tensor): this {
    operations.scatterAdd_(this, dim, index, src)
    return this
  }

  /** As `indexAdd`, in place. */
  indexAdd_(dim: number, index: Tensor, source: Tensor, options?: OptionsOf<'indexAdd'>): this {
    operations.indexAdd_(this, dim, index, source, options)
    return this
  }

  /** As `indexCopy`, in place. */
  indexCopy_(dim: number, index: Tensor, source: Tensor): this {
    operations.indexCopy_(this, dim, index, source)
    return this
  }

  /** As `indexFill`, in place. */
  indexFill_(dim: number, index: Tensor, value: Operand): this {
    operations.indexFill_(this, dim, index, value)
    return this
  }

  /** Zeros above a diagonal. */
  tril_(diagonal?: number | OptionsOf<'tril'>): this {
    operations.tril_(this, diagonal)
    return this
  }

  /** Zeros below a diagonal. */
  triu_(diagonal?: number | OptionsOf<'triu'>): this {
    operations.triu_(this, diagonal)
    return this
  }

  /** Draws every element from a normal distribution (mean 0, std 1). */
  normal_(mean?: number | OptionsOf<'normal_'>, std?: number | OptionsOf<'normal_'>, options?: OptionsOf<'normal_'>): this {
    operations.normal_(this, mean, std, options)
    return this
  }

  /** Draws every element uniformly from [from, to), by default [0, 1). */
  uniform_(from?: number | OptionsOf<'uniform_'>, to?: number | OptionsOf<'uniform_'>, options?: OptionsOf<'uniform_'>): this {
    operations.uniform_(this, from, to, options)
    return this
  }

  /** Draws every element: 1 with probability p (0.5), else 0. */
  bernoulli_(p?: number | OptionsOf<'bernoulli_'>, options?: OptionsOf<'bernoulli_'>): this {
    operations.bernoulli_(this, p, options)
    return this
  }
}
