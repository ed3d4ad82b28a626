// The scalar language of kernels: what one element of an elementwise operation or one step of a reduction computes, as data.
// Every emitter reads these trees; none of them knows which operation a tree came from.

/** A scalar operation, given once as JavaScript text (for emitted loops) and once as a function (where text may not be compiled). */
interface ScalarOperation {
  readonly text: (...operands: string[]) => string
  readonly compute: (a: number, b: number, c: number) => number
}

/** A function that emitted code calls by name. */
const call = (name: string, compute: (a: number, b: number) => number): ScalarOperation => ({
  text: (...operands) => `${name}(${operands.join(', ')})`,
  compute,
})
const infix = (symbol: string, compute: (a: number, b: number) => number): ScalarOperation => ({
  text: (a, b) => `(${a} ${symbol} ${b})`,
  compute,
})

/** Rounds half to even, as PyTorch does. */
const roundHalfEven = (x: number): number => {
  const floor = Math.floor(x)
  const rest = x - floor
  const rounded = rest < 0.5 ? floor : rest > 0.5 ? floor + 1 : floor % 2 === 0 ? floor : floor + 1
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded
}

/** a^b as in C: unlike JavaScript's, 1^NaN and (±1)^±∞ are 1. */
const power = (a: number, b: number): number => (a === 1 || (a === -1 && (b === Infinity || b === -Infinity)) ? 1 : a ** b)

/** a^b modulo 2³², for integers; what is no integer is 0, as a typed array stores it. */
const integerPower = (a: number, b: number): number => {
  if (b < 0) return a === 1 || a === -1 ? a ** b : 0
  let result = 1
  for (let square = a, rest = b; rest > 0; rest = Math.floor(rest / 2), square = Math.imul(square, square)) {
    if (rest % 2 === 1) result = Math.imul(result, square)
  }
  return result
}

/** Remainder with the sign of the divisor. */
const floorModulo = (a: number, b: number): number => {
  const rest = a % b
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}

/** The quotient that belongs to `floorModulo`: (a − a mod b) / b is whole but for rounding, where ⌊a / b⌋ may be the next whole number. */
const floorQuotient = (a: number, b: number): number => {
  if (b === 0) return a / b
  const rest = a % b
  const quotient = roundHalfEven((a - rest) / b) - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0)
  return quotient === 0 ? 0 * (a / b) : quotient
}

/** σ(x) without overflow on either side. */
const sigmoid = (x: number): number => {
  const e = Math.exp(-Math.abs(x))
  return x >= 0 ? 1 / (1 + e) : e / (1 + e)
}

/** Functions that emitted code calls by name. */
export const intrinsics: Record<string, (a: number, b: number) => number> = {
  roundHalfEven,
  power,
  integerPower,
  floorModulo,
  floorQuotient,
  sigmoid,
}

/** The scalar operations. Comparisons give 0 or 1. */
const scalarOperations = {
  add: infix('+', (a, b) => a + b),
  sub: infix('-', (a, b) => a - b),
  mul: infix('*', (a, b) => a * b),
  /** Product modulo 2³², for integers. */
  imul: call('Math.imul', Math.imul),
  div: infix('/', (a, b) => a / b),
  neg: { text: (a) => `(-${a})`, compute: (a) => -a },
  eq: { text: (a, b) => `(${a} === ${b} ? 1 : 0)`, compute: (a, b) => (a === b ? 1 : 0) },
  lt: { text: (a, b) => `(${a} < ${b} ? 1 : 0)`, compute: (a, b) => (a < b ? 1 : 0) },
  le: { text: (a, b) => `(${a} <= ${b} ? 1 : 0)`, compute: (a, b) => (a <= b ? 1 : 0) },
  and: { text: (a, b) => `(${a} !== 0 && ${b} !== 0 ? 1 : 0)`, compute: (a, b) => (a !== 0 && b !== 0 ? 1 : 0) },
  or: { text: (a, b) => `(${a} !== 0 || ${b} !== 0 ? 1 : 0)`, compute: (a, b) => (a !== 0 || b !== 0 ? 1 : 0) },
  not: { text: (a) => `(${a} === 0 ? 1 : 0)`, compute: (a) => (a === 0 ? 1 : 0) },
  /** Whether the sign bit is set, of −0, too. */
  signbit: {
    text: (a) => `(${a} < 0 || (${a} === 0 && 1 / ${a} < 0) ? 1 : 0)`,
    compute: (a) => (a < 0 || Object.is(a, -0) ? 1 : 0),
  },
  select: { text: (c, a, b) => `(${c} !== 0 ? ${a} : ${b})`, compute: (c, a, b) => (c !== 0 ? a : b) },
  min: call('Math.min', (a, b) => Math.min(a, b)),
  max: call('Math.max', (a, b) => Math.max(a, b)),
  abs: call('Math.abs', Math.abs),
  floor: call('Math.floor', Math.floor),
  ceil: call('Math.ceil', Math.ceil),
  trunc: call('Math.trunc', Math.trunc),
  round: call('roundHalfEven', roundHalfEven),
  sqrt: call('Math.sqrt', Math.sqrt),
  exp: call('Math.exp', Math.exp),
  expm1: call('Math.expm1', Math.expm1),
  log: call('Math.log', Math.log),
  log1p: call('Math.log1p', Math.log1p),
  log2: call('Math.log2', Math.log2),
  log10: call('Math.log10', Math.log10),
  sin: call('Math.sin', Math.sin),
  cos: call('Math.cos', Math.cos),
  tan: call('Math.tan', Math.tan),
  asin: call('Math.asin', Math.asin),
  acos: call('Math.acos', Math.acos),
  atan: call('Math.atan', Math.atan),
  atan2: call('Math.atan2', Math.atan2),
  sinh: call('Math.sinh', Math.sinh),
  cosh: call('Math.cosh', Math.cosh),
  tanh: call('Math.tanh', Math.tanh),
  asinh: call('Math.asinh', Math.asinh),
  acosh: call('Math.acosh', Math.acosh),
  atanh: call('Math.atanh', Math.atanh),
  pow: call('power', power),
  /** Power modulo 2³², for integers. */
  ipow: call('integerPower', integerPower),
  /** Remainder with the sign of the dividend (C's fmod). */
  fmod: infix('%', (a, b) => a % b),
  floorModulo: call('floorModulo', floorModulo),
  floorQuotient: call('floorQuotient', floorQuotient),
  hypot: call('Math.hypot', (a, b) => Math.hypot(a, b)),
  /** Conversions of an operand to the dtype that is computed in. */
  toFloat32: call('Math.fround', Math.fround),
  toInt32: { text: (a) => `(${a} | 0)`, compute: (a) => a | 0 },
  toUint8: { text: (a) => `(${a} & 255)`, compute: (a) => a & 255 },
  sigmoid: call('sigmoid', sigmoid),
} satisfies Record<string, ScalarOperation>

