// What functions ask of two tensors together: dtypes and shapes that fit, with sentences that name the function and not its parts.

import { isFloating } from '../../core/dtype.ts'
import { DTypeError } from '../../core/errors.ts'
import { printShape, sameShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'

/** Throws unless a weight can be multiplied with the input: both of one dtype. */
export function requireDtypeOf(name: string, input: Value, weight: Value): void {
  if (input.storage.type === weight.storage.type) return
  const remedy = isFloating(weight.dtype) ? `the input with .to('${weight.dtype}')` : `the weight with .to('${input.dtype}')`
  throw new DTypeError(`${name}: the input is ${input.dtype}, the weight ${weight.dtype}. Convert ${remedy}.`)
}

let warned = false

/** Warns, once, of a loss whose two shapes differ: they broadcast, which is seldom meant. */
export function warnOfBroadcast(name: string, input: Value, target: Value): void {
  if (warned || sameShape(input.shape, target.shape)) return
  warned = true
  // biome-ignore lint/suspicious/noConsole: as PyTorch does; the result is defined, so it is no error
  console.warn(
    `${name}: input ${printShape(input.shape)} and target ${printShape(target.shape)} have different shapes and broadcast, which is seldom meant. Reshape one of them, as in target.reshape(input.shape).`,
  )
}
