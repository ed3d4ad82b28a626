// `tensor(data)`: nested arrays, numbers, booleans and typed arrays become tensors; numbers float32, booleans bool.
import { setRequiresGrad } from '../../autograd/index.ts'
import { type DType, dtypeFacts, dtypeOfArray, type ElementArray } from '../../core/dtype.ts'
import { DTypeError, OptionError, ShapeError } from '../../core/errors.ts'
import { printShape, type Shape, sizeOf } from '../../core/shape.ts'
import { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/creation.ts'
import type { OptionsOf } from '../signatures.ts'
import { requireShape } from './shape-arguments.ts'

/** What `tensor` takes: numbers, booleans, typed arrays, 0-d tensors, and arrays of these. */
export type TensorData = number | boolean | Value | ElementArray | Uint8ClampedArray | readonly TensorData[]

type TypedArray = ElementArray | Uint8ClampedArray
const isTypedArray = (data: unknown): data is TypedArray => ArrayBuffer.isView(data) && !(data instanceof DataView)

/** Marks a new tensor as wanting a gradient if asked to. */
export function withGrad(value: Value, requiresGrad: boolean): Value {
  if (requiresGrad) setRequiresGrad(value, true)
  return value
}

// Sizes along the first elements; `collect` then finds every list that differs.
function shapeOf(data: TensorData): number[] {
  const shape: number[] = []
  let level: unknown = data
  while (Array.isArray(level) || isTypedArray(level)) {
    shape.push(level.length)
    level = level[0]
  }
  return level instanceof Value ? [...shape, ...level.shape] : shape
}

const place = (path: readonly number[]): string => path.map((i) => `[${i}]`).join('')
const countWords = (count: number): string => `${count} ${count === 1 ? 'element' : 'elements'}`
const sizeWords = (data: unknown): string => (Array.isArray(data) || isTypedArray(data) ? countWords(data.length) : 'no dims')

interface Collected {
  readonly elements: (number | boolean)[]
  readonly dtypes: Set<DType | 'number'>
}

function collect(data: unknown, shape: Shape, path: readonly number[], into: Collected): void {
  const depth = path.length
  if (data instanceof Value) {
    if (data.shape.length !== shape.length - depth || data.shape.some((size, i) => size !== shape[depth + i])) {
      throw new ShapeError(
        `tensor: ragged data: ${place(path)} is a tensor of shape ${printShape(data.shape)}, not ${printShape(shape.slice(depth))}. Use stack?`,
      )
    }
    into.dtypes.add(data.dtype)
    for (const element of P.toTypedArray(data)) into.elements.push(element)
    return
  }
  if (Array.isArray(data) || isTypedArray(data)) {
    if (depth === shape.length || data.length !== shape[depth]) {
      const first = place(path.map(() => 0))
      throw new ShapeError(
        `tensor: ragged array: ${first} has ${depth === shape.length ? 'no dims' : countWords(shape[depth] as number)}, ${place(path)} has ${sizeWords(data)}. Pad the rows to one length.`,
      )
    }
    if (isTypedArray(data)) {
      into.dtypes.add(dtypeOfArray(data))
      for (const element of data) into.elements.push(element)
    } else for (const [i, item] of data.entries()) collect(item, shape, [...path, i], into)
    return
  }
  if (typeof data !== 'number' && typeof data !== 'boolean') {
    const what =
      data === null
        ? 'null'
        : typeof data === 'string'
          ? `the string '${data}'`
          : data instanceof Object
            ? `a ${data.constructor.name}`
            : typeof data
    throw new DTypeError(
      `tensor: ${path.length === 0 ? 'data' : place(path)} is ${what}. Elements are numbers or booleans; convert it with Number(…).`,
    )
  }
  if (depth !== shape.length) {
    throw new ShapeError(
      `tensor: ragged array: ${place(path.map(() => 0))} has ${countWords(shape[depth] as number)}, ${place(path)} is a single ${typeof data}. Pad the rows to one length.`,
    )
  }
  into.dtypes.add(typeof data === 'boolean' ? 'bool' : 'number')
  into.elements.push(data)
}

// Booleans alone are bool, one kind of typed array or tensor its own dtype, everything else float32 (or float64 where one is).
function inferDType(found: ReadonlySet<DType | 'number'>): DType {
  if (found.size === 1) {
    const [only] = found
    return only === 'number' ? 'float32' : (only as DType)
  }
  return found.has('float64') ? 'float64' : 'float32'
}

/** Stores numbers as a dtype: fractions are cut off for integers; NaN and numbers out of range are refused there. */
export function store(name: string, elements: ArrayLike<number | boolean>, dtype: DType): ElementArray {
  const { Array: Elements, category } = dtypeFacts(dtype)
  const stored = new Elements(elements.length)
  for (let i = 0; i < elements.length; i++) {
    const element = Number(elements[i])
    if (dtype === 'bool') stored[i] = element === 0 ? 0 : 1
    else {
      stored[i] = element
      if (category === 1 && stored[i] !== Math.trunc(element)) {
        const remedy = Number.isNaN(element) ? 'Check the computation that it comes from.' : 'Use a dtype with more room.'
        throw new DTypeError(`${name}: ${element} does not fit into ${dtype}. ${remedy}`)
      }
    }
  }
  return stored
}

/** A new tensor of the given data, always a copy; `dtype` converts. */
export function tensor(data: TensorData, options?: OptionsOf<'tensor'>): Value {
  const given = readOptions('tensor', options)
  if (data instanceof Value) {
    const copied = P.fromArray(P.toTypedArray(data), data.shape, data.dtype)
    return withGrad(given.dtype === null ? copied : P.cast(copied, given.dtype), given.requiresGrad)
  }
  if (isTypedArray(data)) return fromTypedArray(data, null, given)
  const shape = shapeOf(data)
  const collected: Collected = { elements: [], dtypes: new Set() }
  collect(data, shape, [], collected)
  const dtype = given.dtype ?? (collected.elements.length === 0 && collected.dtypes.size === 0 ? 'float32' : inferDType(collected.dtypes))
  return withGrad(P.fromArray(store('tensor', collected.elements, dtype), shape, dtype), given.requiresGrad)
}

/** A copy of a typed array as a tensor of its dtype, or of `dtype`, in the given shape (without one, a vector). */
export function fromTypedArray(
  array: TypedArray,
  shape?: Shape | null | OptionsOf<'fromTypedArray'>,
  options?: OptionsOf<'fromTypedArray'>,
): Value {
  const given = readOptions('fromTypedArray', shape, options)
  if (!isTypedArray(array))
    throw new OptionError('fromTypedArray: needs a Float32Array, Float64Array, Int32Array or Uint8Array. Use tensor for other data.')
  const sizes = given.shape ?? [array.length]
  requireShape('fromTypedArray', sizes)
  if (sizeOf(sizes) !== array.length)
    throw new ShapeError(`fromTypedArray: ${array.length} elements do not fill shape ${printShape(sizes)}, which takes ${sizeOf(sizes)}.`)
  const own = dtypeOfArray(array)
  const dtype = given.dtype ?? own
  const elements =
    dtype === own ? (array instanceof Uint8ClampedArray ? new Uint8Array(array) : array.slice()) : store('fromTypedArray', array, dtype)
  return withGrad(P.fromArray(elements, [...sizes], dtype), given.requiresGrad)
}
