// Operands: tensors, or numbers that take a tensor's dtype. The elementwise primitives as functions are made from these.
import { type DType, type DTypeFacts, dtypes } from '../../core/dtype.ts'
import { DTypeError, OptionError } from '../../core/errors.ts'
import { isPlainObject } from '../../core/nested.ts'
import { Value } from '../../core/value.ts'
import { constant } from '../bind.ts'

/** A tensor or a number; a number takes the other operand's dtype. */
export type Operand = Value | number

/** A number as an operand beside `other`: it takes that tensor's dtype (int32 beside bool). */
export function operandLike(name: string, number: number, other: DTypeFacts): Value {
  if (typeof number !== 'number') throw notAnOperand(name, number)
  const type = other.code === 0 ? dtypes.int32 : other
  if (type.category !== 2) checkFits(name, number, type)
  return constant(number, type)
}

/** A number as an element of a tensor of dtype `type`, into which it is written. In bool tensors everything but 0 is true. */
export function elementLike(name: string, number: number, type: DTypeFacts): Value {
  if (typeof number !== 'number') throw notAnOperand(name, number)
  return type.code === 0 ? constant(Number(number !== 0), type) : operandLike(name, number, type)
}

/** The least and the greatest number of each dtype. */
export const limits: { readonly [D in DType]: readonly [number, number] } = {
  bool: [0, 1],
  uint8: [0, 255],
  int32: [-2147483648, 2147483647],
  float32: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  float64: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
}

/** Throws where a dtype of integers cannot hold a number. */
export function checkFits(name: string, number: number, type: DTypeFacts): void {
  const [least, greatest] = limits[type.name]
  if (Number.isInteger(number) && number >= least && number <= greatest) return
  const what = Number.isFinite(number) && !Number.isInteger(number) ? 'would be cut off' : `does not fit into ${least} to ${greatest}`
  throw new DTypeError(`${name}: ${number} beside a tensor of ${type.name} ${what}. Convert the tensor with .to('float32').`)
}

/** By this brand a tensor of another copy of the library is told from other objects. */
export const TENSOR_BRAND: unique symbol = Symbol.for('wengert.Tensor') as never

/** The error of something that is no operand. */
export function notAnOperand(name: string, argument: unknown): OptionError {
  if (typeof argument === 'object' && argument !== null && TENSOR_BRAND in argument) {
    return new OptionError(`${name}: this tensor belongs to another copy of wengert. Install the library once, so that all parts share it.`)
  }
  return new OptionError(
    `${name}: operands are tensors or numbers, got ${describe(argument)}. ${argument === null ? 'A gradient is null before backward().' : 'Make a tensor with tensor(…).'}`,
  )
}

/** What an argument is, for messages. */
export function describe(argument: unknown): string {
  if (argument instanceof Value) return 'a tensor'
  if (argument === null || argument === undefined) return String(argument)
  if (typeof argument === 'function') return 'a function'
  if (Array.isArray(argument)) return 'an array'
  if (typeof argument !== 'object') return `${typeof argument} ${String(argument)}`
  return isPlainObject(argument) ? 'an object' : `a ${argument.constructor.name}`
}
