// The primitives as functions: what derivative rules and compositions are written with.
export { evaluate, writeResult } from './bind.ts'
export * from './operations/computation.ts'
export * from './operations/elementwise.ts'
export * from './operations/movement.ts'
export { checkFits, describe, elementLike, type Operand, operandLike, TENSOR_BRAND } from './operations/operand.ts'
export * from './operations/reading.ts'
export * from './operations/sources.ts'
export { defaultGenerator, Generator } from './random.ts'
