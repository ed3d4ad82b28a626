// The elementwise primitives as functions. A number may stand on either side.
import type { DType } from '../../core/dtype.ts'
import { dtypeFacts, dtypes } from '../../core/dtype.ts'
import { DTypeError, OptionError } from '../../core/errors.ts'
import { isDense } from '../../core/shape.ts'
import { Value } from '../../core/value.ts'
import { bind, constant } from '../bind.ts'
import type { ElementwisePrimitive } from '../elementwise.ts'
import { limits, notAnOperand, type Operand, operandLike } from './operand.ts'

export type Unary = (x: Value) => Value
export type Binary = (x: Operand, y: Operand) => Value

/** A function of one value. */
export const unary =
  (name: ElementwisePrimitive): Unary =>
  (x) => {
    if (!(x instanceof Value)) throw notAnOperand(name, x)
    return bind(name, [x], null)
  }

/** A function of two operands. */
export const binary =
  (name: ElementwisePrimitive): Binary =>
  (x, y) => {
    if (x instanceof Value) return bind(name, [x, y instanceof Value ? y : operandLike(name, y, x.storage.type)], null)
    if (y instanceof Value) return bind(name, [operandLike(name, x, y.storage.type), y], null)
    throw typeof x === 'number' && typeof y === 'number'
      ? new OptionError(`${name}: one operand must be a tensor, got two numbers.`)
      : notAnOperand(name, typeof x === 'number' ? y : x)
  }

export const neg: Unary = /*@__PURE__*/ unary('neg')
export const abs: Unary = /*@__PURE__*/ unary('abs')
export const sign: Unary = /*@__PURE__*/ unary('sign')
/** 1 where x is not 0, else 0, in the dtype of x. */
export const indicator: Unary = /*@__PURE__*/ unary('indicator')
export const reciprocal: Unary = /*@__PURE__*/ unary('reciprocal')
export const square: Unary = /*@__PURE__*/ unary('square')
export const sqrt: Unary = /*@__PURE__*/ unary('sqrt')
export const rsqrt: Unary = /*@__PURE__*/ unary('rsqrt')
export const exp: Unary = /*@__PURE__*/ unary('exp')
export const expm1: Unary = /*@__PURE__*/ unary('expm1')
export const exp2: Unary = /*@__PURE__*/ unary('exp2')
export const log: Unary = /*@__PURE__*/ unary('log')
export const log1p: Unary = /*@__PURE__*/ unary('log1p')
export const log2: Unary = /*@__PURE__*/ unary('log2')
export const log10: Unary = /*@__PURE__*/ unary('log10')
export const sin: Unary = /*@__PURE__*/ unary('sin')
export const cos: Unary = /*@__PURE__*/ unary('cos')
export const tan: Unary = /*@__PURE__*/ unary('tan')
export const asin: Unary = /*@__PURE__*/ unary('asin')
export const acos: Unary = /*@__PURE__*/ unary('acos')
export const atan: Unary = /*@__PURE__*/ unary('atan')
export const sinh: Unary = /*@__PURE__*/ unary('sinh')
export const cosh: Unary = /*@__PURE__*/ unary('cosh')
export const tanh: Unary = /*@__PURE__*/ unary('tanh')
export const asinh: Unary = /*@__PURE__*/ unary('asinh')
export const acosh: Unary = /*@__PURE__*/ unary('acosh')
export const atanh: Unary = /*@__PURE__*/ unary('atanh')
/** sin(πx) / (πx). */
export const sinc: Unary = /*@__PURE__*/ unary('sinc')
export const sigmoid: Unary = /*@__PURE__*/ unary('sigmoid')
export const relu: Unary = /*@__PURE__*/ unary('relu')
export const floor: Unary = /*@__PURE__*/ unary('floor')
export const ceil: Unary = /*@__PURE__*/ unary('ceil')
export const round: Unary = /*@__PURE__*/ unary('round')
export const trunc: Unary = /*@__PURE__*/ unary('trunc')
export const isnan: Unary = /*@__PURE__*/ unary('isnan')
export const isinf: Unary = /*@__PURE__*/ unary('isinf')
export const isfinite: Unary = /*@__PURE__*/ unary('isfinite')
export const signbit: Unary = /*@__PURE__*/ unary('signbit')
export const logicalNot: Unary = /*@__PURE__*/ unary('logicalNot')
/** A contiguous copy. */
export const copy: Unary = /*@__PURE__*/ unary('copy')

