// Rows of primitives that many programs do without. They join the tables with the first call of a function that needs them (in operations/), so
// that a bundle without such functions holds nothing of what computes them.
import { accelerated, type Programs } from './accelerated.ts'
import { type Kernels, kernels } from './kernels.ts'
import type { OptionalPrimitive } from './params.ts'
import { type ShapeRules, shapeRules } from './shape-rules.ts'

/** What computes a group of primitives. */
export interface OptionalRows<P extends OptionalPrimitive> {
  readonly shapes: ShapeRules<P>
  readonly loops: Kernels<P>
  readonly programs: Programs
}

/** A function that adds the rows to the tables when it is called first. */
/*@__NO_SIDE_EFFECTS__*/ export function joining<P extends OptionalPrimitive>(rows: () => OptionalRows<P>): () => void {
  let joined = false
  return () => {
    if (joined) return
    joined = true
    const { shapes, loops, programs } = rows()
    Object.assign(shapeRules, shapes)
    Object.assign(kernels, loops)
    Object.assign(accelerated, programs)
  }
}
