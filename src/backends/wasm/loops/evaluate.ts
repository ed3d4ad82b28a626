// Scalar expressions as vector code: which instruction an operation is, in which kind it computes, and what is computed only once.
import { type Expression, expressionFunction, type ScalarOperationName } from '../../expression.ts'
import type { Code } from '../assembler.ts'
import type { FunctionBuilder } from '../builder.ts'
import { madd } from '../features.ts'
import { vectorFunctions } from '../math/functions.ts'
import type { OpcodeName } from '../opcodes.ts'
import { commonKind, constantLanes, convert, type LaneKind, type Lanes, type NumberKind, repeatable, shapeOf } from './lanes.ts'

/** What a kernel's text turned out to need. */
export interface Findings {
  /** Something computes in float64, so that vectors have two lanes. */
  doubles: boolean
  /** An operation that has no vector form. */
  missing: ScalarOperationName | null
}

/** Structure of an expression as text: equal expressions have equal keys. */
function keyOf(expression: Expression): string {
  switch (expression.kind) {
    case 'input':
      return `#${expression.index}`
    case 'constant':
      return Object.is(expression.value, -0) ? '-0' : String(expression.value)
    case 'operation':
      return `${expression.name}(${expression.operands.map(keyOf).join()})`
  }
}

/** How often each distinct part of some expressions is used. */
export function countUses(expressions: readonly Expression[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>()
  const visit = (expression: Expression): void => {
    const key = keyOf(expression)
    const before = uses.get(key) ?? 0
    uses.set(key, before + 1)
    if (before === 0 && expression.kind === 'operation') expression.operands.forEach(visit)
  }
  expressions.forEach(visit)
  return uses
}

type Operation = (evaluator: Evaluator, operands: readonly Lanes[], name: ScalarOperationName) => Lanes

/** An instruction that floats and integers have. */
const arithmetic =
  (instruction: 'add' | 'sub' | 'mul' | 'neg' | 'abs'): Operation =>
  (evaluator, operands) => {
    const kind = evaluator.kind(operands)
    const codes = evaluator.all(operands, kind)
    const fused = kind === 'f32' && instruction === 'add' ? fuse(codes as [Code, Code]) : null
    return { kind, code: fused ?? [`${shapeOf[kind]}.${instruction}`, ...codes] }
  }

/** A sum of a product that nothing else uses (or it would be in a local), as one operation; null where there is none. */
function fuse([x, y]: readonly [Code, Code]): Code | null {
  const [product, other] = x[0] === 'f32x4.mul' ? [x, y] : [y, x]
  return product[0] === 'f32x4.mul' ? madd(product[1] as Code, product[2] as Code, other) : null
}

const extreme =
  (instruction: 'min' | 'max'): Operation =>
  (evaluator, operands) => {
    const kind = evaluator.kind(operands)
    return { kind, code: [kind === 'i32' ? `i32x4.${instruction}_s` : `${shapeOf[kind]}.${instruction}`, ...evaluator.all(operands, kind)] }
  }

/** An instruction that only floats have: integers become float64. */
const floating =
  (instruction: 'div' | 'sqrt'): Operation =>
  (evaluator, operands) => {
    const kind = evaluator.floatKind(operands)
    return { kind, code: [`${shapeOf[kind]}.${instruction}`, ...evaluator.all(operands, kind)] }
  }

/** Rounding, which does nothing to integers. */
const rounding =
  (instruction: 'floor' | 'ceil' | 'trunc' | 'nearest'): Operation =>
  (evaluator, operands) => {
    const kind = evaluator.kind(operands)
    const [x] = evaluator.all(operands, kind) as [Code]
    return { kind, code: kind === 'i32' ? x : [`${shapeOf[kind]}.${instruction}`, x] }
  }

const comparison =
  (instruction: 'eq' | 'lt' | 'le'): Operation =>
  (evaluator, operands) => {
    const kind = evaluator.seen(commonKind(operands, 'i32'))
    const [x, y] = evaluator.all(operands, kind) as [Code, Code]
    const opcode: OpcodeName =
      instruction === 'eq' ? `${shapeOf[kind]}.eq` : kind === 'i32' ? `i32x4.${instruction}_s` : `${shapeOf[kind]}.${instruction}`
    return { kind: kind === 'f64' ? 'm64' : 'm32', code: [opcode, x, y] }
  }

const logical =
  (instruction: 'and' | 'or'): Operation =>
  (evaluator, operands) => {
    const kind = evaluator.maskKind(operands)
    const [x, y] = evaluator.all(operands, kind) as [Code, Code]
    return { kind, code: [`v128.${instruction}`, x, y] }
  }

/** A conversion to int32, of which some bits stay. */
const toInteger =
  (bits: number): Operation =>
  (evaluator, [x]) => {
    const code = convert(evaluator.f, x as Lanes, 'i32')
    return { kind: 'i32', code: bits === -1 ? code : ['v128.and', code, evaluator.f.constant(constantLanes(bits, 'i32'))] }
  }

/** a − round(a / b)·b for integers, exact in float64; what is divided by 0 is NaN, and 0 once it is stored. */
const integerRemainder =
  (rounded: 'f64x2.floor' | 'f64x2.trunc'): Operation =>
  (evaluator, operands, name) => {
    if (evaluator.kind(operands) !== 'i32') return evaluator.call(name, operands)
    evaluator.seen('f64')
    const [x, y] = evaluator.all(operands, 'f64').map((code) => repeatable(evaluator.f, code)) as [Code, Code]
    return { kind: 'f64', code: ['f64x2.sub', x, ['f64x2.mul', [rounded, ['f64x2.div', x, y]], y]] }
  }

/** a^b modulo 2³² by squaring; a negative power of what is not ±1 is 0. */
const integerPower: Operation = (evaluator, operands) => {
  const { f } = evaluator
  const [x, y] = evaluator.all(operands, 'i32').map((code) => repeatable(f, code)) as [Code, Code]
  const [product, square, rest] = [f.local('v128', 'power'), f.local('v128', 'square'), f.local('v128', 'rest')]
  const [productNow, squareNow, restNow] = [product, square, rest].map((local): Code => ['local.get', local]) as [Code, Code, Code]
  const one = f.constant(constantLanes(1, 'i32'))
  f.set(product, one)
  f.set(square, x)
  f.set(rest, y)
  const isOdd: Code = ['i32x4.neg', ['v128.and', restNow, one]]
  f.emit([
    'block',
    'powered',
    [
      'loop',
      'bits',
      ['br_if', 'powered', ['i32.eqz', ['v128.any_true', restNow]]],
      ['local.set', product, ['v128.bitselect', ['i32x4.mul', productNow, squareNow], productNow, isOdd]],
      ['local.set', square, ['i32x4.mul', squareNow, squareNow]],
      ['local.set', rest, ['i32x4.shr_u', restNow, ['i32.const', 1]]],
      ['br', 'bits'],
    ],
  ])
  const isFraction: Code = ['v128.and', ['i32x4.lt_s', y, f.constant(constantLanes(0, 'i32'))], ['i32x4.ne', ['i32x4.abs', x], one]]
  return { kind: 'i32', code: ['v128.andnot', productNow, isFraction] }
}

/** The operations that are instructions; the others are functions. */
const operations: { readonly [name in ScalarOperationName]?: Operation } = {
  add: /*@__PURE__*/ arithmetic('add'),
  sub: /*@__PURE__*/ arithmetic('sub'),
  mul: /*@__PURE__*/ arithmetic('mul'),
  neg: /*@__PURE__*/ arithmetic('neg'),
  abs: /*@__PURE__*/ arithmetic('abs'),
  imul: (evaluator, operands) => ({ kind: 'i32', code: ['i32x4.mul', ...evaluator.all(operands, 'i32')] }),
  ipow: integerPower,
  div: /*@__PURE__*/ floating('div'),
  sqrt: /*@__PURE__*/ floating('sqrt'),
  min: /*@__PURE__*/ extreme('min'),
  max: /*@__PURE__*/ extreme('max'),
  floor: /*@__PURE__*/ rounding('floor'),
  ceil: /*@__PURE__*/ rounding('ceil'),
  trunc: /*@__PURE__*/ rounding('trunc'),
  round: /*@__PURE__*/ rounding('nearest'),
  eq: /*@__PURE__*/ comparison('eq'),
  lt: /*@__PURE__*/ comparison('lt'),
  le: /*@__PURE__*/ comparison('le'),
  and: /*@__PURE__*/ logical('and'),
  or: /*@__PURE__*/ logical('or'),
  not: (evaluator, operands) => {
    const kind = evaluator.maskKind(operands)
    return { kind, code: ['v128.not', ...evaluator.all(operands, kind)] }
  },
  select: (evaluator, [condition, x, y]) => {
    const kind = evaluator.kind([x as Lanes, y as Lanes])
    const mask = convert(evaluator.f, condition as Lanes, kind === 'f64' ? 'm64' : 'm32')
    return { kind, code: ['v128.bitselect', ...evaluator.all([x as Lanes, y as Lanes], kind), mask] }
  },
  signbit: (evaluator, operands) => {
    const kind = evaluator.kind(operands)
    const x = repeatable(evaluator.f, evaluator.all(operands, kind)[0] as Code)
    const zero = evaluator.f.constant(constantLanes(0, 'i32'))
    if (kind === 'i32') return { kind: 'm32', code: ['i32x4.lt_s', x, zero] }
    // JavaScript has one NaN, without a sign
    const negative: Code = [kind === 'f32' ? 'i32x4.lt_s' : 'i64x2.lt_s', x, zero]
    return { kind: kind === 'f32' ? 'm32' : 'm64', code: ['v128.and', negative, [`${shapeOf[kind]}.eq`, x, x]] }
  },
  fmod: /*@__PURE__*/ integerRemainder('f64x2.trunc'),
  floorModulo: /*@__PURE__*/ integerRemainder('f64x2.floor'),
  toFloat32: (evaluator, [x]) => ({ kind: 'f32', code: convert(evaluator.f, x as Lanes, 'f32') }),
  toInt32: /*@__PURE__*/ toInteger(-1),
  toUint8: /*@__PURE__*/ toInteger(255),
}

/** Whether an operation is an instruction or a few. */
export const isInstruction = (name: ScalarOperationName): boolean => name in operations

/** Evaluates expressions for one vector of elements; what several of them use is computed once. */
export class Evaluator {
  readonly f: FunctionBuilder
  readonly #least: NumberKind
  readonly #inputs: (index: number) => Lanes
  readonly #uses: ReadonlyMap<string, number>
  readonly #findings: Findings
  readonly #known = new Map<string, Lanes>()

  constructor(
    f: FunctionBuilder,
    least: NumberKind,
    inputs: (index: number) => Lanes,
    uses: ReadonlyMap<string, number>,
    findings: Findings,
  ) {
    this.f = f
    this.#least = least
    this.#inputs = inputs
    this.#uses = uses
    this.#findings = findings
  }

  /** The value of an expression. */
  evaluate(expression: Expression): Lanes {
    if (expression.kind === 'input') return this.#inputs(expression.index)
    if (expression.kind === 'constant') return expression.value
    const key = keyOf(expression)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const operands = expression.operands.map((operand) => this.evaluate(operand))
    let value = operands.every((operand) => typeof operand === 'number')
      ? expressionFunction(expression)([])
      : (operations[expression.name] ?? ((evaluator, all, name) => evaluator.call(name, all)))(this, operands, expression.name)
    if (typeof value !== 'number') this.seen(value.kind)
    if (typeof value !== 'number' && (this.#uses.get(key) ?? 0) > 1) value = { kind: value.kind, code: repeatable(this.f, value.code) }
    this.#known.set(key, value)
    return value
  }

  /** Notes that a kind is computed with. */
  seen<K extends LaneKind>(kind: K): K {
    if (kind === 'f64' || kind === 'm64') this.#findings.doubles = true
    return kind
  }

  /** The kind that an operation on these operands computes in. */
  kind(operands: readonly Lanes[]): NumberKind {
    return this.seen(commonKind(operands, this.#least))
  }

  floatKind(operands: readonly Lanes[]): 'f32' | 'f64' {
    const kind = this.kind(operands)
    return kind === 'i32' ? this.seen('f64') : kind
  }

  maskKind(operands: readonly Lanes[]): 'm32' | 'm64' {
    return operands.some((operand) => typeof operand !== 'number' && (operand.kind === 'f64' || operand.kind === 'm64')) ? 'm64' : 'm32'
  }

  all(operands: readonly Lanes[], kind: LaneKind): Code[] {
    return operands.map((operand) => convert(this.f, operand, kind))
  }

  /** A function in the kind of its operands, or in float64 where only that is there. */
  call(name: ScalarOperationName, operands: readonly Lanes[]): Lanes {
    for (const kind of [this.floatKind(operands), 'f64'] as const) {
      const compute = vectorFunctions[shapeOf[kind]][name]
      if (compute === undefined) continue
      this.seen(kind)
      return { kind, code: compute(this.f, ...this.all(operands, kind).map((code) => repeatable(this.f, code))) }
    }
    this.#findings.missing = name
    return 0
  }
}
