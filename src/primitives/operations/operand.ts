// Operands: tensors, or numbers that take a tensor's dtype. The elementwise primitives as functions are made from these.
import { type DTypeFacts, dtypes } from '../../core/dtype.ts'
import { DTypeError, OptionError } from '../../core/errors.ts'
import type { Value } from '../../core/value.ts'
import { constant } from '../bind.ts'

/** A tensor or a number; a number takes the other operand's dtype. */
export type Operand = Value | number

/** A number as an operand beside `other`: it takes that tensor's dtype (int32 beside bool). */
export function operandLike(name: string, number: number, other: DTypeFacts): Value {
  if (typeof number !== 'number') throw notAnOperand(name, number)
  const type = other.code === 0 ? dtypes.int32 : other
  if (type.category !== 2 && !Number.isInteger(number)) {
    throw new DTypeError(`${name}: ${number} beside a tensor of ${other.name} would be cut off. Convert the tensor with .to('float32').`)
  }
  return constant(number, type)
}

/** By this brand a tensor of another copy of the library is told from other objects. */
export const TENSOR_BRAND: unique symbol = Symbol.for('wengert.Tensor') as never

/** The error of something that is no operand. */
export function notAnOperand(name: string, argument: unknown): OptionError {
  if (typeof argument === 'object' && argument !== null && TENSOR_BRAND in argument) {
    return new OptionError(`${name}: this tensor belongs to another copy of wengert. Install the library once, so that all parts share it.`)
  }
  return new OptionError(`${name}: operands are tensors or numbers, got ${describe(argument)}. Make a tensor with tensor(…).`)
}

/** What an argument is, for messages. */
export const describe = (argument: unknown): string =>
  argument === null
    ? 'null'
    : Array.isArray(argument)
      ? 'an array'
      : typeof argument === 'object'
        ? 'an object'
        : `${typeof argument} ${String(argument)}`
