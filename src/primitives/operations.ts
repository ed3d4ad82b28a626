// The primitives as functions: what derivative rules and compositions are written with.
import { type DType, type DTypeFacts, dtypeFacts, dtypeOfArray, dtypes, type ElementArray } from '../core/dtype.ts'
import { DTypeError, IndexError, OptionError, ShapeError } from '../core/errors.ts'
import { checkShape, contiguousStrides, isDense, normalizeDim, normalizeDims, printShape, type Shape, sizeOf } from '../core/shape.ts'
import { Storage } from '../core/storage.ts'
import { Value, viewOf } from '../core/value.ts'
import { bind, constant, write as bindWrite } from './bind.ts'
import type { ElementwisePrimitive } from './elementwise.ts'
import { dense } from './kernels.ts'
import type { ReductionParams, StructuredParams } from './params.ts'
import { blocksFor, defaultGenerator, Generator } from './random.ts'

export { evaluate, writeResult } from './bind.ts'
export { defaultGenerator, Generator } from './random.ts'

/** A tensor or a number; a number takes the other operand's dtype. */
export type Operand = Value | number

/** A number as an operand beside `other`: it takes that tensor's dtype (int32 beside bool). */
export function operandLike(name: string, number: number, other: DTypeFacts): Value {
  if (typeof number !== 'number') throw notAnOperand(name, number)
  const type = other.code === 0 ? dtypes.int32 : other
  if (type.category !== 2 && !Number.isInteger(number)) {
    throw new DTypeError(`${name}: ${number} beside a tensor of ${other.name} would be cut off. Convert the tensor with .to('float32').`)
  }
  return constant(number, type)
}

/** By this brand a tensor of another copy of the library is told from other objects. */
export const TENSOR_BRAND: unique symbol = Symbol.for('wengert.Tensor') as never

function notAnOperand(name: string, argument: unknown): OptionError {
  if (typeof argument === 'object' && argument !== null && TENSOR_BRAND in argument) {
    return new OptionError(`${name}: this tensor belongs to another copy of wengert. Install the library once, so that all parts share it.`)
  }
  return new OptionError(`${name}: operands are tensors or numbers, got ${describe(argument)}. Make a tensor with tensor(…).`)
}

/** What an argument is, for messages. */
export const describe = (argument: unknown): string =>
  argument === null ? 'null' : Array.isArray(argument) ? 'an array' : typeof argument === 'object' ? 'an object' : `${typeof argument} ${String(argument)}`

type Unary = (x: Value) => Value
type Binary = (x: Operand, y: Operand) => Value

const unary =
  (name: ElementwisePrimitive): Unary =>
  (x) =>
    bind(name, [x], null)

const binary =
  (name: ElementwisePrimitive): Binary =>
  (x, y) => {
    if (x instanceof Value) return bind(name, [x, y instanceof Value ? y : operandLike(name, y, x.storage.type)], null)
    if (y instanceof Value) return bind(name, [operandLike(name, x, y.storage.type), y], null)
    throw typeof x === 'number' && typeof y === 'number' ? new OptionError(`${name}: one operand must be a tensor, got two numbers.`) : notAnOperand(name, typeof x === 'number' ? y : x)
  }

