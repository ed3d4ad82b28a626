// The safetensors format, https://github.com/huggingface/safetensors: 8 bytes with the length of the header (little-endian),
// the header (JSON: dtype, shape and place of every tensor), then the bytes. This file says what the bytes mean; it must not
// know files.
import type { DType, ElementArray } from '../core/dtype.ts'
import { DTypeError, OptionError } from '../core/errors.ts'
import { Value } from '../core/value.ts'
import { fromArray, toTypedArray } from '../primitives/operations.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { elementTypes } from './element-types.ts'
import { readOptions } from './signatures.ts'

/** What the header says of one tensor. */
export interface TensorEntry {
  readonly dtype: string
  readonly shape: readonly number[]
  /** First byte, and the one after the last, counted from the end of the header. */
  readonly dataOffsets: readonly [number, number]
}

/** The header of a file. */
export interface SafetensorsHeader {
  readonly tensors: Readonly<Record<string, TensorEntry>>
  readonly metadata: Readonly<Record<string, string>>
  /** Where the tensors' bytes begin. */
  readonly dataStart: number
}

/** Options of `save`. */
export interface SaveOptions {
  /** Text to keep in the header. */
  metadata?: Readonly<Record<string, string>>
}

const savedAs: Readonly<Record<DType, string>> = { float64: 'F64', float32: 'F32', int32: 'I32', uint8: 'U8', bool: 'BOOL' }
/** What the reference implementation accepts at most. */
const longestHeader = 100_000_000

const bytesOf = (array: ElementArray): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

/**
 * Writes tensors, such as a `stateDict()`, as the bytes of a safetensors file.
 * Wider elements come first and the header is padded, so that every tensor starts at a multiple of its element size.
 *
 * @example
 * ```ts
 * import { io, nn } from 'wengert'
 * const trained = new nn.Linear(2, 1)
 * const bytes = io.safetensors.save(trained.stateDict(), { metadata: { epochs: '6' } })
 * const fresh = new nn.Linear(2, 1)
 * fresh.loadStateDict(io.safetensors.load(bytes))
 * console.log(fresh.weight.equal(trained.weight)) // true
 * ```
 */
export function save(tensors: Readonly<Record<string, Tensor>>, options?: SaveOptions): Uint8Array<ArrayBuffer> {
  const { metadata } = readOptions('safetensors.save', undefined, options)
  if (
    typeof tensors !== 'object' ||
    tensors === null ||
    tensors instanceof Value ||
    typeof (tensors as { stateDict?: unknown }).stateDict === 'function'
  )
    throw new OptionError('safetensors.save: needs tensors by name. Of a module, pass model.stateDict().')
  const entries = Object.entries<unknown>(tensors)
    .map(([name, tensor]) => {
      if (!(tensor instanceof Value))
        throw new OptionError(`safetensors.save: '${name}' is no tensor. Put other values into { metadata } as text.`)
      return { name, shape: tensor.shape, dtype: tensor.dtype, bytes: bytesOf(toTypedArray(tensor)) }
    })
    .sort((a, b) => elementTypes[savedAs[b.dtype]]!.bytes - elementTypes[savedAs[a.dtype]]!.bytes || (a.name < b.name ? -1 : 1))
  const header: [string, unknown][] = metadata === null ? [] : [['__metadata__', checkMetadata(metadata)]]
  let end = 0
  for (const { name, shape, dtype, bytes } of entries) {
    if (name === '__metadata__')
      throw new OptionError("safetensors.save: '__metadata__' is no name for a tensor; give text as { metadata }.")
    header.push([name, { dtype: savedAs[dtype], shape, data_offsets: [end, end + bytes.length] }])
    end += bytes.length
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const headerLength = Math.ceil(text.length / 8) * 8
  const file = new Uint8Array(8 + headerLength + end)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true)
  file.fill(0x20, 8, 8 + headerLength)
  file.set(text, 8)
  let at = 8 + headerLength
  for (const { bytes } of entries) {
    file.set(bytes, at)
    at += bytes.length
  }
  return file
}

