// Where an elementwise operation or a reduction runs: on WebAssembly kernels where an operand lives in the heap, else as JavaScript loops.
import type { DTypeFacts } from '../core/dtype.ts'
import type { Value } from '../core/value.ts'
import * as reference from './reference/elementwise.ts'
import * as referenceReduction from './reference/reduction.ts'
import * as wasm from './wasm/elementwise.ts'
import * as wasmReduction from './wasm/reduction.ts'

/** Whether an operand lives in the heap, where kernels are faster than loops. */
export function usesHeap(inputs: readonly Value[], output: Value): boolean {
  if (output.storage.address !== 0) return true
  for (let i = 0; i < inputs.length; i++) if ((inputs[i] as Value).storage.address !== 0) return true
  return false
}

/** Computes `kernel` for every element of `output`; inputs are broadcast to its shape and promoted to `computed` where given. */
export function runElementwise(kernel: reference.ElementwiseKernel, inputs: readonly Value[], output: Value, computed?: DTypeFacts): void {
  if (!(usesHeap(inputs, output) && wasm.runElementwise(kernel, inputs, output, computed)))
    reference.runElementwise(kernel, inputs, output, computed)
}

/** Reduces `x` over `dims` into the dense `output`. */
export function runReduction(kernel: referenceReduction.ReductionKernel, x: Value, dims: readonly number[], output: Value): void {
  if (!((x.storage.address !== 0 || output.storage.address !== 0) && wasmReduction.runReduction(kernel, x, dims, output)))
    referenceReduction.runReduction(kernel, x, dims, output)
}