export const neg: Unary = /*@__PURE__*/ unary('neg')
export const abs: Unary = /*@__PURE__*/ unary('abs')
export const sign: Unary = /*@__PURE__*/ unary('sign')
export const reciprocal: Unary = /*@__PURE__*/ unary('reciprocal')
export const square: Unary = /*@__PURE__*/ unary('square')
export const sqrt: Unary = /*@__PURE__*/ unary('sqrt')
export const rsqrt: Unary = /*@__PURE__*/ unary('rsqrt')
export const exp: Unary = /*@__PURE__*/ unary('exp')
export const expm1: Unary = /*@__PURE__*/ unary('expm1')
export const exp2: Unary = /*@__PURE__*/ unary('exp2')
export const log: Unary = /*@__PURE__*/ unary('log')
export const log1p: Unary = /*@__PURE__*/ unary('log1p')
export const log2: Unary = /*@__PURE__*/ unary('log2')
export const log10: Unary = /*@__PURE__*/ unary('log10')
export const sin: Unary = /*@__PURE__*/ unary('sin')
export const cos: Unary = /*@__PURE__*/ unary('cos')
export const tan: Unary = /*@__PURE__*/ unary('tan')
export const asin: Unary = /*@__PURE__*/ unary('asin')
export const acos: Unary = /*@__PURE__*/ unary('acos')
export const atan: Unary = /*@__PURE__*/ unary('atan')
export const sinh: Unary = /*@__PURE__*/ unary('sinh')
export const cosh: Unary = /*@__PURE__*/ unary('cosh')
export const tanh: Unary = /*@__PURE__*/ unary('tanh')
export const asinh: Unary = /*@__PURE__*/ unary('asinh')
export const acosh: Unary = /*@__PURE__*/ unary('acosh')
export const atanh: Unary = /*@__PURE__*/ unary('atanh')
export const erf: Unary = /*@__PURE__*/ unary('erf')
export const erfc: Unary = /*@__PURE__*/ unary('erfc')
export const sigmoid: Unary = /*@__PURE__*/ unary('sigmoid')
export const relu: Unary = /*@__PURE__*/ unary('relu')
export const floor: Unary = /*@__PURE__*/ unary('floor')
export const ceil: Unary = /*@__PURE__*/ unary('ceil')
export const round: Unary = /*@__PURE__*/ unary('round')
export const trunc: Unary = /*@__PURE__*/ unary('trunc')
export const isnan: Unary = /*@__PURE__*/ unary('isnan')
export const isinf: Unary = /*@__PURE__*/ unary('isinf')
export const isfinite: Unary = /*@__PURE__*/ unary('isfinite')
export const logicalNot: Unary = /*@__PURE__*/ unary('logicalNot')
/** A contiguous copy. */
export const copy: Unary = /*@__PURE__*/ unary('copy')

export const add: Binary = /*@__PURE__*/ binary('add')
export const sub: Binary = /*@__PURE__*/ binary('sub')
export const mul: Binary = /*@__PURE__*/ binary('mul')
export const div: Binary = /*@__PURE__*/ binary('div')
export const remainder: Binary = /*@__PURE__*/ binary('remainder')
export const fmod: Binary = /*@__PURE__*/ binary('fmod')
export const pow: Binary = /*@__PURE__*/ binary('pow')
export const minimum: Binary = /*@__PURE__*/ binary('minimum')
export const maximum: Binary = /*@__PURE__*/ binary('maximum')
export const atan2: Binary = /*@__PURE__*/ binary('atan2')
export const eq: Binary = /*@__PURE__*/ binary('eq')
export const ne: Binary = /*@__PURE__*/ binary('ne')
export const lt: Binary = /*@__PURE__*/ binary('lt')
export const le: Binary = /*@__PURE__*/ binary('le')
export const gt: Binary = /*@__PURE__*/ binary('gt')
export const ge: Binary = /*@__PURE__*/ binary('ge')
export const logicalAnd: Binary = /*@__PURE__*/ binary('logicalAnd')
export const logicalOr: Binary = /*@__PURE__*/ binary('logicalOr')
export const logicalXor: Binary = /*@__PURE__*/ binary('logicalXor')

/** Elements of x where `condition` holds, of y elsewhere. */
export function where(condition: Value, x: Operand, y: Operand): Value {
  if (condition.dtype !== 'bool') throw new DTypeError(`where: the condition must be bool, got ${condition.dtype}. Compare it with something, as in x.gt(0).`)
  const type = x instanceof Value ? x.storage.type : y instanceof Value ? y.storage.type : dtypes.float32
  return bind('where', [condition, x instanceof Value ? x : operandLike('where', x, type), y instanceof Value ? y : operandLike('where', y, type)], null)
}

const LIMITS: { readonly [D in DType]: readonly [number, number] } = {
  bool: [0, 1],
  uint8: [0, 255],
  int32: [-2147483648, 2147483647],
  float32: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  float64: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
}

/** min(max(x, low), high); null leaves a side open. */
export function clamp(x: Value, low: Operand | null, high: Operand | null): Value {
  const bound = (given: Operand | null, open: number): Value => (given instanceof Value ? given : given === null ? constant(open, x.storage.type) : operandLike('clamp', given, x.storage.type))
  const [least, greatest] = LIMITS[x.dtype]
  return bind('clamp', [x, bound(low, least), bound(high, greatest)], null)
}

