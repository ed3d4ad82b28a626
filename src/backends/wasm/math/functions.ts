// The transcendental functions of kernels, on four float32 or two float64 lanes, special values included. docs/accuracy.md lists their errors.
import type { ScalarOperationName } from '../../expression.ts'
import type { Code } from '../assembler.ts'
import type { FunctionBuilder } from '../builder.ts'
import { acos, asin, atan, atan2 } from './arc.ts'
import { cos, sin, tan } from './circular.ts'
import { cosh, exp, expm1, sigmoid, sinh, tanh32, tanh64 } from './exponential.ts'
import { type LaneFunction, type LaneShape, Lanes, widened } from './lanes.ts'
import { acosh, asinh, atanh, log, log1p, log2, log10 } from './logarithm.ts'
import { hypot, pow32, pow64 } from './power.ts'
import { floorModulo, floorQuotient, fmod } from './remainder.ts'

/** Writes a function of the operands (locals or constants) into a builder and returns its value. */
export type VectorFunction = (f: FunctionBuilder, ...operands: Code[]) => Code

/** Functions of lanes by operation. */
export type LaneFunctions = Partial<Record<ScalarOperationName, LaneFunction>>

const onLanes = (shape: LaneShape, functions: LaneFunctions): Partial<Record<ScalarOperationName, VectorFunction>> =>
  Object.fromEntries(
    Object.entries(functions).map(([name, write]) => [
      name,
      (f: FunctionBuilder, ...operands: Code[]) => write(new Lanes(f, shape), ...operands),
    ]),
  )

/** Functions by lanes and operation. What is missing is computed by the reference. */
export const vectorFunctions: Record<LaneShape, Partial<Record<ScalarOperationName, VectorFunction>>> = /*@__PURE__*/ (() => {
  const round: LaneFunction = (v, x) => v.op('nearest', x as Code)
  const either: LaneFunctions = { exp: (v, x) => exp(v, x as Code), expm1, log, log1p, sin, cos, sigmoid, round }
  // what float32 lanes leave to float64 ones, too
  const wide: LaneFunctions = { log2, log10, asin, acos, atan, atan2, sinh, cosh, asinh, acosh, atanh }
  // what float64 lanes compute to float32's accuracy, or of float32 operands only
  const single: LaneFunctions = { tan: tan(true), pow: pow32, hypot, fmod, floorModulo, floorQuotient }
  const widenedOnes = Object.fromEntries(Object.entries({ ...wide, ...single }).map(([name, write]) => [name, widened(write)]))
  return {
    f32x4: onLanes('f32x4', { ...either, ...widenedOnes, tanh: tanh32 }),
    f64x2: onLanes('f64x2', { ...either, ...wide, tan: tan(false), tanh: tanh64, pow: pow64 }),
  }
})()

/** Adds functions on some lanes. */
export function addVectorFunctions(shape: LaneShape, functions: LaneFunctions): void {
  Object.assign(vectorFunctions[shape], onLanes(shape, functions))
}
