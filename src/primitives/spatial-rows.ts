// Rows of convolution and pooling.
import * as reference from '../backends/reference/convolution.ts'
import * as referencePooling from '../backends/reference/pooling.ts'
import { convolve, convolveInputGradient } from '../backends/wasm/contraction/convolution.ts'
import { convolveWeightGradient } from '../backends/wasm/contraction/convolution-weight.ts'
import * as pooling from '../backends/wasm/pooling.ts'
import type { Value } from '../core/value.ts'
import { onDense } from './accelerated.ts'
import { denseProgram, inBlocks } from './kernels.ts'
import { joining } from './optional-rows.ts'
import type { ConvolutionPrimitive, PoolingPrimitive } from './params.ts'
import { convolutionShapes, poolingShapes } from './spatial-shapes.ts'

/** Adds the rows of convolution and its gradients. */
export const installConvolution: () => void = /*@__PURE__*/ joining<ConvolutionPrimitive>(() => ({
  shapes: convolutionShapes,
  loops: {
    convolution: inBlocks(denseProgram(([x, weight], params, output) => reference.convolve(x as Value, weight as Value, output, params))),
    convolutionInputGradient: inBlocks(
      denseProgram(([dy, weight], params, output) => reference.convolveInputGradient(dy as Value, weight as Value, output, params)),
    ),
    convolutionWeightGradient: denseProgram(([x, dy], params, output) =>
      reference.convolveWeightGradient(x as Value, dy as Value, output, params),
    ),
  },
  programs: {
    convolution: onDense(([x, weight], params, output) => convolve(x as Value, weight as Value, output, params)),
    convolutionInputGradient: onDense(([dy, weight], params, output) =>
      convolveInputGradient(dy as Value, weight as Value, output, params),
    ),
    convolutionWeightGradient: onDense(([x, dy], params, output) => convolveWeightGradient(x as Value, dy as Value, output, params)),
  },
}))

/** Adds the rows of pooling. */
export const installPooling: () => void = /*@__PURE__*/ joining<PoolingPrimitive>(() => ({
  shapes: poolingShapes,
  loops: {
    maxPoolIndices: denseProgram(([x], params, output) => referencePooling.maxPoolIndices(x as Value, output, params)),
    averagePool: denseProgram(([x], params, output) => referencePooling.averagePool(x as Value, output, params)),
    averagePoolGradient: denseProgram(([dy], params, output) => referencePooling.averagePoolGradient(dy as Value, output, params)),
  },
  programs: {
    maxPoolIndices: onDense(([x], params, output) => pooling.maxPoolIndices(x as Value, output, params)),
    averagePool: onDense(([x], params, output) => pooling.averagePool(x as Value, output, params)),
    averagePoolGradient: onDense(([dy], params, output) => pooling.averagePoolGradient(dy as Value, output, params)),
  },
}))
