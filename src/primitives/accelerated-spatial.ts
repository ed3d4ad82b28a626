// WebAssembly programs of convolution and pooling. They are rows of `accelerated` from the first call of a function that needs them on
// (operations/spatial.ts), so that a bundle without such functions does not hold their kernels.
import { convolve, convolveInputGradient } from '../backends/wasm/contraction/convolution.ts'
import { convolveWeightGradient } from '../backends/wasm/contraction/convolution-weight.ts'
import * as pooling from '../backends/wasm/pooling.ts'
import type { Value } from '../core/value.ts'
import { onDense, type Programs } from './accelerated.ts'

/** Rows of convolution and its gradients. */
export const convolutionPrograms = {
  convolution: onDense(([x, weight], params, output) => convolve(x as Value, weight as Value, output, params)),
  convolutionInputGradient: onDense(([dy, weight], params, output) => convolveInputGradient(dy as Value, weight as Value, output, params)),
  convolutionWeightGradient: onDense(([x, dy], params, output) => convolveWeightGradient(x as Value, dy as Value, output, params)),
} satisfies Programs

/** Rows of pooling. */
export const poolingPrograms = {
  maxPoolIndices: onDense(([x], params, output) => pooling.maxPoolIndices(x as Value, output, params)),
  averagePool: onDense(([x], params, output) => pooling.averagePool(x as Value, output, params)),
  averagePoolGradient: onDense(([dy], params, output) => pooling.averagePoolGradient(dy as Value, output, params)),
} satisfies Programs
