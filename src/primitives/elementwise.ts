// The elementwise primitives, a row each: what one element is, and how the result's dtype follows from the operands'.
import { a, apply, b, c, type Expression } from '../backends/expression.ts'

/** How the result's dtype follows: `promoted` by PyTorch's rules, the same but at least float32, or always bool. */
export type ResultRule = 'promoted' | 'floating' | 'bool'

/** A row: number of operands, dtype rule, expression; `integer` replaces the expression for int32 and uint8 results. */
export interface ElementwiseRow {
  readonly arity: 1 | 2 | 3
  readonly result: ResultRule
  readonly expression: Expression
  readonly integer?: Expression
  /** Operands that have no say in the result's dtype (a condition). */
  readonly unpromoted?: number
  /** Set where PyTorch refuses bool operands; says what to use instead. */
  readonly insteadOfBool?: string
  /** Set where one bool operand among others is refused, too. */
  readonly noBoolAtAll?: true
}

const row = (arity: 1 | 2 | 3, result: ResultRule, expression: Expression, rest: Partial<ElementwiseRow> = {}): ElementwiseRow => ({
  arity,
  result,
  expression,
  ...rest,
})
/** A function of one operand that gives floats. */
const floating = (expression: Expression): ElementwiseRow => row(1, 'floating', expression)
/** A function of one operand that keeps its dtype and does nothing to integers. */
const rounding = (expression: Expression): ElementwiseRow => row(1, 'promoted', expression, { integer: a })
const comparison = (expression: Expression): ElementwiseRow => row(2, 'bool', expression)
const binary = (expression: Expression, rest: Partial<ElementwiseRow> = {}): ElementwiseRow => row(2, 'promoted', expression, rest)

const sign = apply('select', apply('lt', 0, a), 1, apply('select', apply('lt', a, 0), -1, 0))
const isNumber = apply('eq', a, a)
const otherIsNumber = apply('eq', b, b)
const divisorIsZero = apply('eq', b, 0)

