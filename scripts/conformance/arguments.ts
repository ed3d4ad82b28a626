// Makes the arguments of a call from what a sample says: tensors with the strides that they had, numbers, dtypes, slices.
import { type DType, dtypes, isDType } from '../../src/core/dtype.ts'
import { Storage } from '../../src/core/storage.ts'
import { viewOf } from '../../src/core/value.ts'
import { slice, type Tensor } from '../../src/index.ts'
import type { Written, WrittenTensor } from './sample-format.ts'

/** What the library cannot be asked, as opposed to what it answers wrongly. */
export class Unsupported extends Error {}

/** An argument as our operations take it: a tensor, number, boolean, string, slice, null, or a list of them. */
export type Argument = unknown

/** The numbers of a written tensor, in row-major order; bool as 0 and 1. */
export function elementsOf(written: WrittenTensor, bytes: ArrayBuffer): ArrayLike<number> {
  const count = written.s.reduce((product, size) => product * size, 1)
  if (written.t === 'int64') {
    const wide = new BigInt64Array(bytes.slice(written.o, written.o + 8 * count))
    return Float64Array.from(wide, Number)
  }
  const type = dtypes[ownDtype(written.t)]
  return new type.Array(bytes.slice(written.o, written.o + type.bytes * count), 0, count)
}

/** Our dtype for PyTorch's; int64 is int32 here. */
export function ownDtype(name: string): DType {
  if (name === 'int64') return 'int32'
  if (isDType(name)) return name
  throw new Unsupported(`dtype ${name}`)
}

/** Where the elements of a shape lie in memory, in row-major order. */
const placesOf = (shape: readonly number[], strides: readonly number[]): number[] =>
  shape.reduce<number[]>(
    (places, size, d) => places.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * (strides[d] as number))),
    [0],
  )

/** A tensor with the strides that the sample's had, over memory of its own. */
function tensorOf(written: WrittenTensor, bytes: ArrayBuffer): Tensor {
  const type = dtypes[ownDtype(written.t)]
  const elements = Array.from(elementsOf(written, bytes))
  if (written.t === 'int64' && elements.some((element) => element !== (element | 0)))
    throw new Unsupported('int64 values that int32 does not hold')
  const places = placesOf(written.s, written.st)
  const data = new type.Array(places.reduce((reach, place) => Math.max(reach, place + 1), 0))
  for (const [i, place] of places.entries()) data[place] = elements[i] as number
  const tensor = viewOf(new Storage(type, data), written.s, written.st, 0, elements.length) as Tensor // index.ts installed Tensor
  if (written.rg) tensor.requiresGrad = true
  return tensor
}

/** Whether something written is a tensor. */
export const isWrittenTensor = (written: Written | undefined): written is WrittenTensor =>
  typeof written === 'object' && written !== null && 't' in written

/** Reads arguments; tensors that require a gradient are added to `leaves` in the order in which they appear. */
export function readArgument(written: Written, bytes: ArrayBuffer, leaves: Tensor[]): Argument {
  if (typeof written !== 'object' || written === null) return written
  if (isWrittenTensor(written)) {
    const tensor = tensorOf(written, bytes)
    if (written.rg) leaves.push(tensor)
    return tensor
  }
  if ('l' in written) return written.l.map((item) => readArgument(item, bytes, leaves))
  if ('f' in written) return { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY }[written.f]
  if ('dtype' in written) return ownDtype(written.dtype)
  if ('sl' in written) {
    const [start, stop, step] = written.sl.map((bound) => numberOf(readArgument(bound, bytes, leaves)))
    return slice(start, stop, step)
  }
  if ('e' in written) return '...'
  throw new Unsupported(`an argument of the form ${JSON.stringify(written).slice(0, 40)}`)
}

/** Bounds and sizes are numbers here: a tensor that stands for one is read. */
const numberOf = (bound: Argument): number | null =>
  typeof bound === 'number' || bound === null ? bound : Number((bound as Tensor).item())
