// Methods that map each element on its own, one input. Bodies are operations/; here are names, types and documentation.
// Note [Method classes]: TypeScript cannot spread one class over files, so Tensor is a chain of classes, one family of methods each
// (Value → ElementwiseMethods → … → Tensor). Each method is a typed signature, which takes shape and dtype from `this`, and a
// one-line body on values.
import type { DType } from '../../core/dtype.ts'
import { Value } from '../../core/value.ts'
import type { Float } from '../dtype-types.ts'
import * as operations from '../operations/index.ts'
import type { Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The part of Tensor that maps elements one by one. */
export abstract class ElementwiseMethods extends Value {
  /** −x. */
  neg<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>
  neg(): Value {
    return operations.neg(this)
  }

  /** |x|. */
  abs<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>
  abs(): Value {
    return operations.abs(this)
  }

  /** −1, 0 or 1. */
  sign<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>
  sign(): Value {
    return operations.sign(this)
  }

  /** x². */
  square<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>
  square(): Value {
    return operations.square(this)
  }

  /**
   * The larger of x and 0; its derivative at 0 is 0.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([-1, 0, 2]).relu().toArray()) // [ 0, 0, 2 ]
   * ```
   */
  relu<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>
  relu(): Value {
    return operations.relu(this)
  }

  /** The largest integer not above x. */
  floor<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>
  floor(): Value {
    return operations.floor(this)
  }

  /** The smallest integer not below x. */
  ceil<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>
  ceil(): Value {
    return operations.ceil(this)
  }

  /** x without its fraction. */
  trunc<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>
  trunc(): Value {
    return operations.trunc(this)
  }

  /** The fraction of x, with its sign: x − trunc(x). */
  frac<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>
  frac(): Value {
    return operations.frac(this)
  }

  /** 1 / x. */
  reciprocal<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  reciprocal(): Value {
    return operations.reciprocal(this)
  }

  /** √x. */
  sqrt<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  sqrt(): Value {
    return operations.sqrt(this)
  }

  /** 1 / √x. */
  rsqrt<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  rsqrt(): Value {
    return operations.rsqrt(this)
  }

  /**
   * eˣ.
   *
   * @example
   * ```ts
   * import { tensor } from 'wengert'
   * console.log(tensor([0, 1]).exp().toArray()) // [ 1, 2.7182817459106445 ]
   * ```
   */
  exp<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  exp(): Value {
    return operations.exp(this)
  }

  /** eˣ − 1, accurate near 0. */
  expm1<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  expm1(): Value {
    return operations.expm1(this)
  }

  /** 2ˣ. */
  exp2<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  exp2(): Value {
    return operations.exp2(this)
  }

  /** The natural logarithm. */
  log<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  log(): Value {
    return operations.log(this)
  }

  /** ln(1 + x), accurate near 0. */
  log1p<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  log1p(): Value {
    return operations.log1p(this)
  }

  /** The logarithm to base 2. */
  log2<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  log2(): Value {
    return operations.log2(this)
  }

  /** The logarithm to base 10. */
  log10<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  log10(): Value {
    return operations.log10(this)
  }

  /** The sine of an angle in radians. */
  sin<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  sin(): Value {
    return operations.sin(this)
  }

  /** The cosine of an angle in radians. */
  cos<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  cos(): Value {
    return operations.cos(this)
  }

  /** The tangent of an angle in radians. */
  tan<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  tan(): Value {
    return operations.tan(this)
  }

  /** The angle whose sine is x, in [−π/2, π/2]. */
  asin<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  asin(): Value {
    return operations.asin(this)
  }

  /** The angle whose cosine is x, in [0, π]. */
  acos<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  acos(): Value {
    return operations.acos(this)
  }

  /** The angle whose tangent is x, in (−π/2, π/2). */
  atan<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  atan(): Value {
    return operations.atan(this)
  }

  /** (eˣ − e⁻ˣ) / 2. */
  sinh<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  sinh(): Value {
    return operations.sinh(this)
  }

  /** (eˣ + e⁻ˣ) / 2. */
  cosh<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  cosh(): Value {
    return operations.cosh(this)
  }

  /** (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). */
  tanh<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  tanh(): Value {
    return operations.tanh(this)
  }

  /** The inverse of sinh. */
  asinh<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  asinh(): Value {
    return operations.asinh(this)
  }

  /** The inverse of cosh, for x ≥ 1. */
  acosh<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  acosh(): Value {
    return operations.acosh(this)
  }

  /** The inverse of tanh, for |x| < 1. */
  atanh<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  atanh(): Value {
    return operations.atanh(this)
  }

  /** The error function, 2/√π · ∫₀ˣ e^(−t²) dt. */
  erf<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  erf(): Value {
    return operations.erf(this)
  }

  /** 1 − erf(x), accurate for large x. */
  erfc<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  erfc(): Value {
    return operations.erfc(this)
  }

  /** 1 / (1 + e⁻ˣ). */
  sigmoid<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>
  sigmoid(): Value {
    return operations.sigmoid(this)
  }

  /** Whether an element is not a number. */
  isnan<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, 'bool'>
  isnan(): Value {
    return operations.isnan(this)
  }

  /** Whether an element is infinite. */
  isinf<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, 'bool'>
  isinf(): Value {
    return operations.isinf(this)
  }

  /** Whether an element is neither infinite nor not a number. */
  isfinite<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, 'bool'>
  isfinite(): Value {
    return operations.isfinite(this)
  }

  /** Whether an element is 0. */
  logicalNot<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, 'bool'>
  logicalNot(): Value {
    return operations.logicalNot(this)
  }

  /** x to the nearest integer, halves to the even one, or to the nearest multiple of 10^−decimals. */
  round<A extends Shape, D extends DType>(this: Tensor<A, D>, options?: OptionsOf<'round'>): Tensor<A, D>
  round(options?: OptionsOf<'round'>): Value {
    return operations.round(this, options)
  }

  /** NaN replaced by `nan` and the infinities by `posinf` and `neginf` (the dtype's largest numbers). */
  nanToNum<A extends Shape, D extends DType>(this: Tensor<A, D>, nan?: number | OptionsOf<'nanToNum'>, options?: OptionsOf<'nanToNum'>): Tensor<A, D>
  nanToNum(nan?: number | OptionsOf<'nanToNum'>, options?: OptionsOf<'nanToNum'>): Value {
    return operations.nanToNum(this, nan, options)
  }
}