/** The rows. */
export const elementwise = {
  copy: row(1, 'promoted', a),
  neg: row(1, 'promoted', apply('neg', a), { insteadOfBool: 'logicalNot' }),
  abs: row(1, 'promoted', apply('abs', a)),
  sign: row(1, 'promoted', sign),
  // 1 where a is not 0, else 0, in its own dtype
  indicator: row(1, 'promoted', apply('select', apply('eq', a, 0), 0, 1)),
  reciprocal: floating(apply('div', 1, a)),
  square: row(1, 'promoted', apply('mul', a, a), { integer: apply('imul', a, a) }),
  sqrt: floating(apply('sqrt', a)),
  rsqrt: floating(apply('div', 1, apply('sqrt', a))),
  exp: floating(apply('exp', a)),
  expm1: floating(apply('expm1', a)),
  exp2: floating(apply('pow', 2, a)),
  log: floating(apply('log', a)),
  log1p: floating(apply('log1p', a)),
  log2: floating(apply('log2', a)),
  log10: floating(apply('log10', a)),
  sin: floating(apply('sin', a)),
  cos: floating(apply('cos', a)),
  tan: floating(apply('tan', a)),
  asin: floating(apply('asin', a)),
  acos: floating(apply('acos', a)),
  atan: floating(apply('atan', a)),
  sinh: floating(apply('sinh', a)),
  cosh: floating(apply('cosh', a)),
  tanh: floating(apply('tanh', a)),
  asinh: floating(apply('asinh', a)),
  acosh: floating(apply('acosh', a)),
  atanh: floating(apply('atanh', a)),
  erf: floating(apply('erf', a)),
  erfc: floating(apply('erfc', a)),
  erfinv: floating(apply('erfinv', a)),
  lgamma: floating(apply('lgamma', a)),
  digamma: floating(apply('digamma', a)),
  // sin(πx) / (πx)
  sinc: floating(apply('select', apply('eq', a, 0), 1, apply('div', apply('sin', apply('mul', a, Math.PI)), apply('mul', a, Math.PI)))),
  sigmoid: floating(apply('sigmoid', a)),
  relu: row(1, 'promoted', apply('select', apply('le', a, 0), 0, a), { insteadOfBool: 'logicalOr' }),
  floor: rounding(apply('floor', a)),
  ceil: rounding(apply('ceil', a)),
  round: rounding(apply('round', a)),
  trunc: rounding(apply('trunc', a)),
  isnan: row(1, 'bool', apply('not', apply('eq', a, a))),
  isinf: row(1, 'bool', apply('eq', apply('abs', a), Number.POSITIVE_INFINITY)),
  isfinite: row(1, 'bool', apply('lt', apply('abs', a), Number.POSITIVE_INFINITY)),
  signbit: row(1, 'bool', apply('signbit', a)),
  logicalNot: row(1, 'bool', apply('not', a)),

  add: binary(apply('add', a, b)),
  sub: binary(apply('sub', a, b), { insteadOfBool: 'logicalXor', noBoolAtAll: true }),
  mul: binary(apply('mul', a, b), { integer: apply('imul', a, b) }),
  div: row(2, 'floating', apply('div', a, b)),
  // integers have no NaN to say that the divisor was zero: 0, as a typed array stores it
  remainder: binary(apply('floorModulo', a, b), {
    integer: apply('select', divisorIsZero, 0, apply('floorModulo', a, b)),
    insteadOfBool: 'logicalXor',
  }),
  fmod: binary(apply('fmod', a, b), { insteadOfBool: 'logicalXor' }),
  floorDivide: binary(apply('floorQuotient', a, b), {
    integer: apply('select', divisorIsZero, 0, apply('floor', apply('div', a, b))),
    insteadOfBool: 'logicalAnd',
  }),
  truncDivide: binary(apply('trunc', apply('div', a, b)), { insteadOfBool: 'logicalAnd' }),
  pow: binary(apply('pow', a, b), { integer: apply('ipow', a, b), insteadOfBool: 'logicalAnd' }),
  minimum: binary(apply('min', a, b)),
  maximum: binary(apply('max', a, b)),
  // as minimum and maximum, but NaN counts only where both are NaN
  fmin: binary(apply('select', isNumber, apply('select', otherIsNumber, apply('min', a, b), a), b)),
  fmax: binary(apply('select', isNumber, apply('select', otherIsNumber, apply('max', a, b), a), b)),
  copysign: row(2, 'floating', apply('select', apply('signbit', b), apply('neg', apply('abs', a)), apply('abs', a))),
  // Hurwitz's zeta function Σ (k + b)^(−a) over k ≥ 0
  zeta: row(2, 'floating', apply('zeta', a, b)),
  atan2: row(2, 'floating', apply('atan2', a, b)),
  // gradients from the cotangent a and the result b of the function
  reluGradient: row(2, 'promoted', apply('select', apply('le', b, 0), 0, a)), // NaN lets a pass
  tanhGradient: row(2, 'promoted', apply('mul', a, apply('sub', 1, apply('mul', b, b)))),
  sigmoidGradient: row(2, 'promoted', apply('mul', a, apply('mul', b, apply('sub', 1, b)))),
  hypot: row(2, 'floating', apply('hypot', a, b)),
  eq: comparison(apply('eq', a, b)),
  ne: comparison(apply('not', apply('eq', a, b))),
  lt: comparison(apply('lt', a, b)),
  le: comparison(apply('le', a, b)),
  gt: comparison(apply('lt', b, a)),
  ge: comparison(apply('le', b, a)),
  logicalAnd: comparison(apply('and', a, b)),
  logicalOr: comparison(apply('or', a, b)),
  logicalXor: comparison(apply('not', apply('eq', apply('not', a), apply('not', b)))),

  // x + y·z, rounded once
  addcmul: row(3, 'promoted', apply('add', a, apply('mul', b, c)), { integer: apply('add', a, apply('imul', b, c)) }),
  // where(condition, x, y)
  where: row(3, 'promoted', apply('select', a, b, c), { unpromoted: 1 }),
  // clamp(x, low, high): NaN stays NaN, and high wins where low > high
  clamp: row(3, 'promoted', apply('min', apply('max', a, b), c)),
} satisfies Record<string, ElementwiseRow>

/** Names of the elementwise primitives. */
export type ElementwisePrimitive = keyof typeof elementwise
