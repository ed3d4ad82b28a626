// Methods that map each element on its own. Note [Methods]: the methods of Tensor are declared here, one interface a family, and
// installed from a table in install-methods.ts. Interfaces, because the compiler then shares them between all Tensor<S, D>; methods of a
// generic class it would copy for every shape. A method takes shape and dtype from `this`, and never says `: this`, for the same reason.
import type { DType } from '../../core/dtype.ts'
import type { Float } from '../dtype-types.ts'
import type { Shape } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

/** The part of Tensor that maps elements one by one. */
export interface ElementwiseMethods {
  /** −x. */
  neg<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** |x|. */
  abs<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** −1, 0 or 1. */
  sign<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** x as it is. */
  positive<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** −1, 0 or 1: of real numbers, the same as `sign`. */
  sgn<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** x². */
  square<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

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

  /** The largest integer not above x. */
  floor<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** The smallest integer not below x. */
  ceil<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** x without its fraction. */
  trunc<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** The fraction of x, with its sign: x − trunc(x). */
  frac<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, D>

  /** 1 / x. */
  reciprocal<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** √x. */
  sqrt<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** 1 / √x. */
  rsqrt<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

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

  /** eˣ − 1, accurate near 0. */
  expm1<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** 2ˣ. */
  exp2<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The natural logarithm. */
  log<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** ln(1 + x), accurate near 0. */
  log1p<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The logarithm to base 2. */
  log2<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The logarithm to base 10. */
  log10<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The sine of an angle in radians. */
  sin<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The cosine of an angle in radians. */
  cos<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The tangent of an angle in radians. */
  tan<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The angle whose sine is x, in [−π/2, π/2]. */
  asin<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The angle whose cosine is x, in [0, π]. */
  acos<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The angle whose tangent is x, in (−π/2, π/2). */
  atan<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** (eˣ − e⁻ˣ) / 2. */
  sinh<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** (eˣ + e⁻ˣ) / 2. */
  cosh<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). */
  tanh<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The inverse of sinh. */
  asinh<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The inverse of cosh, for x ≥ 1. */
  acosh<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The inverse of tanh, for |x| < 1. */
  atanh<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The error function, 2/√π · ∫₀ˣ e^(−t²) dt. */
  erf<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** 1 − erf(x), accurate for large x. */
  erfc<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** The inverse of erf, on (−1, 1). */
  erfinv<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** ln |Γ(x)|. */
  lgamma<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** (ln Γ(x))′. */
  digamma<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** sin(πx) / (πx), and 1 at 0. */
  sinc<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** Degrees as radians. */
  deg2rad<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** Radians as degrees. */
  rad2deg<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** ln(x / (1 − x)), the inverse of the sigmoid; with `eps`, x is first clamped to [eps, 1 − eps]. */
  logit<A extends Shape, D extends DType>(this: Tensor<A, D>, eps?: number | null | OptionsOf<'logit'>): Tensor<A, Float<D>>

  /** The logarithm of the multivariate gamma function of dimension p. */
  mvlgamma<A extends Shape, D extends DType>(this: Tensor<A, D>, p: number): Tensor<A, Float<D>>

  /** 1 / (1 + e⁻ˣ). */
  sigmoid<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, Float<D>>

  /** Whether an element is not a number. */
  isnan<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, 'bool'>

  /** Whether an element is infinite. */
  isinf<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, 'bool'>

  /** Whether an element is neither infinite nor not a number. */
  isfinite<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, 'bool'>

  /** Whether an element is +∞. */
  isposinf<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, 'bool'>

  /** Whether an element is −∞. */
  isneginf<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, 'bool'>

  /** Whether the sign bit is set: of negative numbers and −0. */
  signbit<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, 'bool'>

  /** Whether an element is 0. */
  logicalNot<A extends Shape, D extends DType>(this: Tensor<A, D>): Tensor<A, 'bool'>

  /** x to the nearest integer, halves to the even one, or to the nearest multiple of 10^−decimals. */
  round<A extends Shape, D extends DType>(this: Tensor<A, D>, options?: OptionsOf<'round'>): Tensor<A, D>

  /** NaN replaced by `nan` and the infinities by `posinf` and `neginf` (the dtype's largest numbers). */
  nanToNum<A extends Shape, D extends DType>(
    this: Tensor<A, D>,
    nan?: number | OptionsOf<'nanToNum'>,
    options?: OptionsOf<'nanToNum'>,
  ): Tensor<A, D>
}
