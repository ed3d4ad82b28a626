// Copies and conversions: clone, contiguous, to another dtype.
import { type DType, isDType } from '../../core/dtype.ts'
import { DeviceError, DTypeError } from '../../core/errors.ts'
import { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'

export { contiguous } from '../../primitives/operations.ts'

/** A copy of its own, with the same history. */
export function clone(input: Value): Value {
  return P.copy(input)
}

/** The tensor in a dtype, on a device, or in the dtype of another tensor; itself where it is so already. */
export function to(input: Value, target: DType | 'cpu' | Value): Value {
  if (target instanceof Value) return P.cast(input, target.dtype)
  if (isDType(target)) return P.cast(input, target)
  if (target === 'cpu') return input
  if (typeof target === 'string' && /^(cuda|gpu|webgpu|mps)/.test(target))
    throw new DeviceError(`to: there is no device '${target}' here. The only one is 'cpu'.`)
  throw new DTypeError(`to: unknown dtype '${String(target)}'. Use float32, float64, int32, uint8 or bool.`)
}
