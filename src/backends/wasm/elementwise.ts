// Elementwise operations as WebAssembly kernels.
import type { DTypeFacts } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import type { ElementwiseKernel } from '../reference/elementwise.ts'

/** Computes `kernel` for every element of `output`; false where the reference must. */
export function runElementwise(_kernel: ElementwiseKernel, _inputs: readonly Value[], _output: Value, _computed?: DTypeFacts): boolean {
  return false
}