/** The same values in another dtype (the same tensor where it has that dtype). */
export const cast = (x: Value, dtype: DType): Value => (x.dtype === dtypeFacts(dtype).name ? x : bind('cast', [x], { dtype }))

/** `x` itself where it is contiguous, else a copy. */
export const contiguous = (x: Value): Value => (isDense(x.shape, x.strides) ? x : copy(x))

/** The same elements under another shape; one size may be −1. */
export function reshape(x: Value, shape: Shape): Value {
  const open = shape.indexOf(-1)
  let sizes = shape
  if (open >= 0) {
    const known = shape.reduce((product, size, d) => (d === open ? product : product * size), 1)
    if (shape.indexOf(-1, open + 1) >= 0) throw new ShapeError(`reshape: only one size can be -1, got ${printShape(shape)}.`)
    if (known === 0 || x.size % known !== 0) {
      throw new ShapeError(`reshape: ${x.size} elements of ${printShape(x.shape)} do not divide into ${printShape(shape)}. Choose sizes whose product divides ${x.size}.`)
    }
    sizes = shape.map((size, d) => (d === open ? x.size / known : size))
  }
  checkShape('reshape', sizes)
  return bind('reshape', [x], { shape: sizes })
}

/** Dims in another order. */
export function permute(x: Value, dims: readonly number[]): Value {
  const order = dims.map((dim) => normalizeDim('permute', dim, x.shape.length))
  if (order.length !== x.shape.length || new Set(order).size !== order.length) {
    throw new ShapeError(`permute: dims ${printShape(dims)} must name each of the ${x.shape.length} dims once.`)
  }
  return bind('permute', [x], { dims: order })
}

/** Two dims exchanged. */
export function transpose(x: Value, dim0: number, dim1: number): Value {
  const rank = x.shape.length
  const [p, q] = [normalizeDim('transpose', dim0, rank), normalizeDim('transpose', dim1, rank)]
  const order = x.shape.map((_, d) => (d === p ? q : d === q ? p : d))
  return bind('permute', [x], { dims: order })
}

/** Sizes of 1 grown to `shape`; −1 keeps a size. */
export function expand(x: Value, shape: Shape): Value {
  const shift = shape.length - x.shape.length
  const sizes = shape.map((size, d) => (size === -1 && d >= shift ? (x.shape[d - shift] as number) : size))
  checkShape('expand', sizes)
  return bind('expand', [x], { shape: sizes })
}

/** Element `start + i·step` for i in [0, length), for each dim. The ranges must lie inside. */
export const slice = (x: Value, starts: readonly number[], lengths: readonly number[], steps: readonly number[]): Value => bind('slice', [x], { starts, lengths, steps })

/** `length` elements from `start` along one dim. */
export function narrow(x: Value, dim: number, start: number, length: number): Value {
  const at = normalizeDim('narrow', dim, x.shape.length)
  const size = x.shape[at] ?? 1
  const from = start < 0 ? start + size : start
  if (!Number.isInteger(start) || !Number.isInteger(length) || from < 0 || length < 0 || from + length > size) {
    throw new IndexError(`narrow: ${length} elements from ${start} do not lie in dim ${at} of size ${size}.`)
  }
  return slice(
    x,
    x.shape.map((_, d) => (d === at ? from : 0)),
    x.shape.map((s, d) => (d === at ? length : s)),
    x.shape.map(() => 1),
  )
}

/** Index `index` along one dim, which goes away. */
export function select(x: Value, dim: number, index: number): Value {
  const rank = x.shape.length
  if (rank === 0) throw new IndexError('select: a 0-d tensor has no dim to select from. Use item().')
  const at = normalizeDim('select', dim, rank)
  const size = x.shape[at] as number
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new IndexError(`select: index ${index} is out of range for dim ${at} of size ${size}. Use ${-size} to ${size - 1}.`)
  }
  return squeeze(narrow(x, at, index, 1), at)
}

/** Without dim `dim`, whose size must be 1. */
export const squeeze = (x: Value, dim: number): Value => {
  const at = normalizeDim('squeeze', dim, x.shape.length)
  return reshape(
    x,
    x.shape.filter((_, d) => d !== at),
  )
}

