// Rows of convolution and pooling: shapes, kernels and WebAssembly programs. They join the tables with the first call of a function
// that needs them (operations/spatial.ts), so that a bundle without such functions does not hold what computes them.
import * as reference from '../backends/reference/convolution.ts'
import * as referencePooling from '../backends/reference/pooling.ts'
import { convolve, convolveInputGradient } from '../backends/wasm/contraction/convolution.ts'
import { convolveWeightGradient } from '../backends/wasm/contraction/convolution-weight.ts'
import * as pooling from '../backends/wasm/pooling.ts'
import type { Value } from '../core/value.ts'
import { accelerated, onDense, type Programs } from './accelerated.ts'
import { denseProgram, inBlocks, type Kernels, kernels } from './kernels.ts'
import type { ConvolutionPrimitive, PoolingPrimitive } from './params.ts'
import { shapeRules } from './shape-rules.ts'
import { convolutionShapes, poolingShapes } from './spatial-shapes.ts'

/** Adds the rows of convolution and its gradients. */
export function installConvolution(): void {
  if (kernels.convolution !== undefined) return
  const loops: Kernels<ConvolutionPrimitive> = {
    convolution: inBlocks(denseProgram(([x, weight], params, output) => reference.convolve(x as Value, weight as Value, output, params))),
    convolutionInputGradient: inBlocks(
      denseProgram(([dy, weight], params, output) => reference.convolveInputGradient(dy as Value, weight as Value, output, params)),
    ),
    convolutionWeightGradient: denseProgram(([x, dy], params, output) =>
      reference.convolveWeightGradient(x as Value, dy as Value, output, params),
    ),
  }
  const programs: Programs = {
    convolution: onDense(([x, weight], params, output) => convolve(x as Value, weight as Value, output, params)),
    convolutionInputGradient: onDense(([dy, weight], params, output) =>
      convolveInputGradient(dy as Value, weight as Value, output, params),
    ),
    convolutionWeightGradient: onDense(([x, dy], params, output) => convolveWeightGradient(x as Value, dy as Value, output, params)),
  }
  Object.assign(shapeRules, convolutionShapes)
  Object.assign(kernels, loops)
  Object.assign(accelerated, programs)
}

/** Adds the rows of pooling. */
export function installPooling(): void {
  if (kernels.averagePool !== undefined) return
  const loops: Kernels<PoolingPrimitive> = {
    maxPoolIndices: denseProgram(([x], params, output) => referencePooling.maxPoolIndices(x as Value, output, params)),
    averagePool: denseProgram(([x], params, output) => referencePooling.averagePool(x as Value, output, params)),
    averagePoolGradient: denseProgram(([dy], params, output) => referencePooling.averagePoolGradient(dy as Value, output, params)),
  }
  const programs: Programs = {
    maxPoolIndices: onDense(([x], params, output) => pooling.maxPoolIndices(x as Value, output, params)),
    averagePool: onDense(([x], params, output) => pooling.averagePool(x as Value, output, params)),
    averagePoolGradient: onDense(([dy], params, output) => pooling.averagePoolGradient(dy as Value, output, params)),
  }
  Object.assign(shapeRules, poolingShapes)
  Object.assign(kernels, loops)
  Object.assign(accelerated, programs)
}
