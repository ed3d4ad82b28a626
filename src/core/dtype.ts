// Element types and PyTorch's promotion rules. Knows nothing of tensors.
import { DTypeError } from './errors.ts'

/** Element type of a tensor. */
export type DType = 'float32' | 'float64' | 'int32' | 'uint8' | 'bool'

/** Typed arrays that hold elements; bool is stored as 0 and 1 in a Uint8Array. */
export type ElementArray = Float32Array | Float64Array | Int32Array | Uint8Array

type ElementArrayConstructor = {
  new (length: number): ElementArray
  new (buffer: ArrayBuffer, byteOffset: number, length: number): ElementArray
  readonly BYTES_PER_ELEMENT: number
}

/** What the library knows of one dtype. `category` orders promotion: bool < integer < float. */
export interface DTypeFacts {
  readonly name: DType
  readonly code: number
  readonly category: 0 | 1 | 2
  readonly bytes: number
  readonly Array: ElementArrayConstructor
}

const facts = (name: DType, code: number, category: 0 | 1 | 2, ArrayType: ElementArrayConstructor): DTypeFacts => ({
  name,
  code,
  category,
  bytes: ArrayType.BYTES_PER_ELEMENT,
  Array: ArrayType,
})

/** Facts by name. Codes rise in the order of promotion, so that the larger code of two wins. */
export const dtypes: { readonly [D in DType]: DTypeFacts } = {
  bool: /*@__PURE__*/ facts('bool', 0, 0, Uint8Array),
  uint8: /*@__PURE__*/ facts('uint8', 1, 1, Uint8Array),
  int32: /*@__PURE__*/ facts('int32', 2, 1, Int32Array),
  float32: /*@__PURE__*/ facts('float32', 3, 2, Float32Array),
  float64: /*@__PURE__*/ facts('float64', 4, 2, Float64Array),
}

/** Facts by code. */
export const dtypeOfCode: readonly DTypeFacts[] = [dtypes.bool, dtypes.uint8, dtypes.int32, dtypes.float32, dtypes.float64]

/** Whether `name` is a dtype of this library. */
export const isDType = (name: unknown): name is DType => typeof name === 'string' && Object.hasOwn(dtypes, name)

/** The facts of a dtype given by name; throws for a name that is none. */
export function dtypeFacts(name: DType): DTypeFacts {
  if (!isDType(name)) throw new DTypeError(`dtype ${String(name)} does not exist. Use one of ${Object.keys(dtypes).join(', ')}.`)
  return dtypes[name]
}

/** Whether values of this dtype can have gradients. */
export const isFloating = (dtype: DType): boolean => dtypes[dtype].category === 2

/** The dtype of a typed array's elements; throws for arrays that are none of ours. */
export function dtypeOfArray(array: ArrayBufferView): DType {
  if (array instanceof Float32Array) return 'float32'
  if (array instanceof Float64Array) return 'float64'
  if (array instanceof Int32Array) return 'int32'
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray) return 'uint8'
  throw new DTypeError(
    `tensor: ${array.constructor.name} has no dtype here. Convert it to Float32Array, Float64Array, Int32Array or Uint8Array.`,
  )
}

/** One operand's say in promotion: a 0-d tensor only counts where its category is above every tensor with dims. */
export interface Promotable {
  readonly dtype: DType
  readonly shape: readonly number[]
}

/**
 * PyTorch's result dtype of an elementwise operation: the highest dtype among tensors with dims, unless a 0-d tensor is of
 * a higher category (bool < integer < float).
 */
export function promote(operands: readonly Promotable[]): DTypeFacts {
  let dimensioned = -1
  let scalar = -1
  for (const operand of operands) {
    const code = dtypes[operand.dtype].code
    if (operand.shape.length > 0) dimensioned = Math.max(dimensioned, code)
    else scalar = Math.max(scalar, code)
  }
  if (dimensioned < 0) return dtypeOfCode[scalar] as DTypeFacts
  const high = dtypeOfCode[dimensioned] as DTypeFacts
  if (scalar < 0) return high
  const other = dtypeOfCode[scalar] as DTypeFacts
  return other.category > high.category ? other : high
}
