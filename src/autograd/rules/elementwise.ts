// Derivatives of the elementwise primitives: g is the cotangent, saved values come in the order asked for. Operands that were
// broadcast get their gradients summed by the engine, not here.
import type { Value } from '../../core/value.ts'
import type { ElementwisePrimitive } from '../../primitives/elementwise.ts'
import { type Binary, binary, type Unary, unary } from '../../primitives/operations/elementwise.ts'
import {
  add,
  cos,
  cosh,
  div,
  eq,
  exp,
  floorDivide,
  full,
  ge,
  gt,
  isnan,
  le,
  log,
  logicalAnd,
  logicalOr,
  lt,
  mul,
  neg,
  pow,
  reciprocal,
  reluGradient,
  rsqrt,
  sigmoidGradient,
  sign,
  signbit,
  sin,
  sinh,
  square,
  sub,
  tanhGradient,
  trunc,
  where,
} from '../../primitives/operations.ts'
import { direct, type Gradient, output, saving, type VjpRules, x, y, z } from '../rule.ts'

/** Flat almost everywhere: the gradient is zero. */
const flatIn: Gradient<unknown> = direct((g) => full(g.shape, 0, g.dtype))
const flat: readonly Gradient<unknown>[] = [flatIn]
const notDifferentiable = null
const TWO_OVER_SQRT_PI = 1.1283791670955126

const digamma: Unary = /*@__PURE__*/ unary('digamma')
const zeta: Binary = /*@__PURE__*/ binary('zeta')
const half = (g: Value): Value => mul(g, 0.5)
/** The share of an operand in an extreme of two: nothing, half where both are equal, all; with NaN, which compares as false, all. */
const share = (g: Value, loses: Value, ties: Value): Value => where(loses, 0, where(ties, half(g), g))
/** d erf(x) = 2/√π e^(−x²) dx */
const erfSlope = (x: Value): Value => mul(exp(neg(square(x))), TWO_OVER_SQRT_PI)