/** With a dim of size 1 at `dim`. */
export function unsqueeze(x: Value, dim: number): Value {
  const at = normalizeDim('unsqueeze', dim, x.shape.length + 1)
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])
}

/** A diagonal of two dims, as the last dim. */
export function diagonal(x: Value, offset = 0, dim1 = 0, dim2 = 1): Value {
  const rank = x.shape.length
  const [p, q] = [normalizeDim('diagonal', dim1, rank), normalizeDim('diagonal', dim2, rank)]
  if (rank < 2 || p === q) throw new IndexError(`diagonal: needs two different dims, got ${dim1} and ${dim2} of ${printShape(x.shape)}.`)
  return bind('diagonal', [x], { offset, dim1: p, dim2: q })
}

/** Zeros (or `value`) before, after and between the elements of each dim. */
export const pad = (x: Value, low: readonly number[], high: readonly number[], interior: readonly number[], value = 0): Value => bind('pad', [x], { low, high, interior, value })

/** Reversed along `dims`, as a copy. */
export const flip = (x: Value, dims: number | readonly number[]): Value => bind('flip', [x], { dims: normalizeDims('flip', dims, x.shape.length) })

/** Joined along one dim. */
export function concatenate(xs: readonly Value[], dim: number): Value {
  const [head] = xs
  if (head === undefined) throw new ShapeError('cat: needs at least one tensor.')
  if (head.shape.length === 0) throw new ShapeError('cat: 0-d tensors have no dim to join along. Use stack.')
  return bind('concatenate', xs, { dim: normalizeDim('cat', dim, head.shape.length) })
}

type Reduction = (x: Value, dims: number | readonly number[] | null, keepdim?: boolean) => Value
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
export const argmax: Reduction = /*@__PURE__*/ reduction('argmax')
export const argmin: Reduction = /*@__PURE__*/ reduction('argmin')

/** Matrix product of the last two dims; the others broadcast. */
export function matmul(x: Value, y: Value): Value {
  if (x.shape.length < 2 || y.shape.length < 2) throw new ShapeError(`matmul: needs at least 2 dims each, got ${printShape(x.shape)} and ${printShape(y.shape)}.`)
  return bind('matmul', [x, y], null)
}

/** Cross-correlation of x [N, C, H, W] with weight [O, C/groups, kh, kw]. */
export const convolution = (x: Value, weight: Value, params: StructuredParams['convolution']): Value => bind('convolution', [x, weight], params)

const along =
  <P extends 'gather' | 'scatterAdd' | 'indexSelect' | 'indexAdd' | 'indexCopy'>(name: P) =>
  (x: Value, dim: number, ...rest: readonly Value[]): Value =>
    bind(name, [x, ...rest], { dim: normalizeDim(name, dim, x.shape.length) } as never)

/** out[i][j] = x[index[i][j]][j], for dim 0. */
export const gather: (x: Value, dim: number, index: Value) => Value = /*@__PURE__*/ along('gather')
/** x with source[i][j] added at [index[i][j]][j], for dim 0. */
export const scatterAdd: (x: Value, dim: number, index: Value, source: Value) => Value = /*@__PURE__*/ along('scatterAdd')
/** The slices of x at a 1-d index. */
export const indexSelect: (x: Value, dim: number, index: Value) => Value = /*@__PURE__*/ along('indexSelect')
/** x with the slices of source added at a 1-d index. */
export const indexAdd: (x: Value, dim: number, index: Value, source: Value) => Value = /*@__PURE__*/ along('indexAdd')
/** x with the slices of source put at a 1-d index. */
export const indexCopy: (x: Value, dim: number, index: Value, source: Value) => Value = /*@__PURE__*/ along('indexCopy')

/** Positions of the elements that are not zero. */
export const nonzero = (x: Value): Value => bind('nonzero', [x], null)
/** Running sums. */
export const cumsum = (x: Value, dim: number): Value => bind('cumsum', [x], { dim: normalizeDim('cumsum', dim, x.shape.length) })
/** Order that sorts; stable. */
export const argsort = (x: Value, dim: number, descending = false): Value => bind('argsort', [x], { dim: normalizeDim('argsort', dim, x.shape.length), descending })

