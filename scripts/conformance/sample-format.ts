// The files of a folder of operator samples, as they are written; docs/conformance.md describes them. It knows no tensors.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A tensor: dtype, shape, place of its bytes in the `.bin` file, strides that it had, whether it requires a gradient. */
export interface WrittenTensor {
  readonly t: string
  readonly s: readonly number[]
  readonly o: number
  readonly st: readonly number[]
  readonly rg: boolean
}

/** An argument or a result, as JSON has it. */
export type Written =
  | null
  | boolean
  | number
  | string
  | WrittenTensor
  | { readonly l: readonly Written[] }
  | { readonly f: 'nan' | 'inf' | '-inf' }
  | { readonly dtype: string }
  | { readonly sl: readonly [Written, Written, Written] }
  | { readonly e: 1 }

/** One call of an operation with what PyTorch gave for it. */
export interface Sample {
  readonly id: string
  readonly in: Written
  readonly args: readonly Written[]
  readonly kw: Readonly<Record<string, Written>>
  readonly out: Written
  /** One cotangent for each result that requires a gradient. */
  readonly cot?: readonly WrittenTensor[]
  /** A gradient for each input tensor that requires one. */
  readonly grads?: readonly (WrittenTensor | null)[]
  /** PyTorch's own largest absolute and relative error, in float32. */
  readonly e32?: readonly [number, number]
}

/** The samples of one operation in one dtype. */
export interface SampleFile {
  readonly operation: string
  /** Name of the folder: `float32`, `float64`. */
  readonly folder: string
  readonly samples: readonly Sample[]
  readonly bytes: ArrayBuffer
}

const folders: readonly string[] = ['float32', 'float64']

/** The folders with samples: those called after dtypes inside `directory`, or itself. */
function sampleFolders(directory: string): { readonly name: string; readonly path: string }[] {
  const inside = folders.map((name) => ({ name, path: join(directory, name) })).filter(({ path }) => existsSync(path))
  return inside.length > 0
    ? inside
    : [{ name: folders.find((name) => directory.replace(/\/+$/, '').endsWith(name)) ?? '', path: directory }]
}

/** Reads a folder, one operation after the other; `wanted` says which. */
export function* readSamples(directory: string, wanted: (operation: string) => boolean): Generator<SampleFile> {
  for (const { name, path } of sampleFolders(directory)) {
    const operations = readdirSync(path)
      .filter((file) => file.endsWith('.jsonl'))
      .map((file) => file.slice(0, -'.jsonl'.length))
    for (const operation of operations.sort().filter(wanted)) {
      const lines = readFileSync(join(path, `${operation}.jsonl`), 'utf8').split('\n')
      const file = join(path, `${operation}.bin`)
      const bytes = existsSync(file) ? new Uint8Array(readFileSync(file)).buffer : new ArrayBuffer(0)
      const samples = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Sample)
      yield { operation, folder: name, samples, bytes }
    }
  }
}