export const elementwiseRules: VjpRules<ElementwisePrimitive> = {
  copy: [direct((g) => g)],
  neg: [direct((g) => neg(g))],
  abs: [saving([x], (g, [x]) => mul(g, sign(x)))],
  sign: flat,
  indicator: [direct(() => null)], // it counts: recorded, but nothing flows back, not even zeros
  floor: flat,
  ceil: flat,
  round: flat,
  trunc: flat,
  reciprocal: [saving([output], (g, [y]) => neg(mul(g, square(y))))], // d(1/x) = −y² dx
  square: [saving([x], (g, [x]) => mul(g, mul(x, 2)))],
  sqrt: [saving([output], (g, [y]) => div(g, mul(y, 2)))],
  rsqrt: [saving([output], (g, [y]) => mul(mul(g, -0.5), mul(y, square(y))))], // d x^(−½) = −½ y³ dx
  exp: [saving([output], (g, [y]) => mul(g, y))],
  expm1: [saving([output], (g, [y]) => mul(g, add(y, 1)))],
  exp2: [saving([output], (g, [y]) => mul(g, mul(y, Math.LN2)))],
  log: [saving([x], (g, [x]) => div(g, x))],
  log1p: [saving([x], (g, [x]) => div(g, add(x, 1)))],
  log2: [saving([x], (g, [x]) => div(g, mul(x, Math.LN2)))],
  log10: [saving([x], (g, [x]) => div(g, mul(x, Math.LN10)))],
  sin: [saving([x], (g, [x]) => mul(g, cos(x)))],
  cos: [saving([x], (g, [x]) => neg(mul(g, sin(x))))],
  tan: [saving([output], (g, [y]) => mul(g, add(square(y), 1)))],
  asin: [saving([x], (g, [x]) => mul(g, rsqrt(sub(1, square(x)))))],
  acos: [saving([x], (g, [x]) => neg(mul(g, rsqrt(sub(1, square(x))))))],
  atan: [saving([x], (g, [x]) => div(g, add(square(x), 1)))],
  sinh: [saving([x], (g, [x]) => mul(g, cosh(x)))],
  cosh: [saving([x], (g, [x]) => mul(g, sinh(x)))],
  tanh: [saving([output], (g, [y]) => tanhGradient(g, y))],
  asinh: [saving([x], (g, [x]) => mul(g, rsqrt(add(square(x), 1))))],
  acosh: [saving([x], (g, [x]) => mul(g, rsqrt(sub(square(x), 1))))],
  atanh: [saving([x], (g, [x]) => div(g, sub(1, square(x))))],
  erf: [saving([x], (g, [x]) => mul(g, erfSlope(x)))],
  erfc: [saving([x], (g, [x]) => neg(mul(g, erfSlope(x))))],
  erfinv: [saving([output], (g, [y]) => mul(g, mul(exp(square(y)), 1 / TWO_OVER_SQRT_PI)))],
  lgamma: [saving([x], (g, [x]) => mul(g, digamma(x)))],
  digamma: [saving([x], (g, [x]) => mul(g, zeta(2, x)))], // ψ′(x) = Σ (k + x)⁻²
  sinc: [saving([x], (g, [x]) => mul(g, sincSlope(x)))],
  sigmoid: [saving([output], (g, [y]) => sigmoidGradient(g, y))],
  relu: [saving([output], (g, [y]) => reluGradient(g, y))],
  isnan: notDifferentiable,
  isinf: notDifferentiable,
  isfinite: notDifferentiable,
  signbit: notDifferentiable,
  logicalNot: notDifferentiable,

  add: [direct((g) => g), direct((g) => g)],
  sub: [direct((g) => g), direct((g) => neg(g))],
  mul: [saving([y], (g, [y]) => mul(g, y)), saving([x], (g, [x]) => mul(g, x))],
  div: [saving([y], (g, [y]) => div(g, y)), saving([y, output], (g, [y, q]) => neg(mul(g, div(q, y))))], // d(x/y) = −(x/y)/y dy
  remainder: [direct((g) => g), saving([x, y], (g, [x, y]) => neg(mul(g, floorDivide(x, y))))],
  fmod: [direct((g) => g), saving([x, y], (g, [x, y]) => neg(mul(g, trunc(div(x, y)))))],
  floorDivide: [flatIn, flatIn],
  truncDivide: [flatIn, flatIn],
  pow: [
    // x⁰ has slope 0 also at x = 0, where y·x^(y−1) is 0·∞
    saving([x, y], (g, [x, y]) => where(eq(y, 0), 0, mul(g, mul(y, pow(x, sub(y, 1)))))),
    // 0^y has slope 0 for y ≥ 0, where x^y·log x is 0·∞
    saving([x, y, output], (g, [x, y, p]) => where(logicalAnd(eq(x, 0), ge(y, 0)), 0, mul(g, mul(p, log(x))))),
  ],
  minimum: [saving([x, y], (g, [x, y]) => share(g, gt(x, y), eq(x, y))), saving([x, y], (g, [x, y]) => share(g, gt(y, x), eq(x, y)))],
  maximum: [saving([x, y], (g, [x, y]) => share(g, lt(x, y), eq(x, y))), saving([x, y], (g, [x, y]) => share(g, lt(y, x), eq(x, y)))],
  // the first operand has all of a tie
  fmin: [saving([x, y], (g, [x, y]) => where(staysLeast(x, y), g, 0)), saving([x, y], (g, [x, y]) => where(staysLeast(x, y), 0, g))],
  fmax: [saving([x, y], (g, [x, y]) => where(staysGreatest(x, y), g, 0)), saving([x, y], (g, [x, y]) => where(staysGreatest(x, y), 0, g))],
  copysign: [saving([x, y], (g, [x, y]) => where(eq(x, 0), 0, where(eq(signbit(x), signbit(y)), g, neg(g)))), flatIn],
  // ∂ζ(s, q)/∂q = −s ζ(s + 1, q); for s there is no formula
  zeta: [null, saving([x, y], (g, [s, q]) => neg(mul(g, mul(s, zeta(add(s, 1), q)))))],
  atan2: [saving([x, y], (g, [x, y]) => mul(g, overSquares(y, x, y))), saving([x, y], (g, [x, y]) => neg(mul(g, overSquares(x, x, y))))],
  reluGradient: [saving([y], (g, [y]) => reluGradient(g, y)), null],
  tanhGradient: [saving([y], (g, [y]) => tanhGradient(g, y)), saving([x, y], (g, [x, y]) => mul(mul(g, -2), mul(x, y)))],
  sigmoidGradient: [saving([y], (g, [y]) => sigmoidGradient(g, y)), saving([x, y], (g, [x, y]) => mul(g, mul(x, sub(1, mul(y, 2)))))],
  hypot: [saving([x, output], (g, [x, h]) => mul(g, div(x, h))), saving([y, output], (g, [y, h]) => mul(g, div(y, h)))],
  eq: notDifferentiable,
  ne: notDifferentiable,
  lt: notDifferentiable,
  le: notDifferentiable,
  gt: notDifferentiable,
  ge: notDifferentiable,
  logicalAnd: notDifferentiable,
  logicalOr: notDifferentiable,
  logicalXor: notDifferentiable,

  addcmul: [direct((g) => g), saving([z], (g, [z]) => mul(g, z)), saving([y], (g, [y]) => mul(g, y))],
  where: [null, saving([x], (g, [condition]) => where(condition, g, 0)), saving([x], (g, [condition]) => where(condition, 0, g))],
  // at a bound the gradient goes to x
  clamp: [
    saving([x, y, z], (g, [x, low, high]) => where(logicalAnd(ge(x, low), le(x, high)), g, 0)),
    saving([x, y, z], (g, [x, low, high]) => where(logicalAnd(lt(x, low), lt(low, high)), g, 0)),
    saving([x, y, z], (g, [x, low, high]) => where(gt(clampedBelow(x, low), high), g, 0)),
  ],
}

/** n / (x² + y²), and 0 at the origin. */
function overSquares(n: Value, x: Value, y: Value): Value {
  const squares = add(square(x), square(y))
  return where(eq(squares, 0), 0, mul(n, reciprocal(squares)))
}

/** Whether fmax and fmin give x: it is no less (no greater), or y is NaN. */
const staysGreatest = (x: Value, y: Value): Value => logicalOr(ge(x, y), isnan(y))
const staysLeast = (x: Value, y: Value): Value => logicalOr(le(x, y), isnan(y))

/** d/dx sin(πx) / (πx) = (cos(πx) − sin(πx) / (πx)) / x, and 0 at 0. */
function sincSlope(x: Value): Value {
  const origin = eq(x, 0)
  const safe = where(origin, 1, x) // or the second derivative at 0 would be NaN
  const angle = mul(safe, Math.PI)
  return where(origin, 0, div(sub(cos(angle), div(sin(angle), angle)), safe))
}

const clampedBelow = (x: Value, low: Value): Value => where(lt(x, low), low, x)
