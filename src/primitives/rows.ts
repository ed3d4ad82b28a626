// Kernels over rows of values: how the dims of an operation become the outer and inner loops of a loop kernel.
import { broadcastStrides } from '../backends/index-space.ts'
import type { Cut } from '../backends/wasm/cut.ts'
import type { LoopKernel } from '../backends/wasm/loops/ir.ts'
import { runRows } from '../backends/wasm/loops/run.ts'
import type { Shape } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import { tracer } from './tracer.ts'

export { element, type LoopKernel, position, result, type Stage, scalar } from '../backends/wasm/loops/ir.ts'

/**
 * Runs a loop kernel over values that broadcast to `shape`: a row for every index of the other dims, its elements along `dims`.
 * False where it cannot run here; then nothing was written. With a `cut` it follows another launch (see `launchRows`).
 */
export function overRows(
  kernel: LoopKernel,
  shape: Shape,
  dims: readonly number[],
  values: readonly Value[],
  scalars: readonly number[] = [],
  cut: Cut | null = null,
): boolean {
  if (tracer !== null) {
    tracer.rows(kernel, shape, dims, values, scalars)
    return true
  }
  const outer: number[] = []
  const inner: number[] = []
  for (let dim = 0; dim < shape.length; dim++) (dims.includes(dim) ? inner : outer).push(dim)
  const sizes = (along: readonly number[]): number[] => along.map((dim) => shape[dim] as number)
  const operands = values.map((value) => {
    const strides = broadcastStrides(value, shape.length)
    const steps = (along: readonly number[]): number[] => along.map((dim) => strides[dim] as number)
    return { value, outer: steps(outer), inner: steps(inner) }
  })
  return runRows(kernel, sizes(outer), sizes(inner), operands, scalars, cut)
}