/** Position in the H·W plane of each window's largest element. */
export const maxPoolIndices = (x: Value, params: StructuredParams['maxPoolIndices']): Value => bind('maxPoolIndices', [x], params)
/** Mean of each window. */
export const averagePool = (x: Value, params: StructuredParams['averagePool']): Value => bind('averagePool', [x], params)

/** Every element the same. */
export function full(shape: Shape, value: number, dtype: DType): Value {
  checkShape('full', shape)
  return bind('full', [], { shape, value, dtype })
}
/** 0, 1, … length − 1. */
export const iota = (length: number, dtype: DType): Value => bind('iota', [], { length, dtype })

/** A contiguous tensor over a typed array that nobody else may write to. */
export function fromArray(array: ElementArray, shape: Shape, dtype: DType = dtypeOfArray(array)): Value {
  checkShape('tensor', shape)
  if (sizeOf(shape) !== array.length) throw new ShapeError(`tensor: ${array.length} elements do not fill the shape ${printShape(shape)}.`)
  return viewOf(new Storage(dtypeFacts(dtype), array), shape, contiguousStrides(shape), 0, array.length)
}

function drawn<P extends 'uniform' | 'normal' | 'randomIntegers' | 'randomPermutation'>(name: P, params: StructuredParams[P], generator: Generator): Value {
  const value = bind(name, [generator.state], params as never)
  generator.advance(blocksFor(value.size))
  return value
}

function checkFloating(name: string, dtype: DType): void {
  if (dtypeFacts(dtype).category !== 2) throw new DTypeError(`${name}: draws are float32 or float64, got ${dtype}. Use randint for integers.`)
}

/** Uniform on [0, 1). */
export function uniform(shape: Shape, dtype: DType, generator: Generator = defaultGenerator): Value {
  checkShape('rand', shape)
  checkFloating('rand', dtype)
  return drawn('uniform', { shape, dtype }, generator)
}
/** Standard normal. */
export function normal(shape: Shape, dtype: DType, generator: Generator = defaultGenerator): Value {
  checkShape('randn', shape)
  checkFloating('randn', dtype)
  return drawn('normal', { shape, dtype }, generator)
}
/** Integers in [low, high). */
export function randomIntegers(low: number, high: number, shape: Shape, generator: Generator = defaultGenerator): Value {
  checkShape('randint', shape)
  if (!Number.isInteger(low) || !Number.isInteger(high) || low >= high) throw new OptionError(`randint: needs integers low < high, got ${low} and ${high}.`)
  return drawn('randomIntegers', { shape, low, high }, generator)
}
/** A random order of 0 … n − 1. */
export function randomPermutation(n: number, generator: Generator = defaultGenerator): Value {
  checkShape('randperm', [n])
  return drawn('randomPermutation', { length: n }, generator)
}

/** Writes into what `destination` looks at; a number takes its dtype. */
export const write = (destination: Value, value: Operand): Value =>
  bindWrite(destination, value instanceof Value ? value : constant(value, destination.storage.type))

/** The elements in row-major order, as a new typed array. */
export function toTypedArray(x: Value): ElementArray {
  const source = dense(x)
  return source.storage.data.slice(source.offset, source.offset + source.size)
}

/** Nested arrays of numbers or booleans, as deep as there are dims. */
export type Nested = number | boolean | Nested[]

/** The elements as nested arrays; a 0-d tensor gives its element. */
export function toNested(x: Value): Nested {
  const data = toTypedArray(x)
  const element = (at: number): number | boolean => (x.dtype === 'bool' ? data[at] !== 0 : (data[at] as number))
  const build = (dim: number, at: number, span: number): Nested => {
    if (dim === x.shape.length) return element(at)
    const inner = span / (x.shape[dim] as number)
    return Array.from({ length: x.shape[dim] as number }, (_, i) => build(dim + 1, at + i * inner, inner))
  }
  return build(0, 0, x.size)
}

/** The only element, as a number or boolean. */
export function item(x: Value): number | boolean {
  if (x.size !== 1) throw new ShapeError(`item: needs exactly one element, got shape ${printShape(x.shape)}. Use toArray().`)
  const element = x.storage.data[x.offset] as number
  return x.dtype === 'bool' ? element !== 0 : element
}
