// The element types of safetensors files and the dtypes that hold them here. It must not know headers or files.
import type { DType, ElementArray } from '../core/dtype.ts'
import { DTypeError } from '../core/errors.ts'

/** How one element type is stored and what it is read into. */
export interface ElementType {
  readonly bytes: number
  readonly dtype: DType
  /** Turns the tensor's bytes into elements; `name` is for the error. */
  readonly read: (bytes: ArrayBuffer, name: string) => ElementArray
}

const int32 = (values: ArrayLike<number | bigint>, name: string, type: string): Int32Array =>
  Int32Array.from(values as ArrayLike<number>, (value) => {
    const number = Number(value)
    if (number !== (number | 0))
      throw new DTypeError(`safetensors.load: '${name}' (${type}) holds ${value}, which does not fit int32. Store it as F64.`)
    return number
  })

/** Integers of another width, read into int32. */
const integers = (
  type: string,
  ArrayType: { new (bytes: ArrayBuffer): ArrayLike<number | bigint>; readonly BYTES_PER_ELEMENT: number },
): ElementType => ({
  bytes: ArrayType.BYTES_PER_ELEMENT,
  dtype: 'int32',
  read: (bytes, name) => int32(new ArrayType(bytes), name, type),
})

/** Moves the sign, exponent and fraction of an IEEE half into those of a float32; every half is exactly a float32. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}

/** Element types by their name in the header. */
export const elementTypes: Readonly<Record<string, ElementType>> = {
  F64: { bytes: 8, dtype: 'float64', read: (bytes) => new Float64Array(bytes) },
  F32: { bytes: 4, dtype: 'float32', read: (bytes) => new Float32Array(bytes) },
  F16: { bytes: 2, dtype: 'float32', read: (bytes) => Float32Array.from(new Uint16Array(bytes), float16) },
  // bfloat16 is the upper half of a float32.
  BF16: {
    bytes: 2,
    dtype: 'float32',
    read: (bytes) => new Float32Array(Uint32Array.from(new Uint16Array(bytes), (bits) => bits << 16).buffer),
  },
  I64: /*@__PURE__*/ integers('I64', BigInt64Array),
  U64: /*@__PURE__*/ integers('U64', BigUint64Array),
  I32: { bytes: 4, dtype: 'int32', read: (bytes) => new Int32Array(bytes) },
  U32: /*@__PURE__*/ integers('U32', Uint32Array),
  I16: /*@__PURE__*/ integers('I16', Int16Array),
  U16: /*@__PURE__*/ integers('U16', Uint16Array),
  I8: /*@__PURE__*/ integers('I8', Int8Array),
  U8: { bytes: 1, dtype: 'uint8', read: (bytes) => new Uint8Array(bytes) },
  BOOL: { bytes: 1, dtype: 'bool', read: (bytes) => Uint8Array.from(new Uint8Array(bytes), (byte) => (byte === 0 ? 0 : 1)) },
}