/**
 * Reads the tensors of a safetensors file. float16 and bfloat16 become float32, integers of other widths int32 (a value
 * that does not fit is an error).
 */
export function load(file: Uint8Array): Record<string, Tensor> {
  const { tensors, dataStart } = readHeader(file)
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, dataOffsets }]) => {
      // a copy in a buffer of its own: `slice` of a Node Buffer would be a view
      const bytes = new Uint8Array(file.subarray(dataStart + dataOffsets[0], dataStart + dataOffsets[1]))
      const type = elementTypes[dtype]!
      // A Value is a Tensor at run time; shape and dtype are known only now.
      return [name, fromArray(type.read(bytes.buffer, name), [...shape], type.dtype) as Tensor]
    }),
  )
}

/** Reads and checks the header alone: names, dtypes, shapes and metadata. */
export function readHeader(file: Uint8Array): SafetensorsHeader {
  const refuse = (what: string): never => {
    throw new OptionError(`safetensors.load: ${what} Is it a whole safetensors file?`)
  }
  if (!(file instanceof Uint8Array)) throw new OptionError('safetensors.load: the file must be a Uint8Array. Wrap an ArrayBuffer in one.')
  if (file.length < 8) return refuse(`${file.length} bytes hold no header.`)
  const length = Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true))
  if (length > longestHeader || 8 + length > file.length)
    return refuse(`the header's length, ${length}, does not fit ${file.length} bytes.`)
  const header = parseHeader(file.subarray(8, 8 + length)) ?? refuse('the header is no JSON object.')
  const metadata = checkMetadata(header['__metadata__'] ?? {})
  const tensors = Object.entries(header).flatMap(([name, entry]): [string, TensorEntry][] =>
    name === '__metadata__' ? [] : [[name, checkEntry(name, entry)]],
  )
  let end = 0
  for (const [name, { dataOffsets }] of tensors.toSorted(
    ([, a], [, b]) => a.dataOffsets[0] - b.dataOffsets[0] || a.dataOffsets[1] - b.dataOffsets[1],
  )) {
    if (dataOffsets[0] !== end) refuse(`'${name}' starts at byte ${dataOffsets[0]}, not at ${end}.`)
    end = dataOffsets[1]
  }
  if (8 + length + end !== file.length) refuse(`the header describes ${8 + length + end} bytes, there are ${file.length}.`)
  return { tensors: Object.fromEntries(tensors), metadata, dataStart: 8 + length }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof header === 'object' && header !== null && !Array.isArray(header) ? (header as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

function checkEntry(name: string, entry: unknown): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown }
  if (
    typeof dtype !== 'string' ||
    !Array.isArray(shape) ||
    !shape.every(isSize) ||
    !Array.isArray(offsets) ||
    offsets.length !== 2 ||
    !offsets.every(isSize)
  )
    throw new OptionError(
      `safetensors.load: the header's entry of '${name}' lacks a dtype, a shape or its data_offsets. Write the file again.`,
    )
  const type = Object.hasOwn(elementTypes, dtype) ? elementTypes[dtype] : undefined
  if (type === undefined)
    throw new DTypeError(
      `safetensors.load: '${name}' is of dtype ${dtype}, which has no counterpart here. Convert it to one of ${Object.keys(elementTypes).join(', ')}.`,
    )
  const [start, end] = offsets as [number, number]
  const expected = shape.reduce((product, size) => product * size, type.bytes)
  if (end - start !== expected)
    throw new OptionError(
      `safetensors.load: '${name}' of shape [${shape.join(', ')}] takes ${expected} bytes, its data_offsets give ${end - start}. Write the file again.`,
    )
  return { dtype, shape: shape as number[], dataOffsets: [start, end] }
}

function checkMetadata(metadata: unknown): Record<string, string> {
  const isText = typeof metadata === 'object' && metadata !== null && Object.values(metadata).every((value) => typeof value === 'string')
  if (!isText) throw new OptionError('safetensors: metadata must map names to strings. Turn other values into text first.')
  return metadata as Record<string, string>
}