export const add: Binary = /*@__PURE__*/ binary('add')
export const sub: Binary = /*@__PURE__*/ binary('sub')
export const mul: Binary = /*@__PURE__*/ binary('mul')
export const div: Binary = /*@__PURE__*/ binary('div')
export const remainder: Binary = /*@__PURE__*/ binary('remainder')
export const fmod: Binary = /*@__PURE__*/ binary('fmod')
/** ⌊x / y⌋, the quotient that belongs to `remainder`. */
export const floorDivide: Binary = /*@__PURE__*/ binary('floorDivide')
/** x / y rounded towards zero. */
export const truncDivide: Binary = /*@__PURE__*/ binary('truncDivide')
export const pow: Binary = /*@__PURE__*/ binary('pow')
export const minimum: Binary = /*@__PURE__*/ binary('minimum')
export const maximum: Binary = /*@__PURE__*/ binary('maximum')
export const fmin: Binary = /*@__PURE__*/ binary('fmin')
export const fmax: Binary = /*@__PURE__*/ binary('fmax')
export const copysign: Binary = /*@__PURE__*/ binary('copysign')
export const atan2: Binary = /*@__PURE__*/ binary('atan2')
export const hypot: Binary = /*@__PURE__*/ binary('hypot')
/** The gradient of relu (tanh, sigmoid) from the cotangent x and its result y. */
export const reluGradient: Binary = /*@__PURE__*/ binary('reluGradient')
export const tanhGradient: Binary = /*@__PURE__*/ binary('tanhGradient')
export const sigmoidGradient: Binary = /*@__PURE__*/ binary('sigmoidGradient')
export const eq: Binary = /*@__PURE__*/ binary('eq')
export const ne: Binary = /*@__PURE__*/ binary('ne')
export const lt: Binary = /*@__PURE__*/ binary('lt')
export const le: Binary = /*@__PURE__*/ binary('le')
export const gt: Binary = /*@__PURE__*/ binary('gt')
export const ge: Binary = /*@__PURE__*/ binary('ge')
export const logicalAnd: Binary = /*@__PURE__*/ binary('logicalAnd')
export const logicalOr: Binary = /*@__PURE__*/ binary('logicalOr')
export const logicalXor: Binary = /*@__PURE__*/ binary('logicalXor')

/** x + y·z in one pass. */
export function addcmul(x: Operand, y: Operand, z: Operand): Value {
  const tensor = [y, z, x].find((operand) => operand instanceof Value)
  if (tensor === undefined) throw new OptionError('addcmul: one operand must be a tensor, got three numbers.')
  const operand = (given: Operand): Value => (given instanceof Value ? given : operandLike('addcmul', given, tensor.storage.type))
  return bind('addcmul', [operand(x), operand(y), operand(z)], null)
}

/** Elements of x where `condition` holds, of y elsewhere. */
export function where(condition: Value, x: Operand, y: Operand): Value {
  if (condition.dtype !== 'bool')
    throw new DTypeError(`where: the condition must be bool, got ${condition.dtype}. Compare it with something, as in x.gt(0).`)
  const type = x instanceof Value ? x.storage.type : y instanceof Value ? y.storage.type : dtypes.float32
  return bind(
    'where',
    [condition, x instanceof Value ? x : operandLike('where', x, type), y instanceof Value ? y : operandLike('where', y, type)],
    null,
  )
}

/** min(max(x, low), high); null leaves a side open. */
export function clamp(x: Value, low: Operand | null, high: Operand | null): Value {
  const bound = (given: Operand | null, open: number): Value =>
    given instanceof Value ? given : given === null ? constant(open, x.storage.type) : operandLike('clamp', given, x.storage.type)
  const [least, greatest] = limits[x.dtype]
  return bind('clamp', [x, bound(low, least), bound(high, greatest)], null)
}

/** The same values in another dtype (the same tensor where it has that dtype). */
export const cast = (x: Value, dtype: DType): Value => (x.dtype === dtypeFacts(dtype).name ? x : bind('cast', [x], { dtype }))

/** `x` itself where it is contiguous, else a copy. */
export const contiguous = (x: Value): Value => (isDense(x.shape, x.strides) ? x : copy(x))
