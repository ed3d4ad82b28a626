// The shape table of the structured primitives: output shape and dtype from the inputs', and named errors for bad input.
import { type DTypeFacts, dtypeFacts, dtypes, isFloating, promote } from '../core/dtype.ts'
import { DTypeError, IndexError, ShapeError } from '../core/errors.ts'
import { broadcastShapes, printShape, reducedShape, type Shape, sameShape, sizeOf } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import type { ReductionParams, StructuredParams, StructuredPrimitive } from './params.ts'

/** What a result will look like. */
export interface OutputFacts {
  readonly shape: Shape
  readonly type: DTypeFacts
  /** The dtype that an elementwise primitive computes in, which is not that of its result in comparisons. */
  readonly computed?: DTypeFacts
}

type ShapeRule<Params> = (inputs: readonly Value[], params: Params) => OutputFacts

const like = (x: Value, shape: Shape): OutputFacts => ({ shape, type: x.storage.type })
const first = (inputs: readonly Value[]): Value => inputs[0] as Value
const second = (inputs: readonly Value[]): Value => inputs[1] as Value

const reduction =
  (type: (x: DTypeFacts) => DTypeFacts): ShapeRule<ReductionParams> =>
  (inputs, { dims, keepdim }) => ({ shape: reducedShape(first(inputs).shape, dims, keepdim), type: type(first(inputs).storage.type) })

/** Sums of bools and small integers are int32. */
const widened = (type: DTypeFacts): DTypeFacts => (type.category === 2 ? type : dtypes.int32)
const bool = (): DTypeFacts => dtypes.bool
const index = (): DTypeFacts => dtypes.int32
const same = (type: DTypeFacts): DTypeFacts => type

/** A reduction that has no value for nothing: refuses to reduce zero elements. */
const nonEmpty =
  (operation: string, rule: ShapeRule<ReductionParams>): ShapeRule<ReductionParams> =>
  (inputs, params) => {
    const { shape } = first(inputs)
    const output = rule(inputs, params)
    if (sizeOf(shape) === 0 && sizeOf(output.shape) > 0) {
      throw new IndexError(
        `${operation}: cannot reduce zero elements of a tensor of shape ${printShape(shape)}. Give a dim whose size is not 0.`,
      )
    }
    return output
  }

/** Throws unless `index` holds integers. */
function checkIndexType(operation: string, indices: Value): void {
  if (indices.storage.type.category !== 1) {
    throw new DTypeError(`${operation}: indices must be int32 or uint8, got ${indices.dtype}. Convert them with .to('int32').`)
  }
}

/** One dtype for two operands that are multiplied. */
function contractionType(operation: string, x: Value, y: Value): DTypeFacts {
  if (x.dtype !== y.dtype) {
    const { name } = promote([x, y])
    throw new DTypeError(
      `${operation}: operands are ${x.dtype} and ${y.dtype}. Convert the ${x.dtype === name ? 'second' : 'first'} with .to('${name}').`,
    )
  }
  if (x.dtype === 'bool') throw new DTypeError(`${operation}: bool has no product. Convert both operands with .to('float32').`)
  return x.storage.type
}

function matmulShape(inputs: readonly Value[]): OutputFacts {
  const x = first(inputs)
  const y = second(inputs)
  const type = contractionType('matmul', x, y)
  const [m, k] = x.shape.slice(-2) as [number, number]
  const [l, n] = y.shape.slice(-2) as [number, number]
  if (k !== l) throw new ShapeError(`matmul: inner sizes differ: ${printShape(x.shape)} × ${printShape(y.shape)}. Transpose one operand?`)
  return { shape: [...broadcastShapes('matmul', x.shape.slice(0, -2), y.shape.slice(0, -2)), m, n], type }
}

/** Number of windows along one dim. */
function windowCount(size: number, kernel: number, stride: number, padding: number, dilation: number, ceilMode = false): number {
  const reach = size + 2 * padding - dilation * (kernel - 1) - 1
  const count = (ceilMode ? Math.ceil(reach / stride) : Math.floor(reach / stride)) + 1
  // the last window must start inside the input or its left padding
  return ceilMode && (count - 1) * stride >= size + padding ? count - 1 : count
}