/** Scalar operations that many programs do without: they join the others with the first call of a function that needs them (special-functions.ts). */
export type SpecialName = 'erf' | 'erfc' | 'erfinv' | 'lgamma' | 'digamma' | 'zeta'
/** Name of a scalar operation. */
export type ScalarOperationName = keyof typeof scalarOperations | SpecialName

const operations: Record<string, ScalarOperation> = scalarOperations

/** Adds operations. */
export function addScalarFunctions(functions: Readonly<Record<SpecialName, (a: number, b: number) => number>>): void {
  for (const [name, compute] of Object.entries(functions)) {
    intrinsics[name] = compute
    operations[name] = call(name, compute)
  }
}

const operationOf = (name: ScalarOperationName): ScalarOperation => operations[name] as ScalarOperation

/** A scalar expression: an input's element, a constant, or an operation on expressions. */
export type Expression =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'operation'; readonly name: ScalarOperationName; readonly operands: readonly Expression[] }

/** The element of input `index`. */
/*@__NO_SIDE_EFFECTS__*/ export function input(index: number): Expression {
  return { kind: 'input', index }
}
/** The first three inputs, under the letters that rows use. */
export const a: Expression = input(0)
export const b: Expression = input(1)
export const c: Expression = input(2)

/** A number. */
/*@__NO_SIDE_EFFECTS__*/ export function constant(value: number): Expression {
  return { kind: 'constant', value }
}

/** `apply('add', a, 1)`: an operation on expressions and constants. */
/*@__NO_SIDE_EFFECTS__*/ export function apply(name: ScalarOperationName, ...operands: readonly (Expression | number)[]): Expression {
  return { kind: 'operation', name, operands: operands.map((operand) => (typeof operand === 'number' ? constant(operand) : operand)) }
}

/** The expression with other expressions in place of its inputs. */
export function substitute(expression: Expression, inputs: readonly Expression[]): Expression {
  switch (expression.kind) {
    case 'input':
      return inputs[expression.index] as Expression
    case 'constant':
      return expression
    case 'operation':
      return { ...expression, operands: expression.operands.map((operand) => substitute(operand, inputs)) }
  }
}

const constantText = (value: number): string => (Object.is(value, -0) ? '(-0)' : value < 0 ? `(${value})` : String(value))

/** JavaScript text of an expression, where `inputs[i]` is the text of input i. */
export function expressionText(expression: Expression, inputs: readonly string[]): string {
  switch (expression.kind) {
    case 'input':
      return inputs[expression.index] as string
    case 'constant':
      return constantText(expression.value)
    case 'operation':
      return operationOf(expression.name).text(...expression.operands.map((operand) => expressionText(operand, inputs)))
  }
}

/** A function of the inputs' elements that computes an expression: what is used where text may not be compiled. */
export function expressionFunction(expression: Expression): (inputs: readonly number[]) => number {
  switch (expression.kind) {
    case 'input':
      return (inputs) => inputs[expression.index] as number
    case 'constant':
      return () => expression.value
    case 'operation': {
      const operands = expression.operands.map(expressionFunction)
      const { compute } = operationOf(expression.name)
      const [first, second, third] = operands as [
        (inputs: readonly number[]) => number,
        ((inputs: readonly number[]) => number)?,
        ((inputs: readonly number[]) => number)?,
      ]
      return (inputs) => compute(first(inputs), second?.(inputs) ?? 0, third?.(inputs) ?? 0)
    }
  }
}
