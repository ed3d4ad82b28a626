// Shapes of convolution and pooling.
import { dtypes, isFloating } from '../core/dtype.ts'
import { DTypeError, ShapeError } from '../core/errors.ts'
import { printShape, type Shape } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import type { ConvolutionPrimitive, PoolingPrimitive, StructuredParams } from './params.ts'
import { contractionType, like, type OutputFacts, type ShapeRules } from './shape-rules.ts'

/** Number of windows along one dim. */
function windowCount(size: number, kernel: number, stride: number, padding: number, dilation: number, ceilMode = false): number {
  const reach = size + 2 * padding - dilation * (kernel - 1) - 1
  const count = (ceilMode ? Math.ceil(reach / stride) : Math.floor(reach / stride)) + 1
  // the last window must start inside the input or its left padding
  return ceilMode && (count - 1) * stride >= size + padding ? count - 1 : count
}

function convolutionShape(inputs: readonly Value[], params: StructuredParams['convolution']): OutputFacts {
  const x = inputs[0] as Value
  const weight = inputs[1] as Value
  const name = 'convolution'
  const type = contractionType(name, x, weight)
  if (!isFloating(type.name)) throw new DTypeError(`${name}: needs float tensors, got ${type.name}. Convert them with .to('float32').`)
  if (x.shape.length !== 4 || weight.shape.length !== 4) {
    throw new ShapeError(`${name}: input and weight need 4 dims each, got ${printShape(x.shape)} and ${printShape(weight.shape)}.`)
  }
  const [images, channels, height, width] = x.shape as [number, number, number, number]
  const [outputs, groupChannels, kh, kw] = weight.shape as [number, number, number, number]
  const { stride, padding, dilation, groups } = params
  if (channels !== groupChannels * groups || outputs % groups !== 0) {
    throw new ShapeError(
      `${name}: weight ${printShape(weight.shape)} with groups ${groups} takes ${groupChannels * groups} channels and a multiple of ${groups} filters, got input ${printShape(x.shape)}.`,
    )
  }
  const oh = windowCount(height, kh, stride[0], padding[0], dilation[0])
  const ow = windowCount(width, kw, stride[1], padding[1], dilation[1])
  if (oh < 1 || ow < 1)
    throw new ShapeError(
      `${name}: kernel ${kh}×${kw} does not fit into the padded input ${printShape(x.shape)}. Add padding or use a smaller kernel.`,
    )
  return { shape: [images, outputs, oh, ow], type }
}

/** Whether one of `count` windows has all of its elements in the padding: dilated, they can step over the input. */
function missesInput(size: number, count: number, kernel: number, stride: number, padding: number, dilation: number): boolean {
  for (let i = 0; i < count; i++) {
    const start = i * stride - padding
    const first = start + Math.max(0, Math.ceil(-start / dilation)) * dilation
    if (first >= size || first > start + (kernel - 1) * dilation) return true
  }
  return false
}

function poolShape(operation: string, x: Value, params: StructuredParams['averagePool'], dilation: readonly [number, number]): Shape {
  const { kernel, stride, padding, ceilMode } = params
  if (x.shape.length !== 4) throw new ShapeError(`${operation}: needs 4 dims [N, C, H, W], got ${printShape(x.shape)}.`)
  if (padding[0] * 2 > kernel[0] || padding[1] * 2 > kernel[1]) {
    throw new ShapeError(
      `${operation}: padding ${printShape(padding)} is more than half of the kernel ${printShape(kernel)}. Pad the input instead.`,
    )
  }
  const [images, channels, height, width] = x.shape as [number, number, number, number]
  const oh = windowCount(height, kernel[0], stride[0], padding[0], dilation[0], ceilMode)
  const ow = windowCount(width, kernel[1], stride[1], padding[1], dilation[1], ceilMode)
  if (oh < 1 || ow < 1)
    throw new ShapeError(`${operation}: window ${printShape(kernel)} does not fit into the input ${printShape(x.shape)}.`)
  for (const [d, size, count] of [
    [0, height, oh],
    [1, width, ow],
  ] as const) {
    if (dilation[d] > 1 && missesInput(size, count, kernel[d], stride[d], padding[d], dilation[d])) {
      throw new ShapeError(
        `${operation}: a window of ${kernel[d]} with dilation ${dilation[d]} and padding ${padding[d]} has no element inside dim ${d + 2} of ${printShape(x.shape)}. Use less dilation, or ceilMode false.`,
      )
    }
  }
  return [images, channels, oh, ow]
}

/** Shape rules of convolution and its gradients. */
export const convolutionShapes: ShapeRules<ConvolutionPrimitive> = {
  convolution: convolutionShape,
  convolutionInputGradient: ([x], { shape }) => like(x as Value, shape),
  convolutionWeightGradient: ([x], { shape }) => like(x as Value, shape),
}

/** Shape rules of pooling. */
export const poolingShapes: ShapeRules<PoolingPrimitive> = {
  maxPoolIndices: ([x], params) => ({
    shape: poolShape('maxPool', x as Value, { ...params, countIncludePad: true, divisorOverride: null }, params.dilation),
    type: dtypes.int32,
  }),
  averagePool: ([x], params) => like(x as Value, poolShape('avgPool', x as Value, params, [1, 1])),
  averagePoolGradient: ([x], { shape }) => like(x as Value, shape),
}