function convolutionShape(inputs: readonly Value[], params: StructuredParams['convolution']): OutputFacts {
  const x = first(inputs)
  const weight = second(inputs)
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

function concatenateShape(inputs: readonly Value[], dim: number): OutputFacts {
  const shape = [...first(inputs).shape]
  let size = 0
  for (const x of inputs) {
    if (x.shape.length !== shape.length || x.shape.some((s, d) => d !== dim && s !== shape[d])) {
      throw new ShapeError(
        `cat: shapes ${printShape(shape)} and ${printShape(x.shape)} differ outside dim ${dim}. Make all other sizes equal.`,
      )
    }
    size += x.shape[dim] as number
  }
  shape[dim] = size
  return { shape, type: promote(inputs) }
}

/** x, index and source of a scatter along `dim`. */
function scatterShape(operation: string, inputs: readonly Value[], dim: number): OutputFacts {
  const [x, indices, source] = inputs as [Value, Value, Value]
  checkIndexType(operation, indices)
  const fits =
    indices.shape.length === x.shape.length &&
    sameShape(indices.shape, source.shape) &&
    indices.shape.every((s, d) => d === dim || s <= (x.shape[d] as number))
  if (!fits) {
    throw new ShapeError(
      `${operation}: index ${printShape(indices.shape)} and source ${printShape(source.shape)} must be equal and fit into ${printShape(x.shape)} outside dim ${dim}.`,
    )
  }
  sameType(operation, x, source)
  return like(x, x.shape)
}

function sameType(operation: string, x: Value, source: Value): void {
  if (x.dtype !== source.dtype)
    throw new DTypeError(`${operation}: source is ${source.dtype} but the tensor is ${x.dtype}. Convert it with .to('${x.dtype}').`)
}

/** x, index and source of a write of whole slices along `dim`. */
function indexWriteShape(operation: string, inputs: readonly Value[], dim: number): OutputFacts {
  const [x, indices, source] = inputs as [Value, Value, Value]
  checkIndexType(operation, indices)
  const expected = x.shape.map((s, d) => (d === dim ? indices.elementCount : s))
  if (indices.shape.length > 1 || !sameShape(source.shape, expected)) {
    throw new ShapeError(
      `${operation}: needs a 1-d index and a source of shape ${printShape(expected)}, got ${printShape(indices.shape)} and ${printShape(source.shape)}.`,
    )
  }
  sameType(operation, x, source)
  return like(x, x.shape)
}

const given = ({ shape, dtype }: { readonly shape: Shape; readonly dtype: StructuredParams['cast']['dtype'] }): OutputFacts => ({
  shape,
  type: dtypeFacts(dtype),
})

/** Shape rules of everything that is neither elementwise nor a view. */
export const shapeRules: { readonly [P in Exclude<StructuredPrimitive, ViewPrimitive | 'write'>]: ShapeRule<StructuredParams[P]> } = {
  cast: (inputs, { dtype }) => ({ shape: first(inputs).shape, type: dtypeFacts(dtype) }),
  diagonalScatter: (inputs, { shape }) => like(first(inputs), shape),
  pad: (inputs, { low, high, interior }) => {
    const x = first(inputs)
    const shape = x.shape.map(
      (size, d) => (low[d] as number) + size + Math.max(0, size - 1) * (interior[d] as number) + (high[d] as number),
    )
    return like(x, shape)
  },
  flip: (inputs) => like(first(inputs), first(inputs).shape),
  concatenate: (inputs, { dim }) => concatenateShape(inputs, dim),
  sum: reduction(widened),
  prod: reduction(widened),
  amax: nonEmpty('amax', reduction(same)),
  amin: nonEmpty('amin', reduction(same)),
  any: reduction(bool),
  all: reduction(bool),
  argmax: nonEmpty('argmax', reduction(index)),
  argmin: nonEmpty('argmin', reduction(index)),
  matmul: matmulShape,
  convolution: convolutionShape,
  convolutionInputGradient: (inputs, { shape }) => like(first(inputs), shape),
  convolutionWeightGradient: (inputs, { shape }) => like(first(inputs), shape),
  gather: (inputs, { dim }) => {
    const [x, indices] = inputs as [Value, Value]
    checkIndexType('gather', indices)
    if (indices.shape.length !== x.shape.length || indices.shape.some((s, d) => d !== dim && s > (x.shape[d] as number))) {
      throw new ShapeError(`gather: index ${printShape(indices.shape)} does not fit into ${printShape(x.shape)} outside dim ${dim}.`)
    }
    return like(x, indices.shape)
  },
  scatter: (inputs, { dim }) => scatterShape('scatter', inputs, dim),
  scatterAdd: (inputs, { dim }) => scatterShape('scatterAdd', inputs, dim),
  indexSelect: (inputs, { dim }) => {
    const [x, indices] = inputs as [Value, Value]
    checkIndexType('indexSelect', indices)
    if (indices.shape.length > 1) throw new ShapeError(`indexSelect: index must have one dim, got ${printShape(indices.shape)}.`)
    return like(
      x,
      x.shape.map((s, d) => (d === dim ? indices.elementCount : s)),
    )
  },
  indexAdd: (inputs, { dim }) => indexWriteShape('indexAdd', inputs, dim),
  indexCopy: (inputs, { dim }) => indexWriteShape('indexCopy', inputs, dim),
  // the number of rows is only known once computed: the kernel makes its own output
  nonzero: (inputs) => ({ shape: [0, first(inputs).shape.length], type: dtypes.int32 }),
  cumsum: (inputs) => ({ shape: first(inputs).shape, type: widened(first(inputs).storage.type) }),
  cumargmax: (inputs) => ({ shape: first(inputs).shape, type: dtypes.int32 }),
  cumargmin: (inputs) => ({ shape: first(inputs).shape, type: dtypes.int32 }),
  argsort: (inputs) => ({ shape: first(inputs).shape, type: dtypes.int32 }),
  maxPoolIndices: (inputs, params) => ({
    shape: poolShape('maxPool', first(inputs), { ...params, countIncludePad: true, divisorOverride: null }, params.dilation),
    type: dtypes.int32,
  }),
  averagePool: (inputs, params) => like(first(inputs), poolShape('avgPool', first(inputs), params, [1, 1])),
  averagePoolGradient: (inputs, { shape }) => like(first(inputs), shape),
  full: (_, params) => given(params),
  iota: (_, { length, dtype }) => ({ shape: [length], type: dtypeFacts(dtype) }),
  uniform: (_, params) => given(params),
  normal: (_, params) => given(params),
  randomIntegers: (_, { shape }) => ({ shape, type: dtypes.int32 }),
  randomPermutation: (_, { length }) => ({ shape: [length], type: dtypes.int32 }),
}

/** Primitives whose result looks at its input's storage. */
export type ViewPrimitive = 'reshape' | 'permute' | 'expand' | 'slice' | 'diagonal'
