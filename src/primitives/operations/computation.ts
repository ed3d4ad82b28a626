// Reductions and matrix products as functions.
import { ShapeError } from '../../core/errors.ts'
import { normalizeDims, printShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { bind } from '../bind.ts'
import type { ReductionParams, StructuredParams } from '../params.ts'

export type Reduction = (x: Value, dims: number | readonly number[] | null, keepdim?: boolean) => Value
const reduction =
  (name: keyof { [P in keyof StructuredParams as StructuredParams[P] extends ReductionParams ? P : never]: 0 }): Reduction =>
  (x, dims, keepdim = false) =>
    bind(name, [x], { dims: normalizeDims(name, dims, x.shape.length), keepdim })

export const sum: Reduction = /*@__PURE__*/ reduction('sum')
export const prod: Reduction = /*@__PURE__*/ reduction('prod')
export const amax: Reduction = /*@__PURE__*/ reduction('amax')
export const amin: Reduction = /*@__PURE__*/ reduction('amin')
export const any: Reduction = /*@__PURE__*/ reduction('any')
export const all: Reduction = /*@__PURE__*/ reduction('all')

/** Matrix product of the last two dims; the others broadcast. */
export function matmul(x: Value, y: Value): Value {
  if (x.shape.length < 2 || y.shape.length < 2)
    throw new ShapeError(`matmul: needs at least 2 dims each, got ${printShape(x.shape)} and ${printShape(y.shape)}.`)
  return bind('matmul', [x, y], null)
}
