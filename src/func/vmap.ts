// vmap: a function of one example becomes a function of a batch of them, by one application of each operation.
import { IndexError, OptionError, ShapeError } from '../core/errors.ts'
import { printShape } from '../core/shape.ts'
import { Value } from '../core/value.ts'
import { concatenate, defaultGenerator, describe, narrow } from '../primitives/operations.ts'
import { movedim } from '../tensor/operations/index.ts'
import { BatchLevel, type Randomness, within } from '../transforms/index.ts'
import { requireFunction } from './arguments.ts'
import { readOptions } from './signatures.ts'
import { flatten, rebuild, type Structure, spread, unflatten } from './tree.ts'
import type { AnyFunction, Mapped } from './types.ts'

/** One entry for all, or one for each part of a structure; null: not mapped. */
export type MappedDims = number | null | readonly MappedDims[] | { readonly [key: string]: MappedDims }

/** Options of `vmap`. */
export interface VmapOptions {
  /** The dim of each argument that is mapped over, null for arguments that every example shares. Default 0. */
  readonly inDims?: MappedDims
  /** Where the mapped dim of each result goes; null for results that do not differ. Default 0. */
  readonly outDims?: MappedDims
  /** Whether random operations inside throw, draw the same for all examples, or draw for each. Default 'error'. */
  readonly randomness?: Randomness
  /** Runs at most so many examples at once, to save memory; null: all. Default null. */
  readonly chunkSize?: number | null
}

/** Arguments taken apart, with the dims that are mapped over. */
interface Batch {
  readonly tensors: readonly Value[]
  readonly dims: readonly (number | null)[]
  readonly structure: Structure
  readonly size: number
}

const isNothing = (leaf: Structure): boolean => leaf.kind === 'other' && (leaf.value === null || leaf.value === undefined)

/** Dims counted from the front, all of one size. */
function batchOf(args: readonly unknown[], inDims: MappedDims): Batch {
  const { tensors, paths, structure } = flatten('vmap', args, 'arguments')
  if (inDims !== null && typeof inDims === 'object' && !Array.isArray(inDims))
    throw new OptionError('vmap: inDims must be a number or an array with one entry for each argument, got an object. Write [{ … }].')
  const dims: (number | null)[] = []
  for (const { leaf, entry } of spread('vmap', 'inDims', inDims, structure)) {
    if (leaf.kind === 'other') {
      if (entry !== null && !isNothing(leaf))
        throw new OptionError(
          `vmap: ${leaf.path} is ${describe(leaf.value)}, and only tensors are mapped over. Give it null in inDims, or make it a tensor.`,
        )
      continue
    }
    const { shape } = tensors[dims.length] as Value
    if (entry !== null && (entry < -shape.length || entry >= shape.length))
      throw new IndexError(
        `vmap: inDims ${entry} is out of range for ${leaf.path} of shape ${printShape(shape)}.${shape.length === 0 ? ' Give it null in inDims: a tensor of shape [] has no dim to map over.' : ` Use ${-shape.length} to ${shape.length - 1}.`}`,
      )
    dims.push(entry !== null && entry < 0 ? entry + shape.length : entry)
  }
  return { tensors, dims, structure, size: commonSize(tensors, dims, paths) }
}

function commonSize(tensors: readonly Value[], dims: readonly (number | null)[], paths: readonly string[]): number {
  const mapped = dims.flatMap((dim, i) => {
    const { shape } = tensors[i] as Value
    return dim === null ? [] : [{ size: shape[dim] as number, words: `${paths[i]} has ${shape[dim]} (dim ${dim} of ${printShape(shape)})` }]
  })
  const [first] = mapped
  if (first === undefined)
    throw new OptionError('vmap: no argument is mapped over. Give at least one tensor, and a number for it in inDims.')
  const other = mapped.find(({ size }) => size !== first.size)
  if (other !== undefined)
    throw new ShapeError(
      `vmap: the sizes to map over differ: ${first.words}, ${other.words}. Map over dims of one size, or give null in inDims.`,
    )
  return first.size
}

/** Results below the level: flat, with the place of the mapped dim in each; null where there is none. */
interface Results {
  readonly values: readonly unknown[]
  readonly dims: readonly (number | null)[]
  readonly structure: Structure
}

function runBatch(f: AnyFunction, { tensors, dims, structure, size }: Batch, outDims: MappedDims, randomness: Randomness): Results {
  const level = new BatchLevel(size, randomness)
  return within(level, () => {
    const lifted = tensors.map((tensor, i) => (dims[i] == null ? tensor : level.lift(tensor, dims[i])))
    const result = f(...(unflatten(structure, lifted) as unknown[]))
    const outputs = flatten('vmap', result)
    // a single result may have its place in a list of one
    const places = result instanceof Value && Array.isArray(outDims) && outDims.length === 1 ? outDims[0] : outDims
    const values: Value[] = []
    const found: (number | null)[] = []
    for (const { leaf, entry } of spread('vmap', 'outDims', places, outputs.structure)) {
      if (leaf.kind === 'tensor') {
        const output = outputs.tensors[values.length] as Value
        if (entry === null) values.push(shared(level, output, leaf.path))
        else values.push(movedim(level.lowerBatch(output), 0, place(entry, output.shape.length + 1)))
        found.push(entry === null ? null : place(entry, output.shape.length + 1))
      } else if (entry !== null) {
        const where = leaf.path === '' ? '' : ` at ${leaf.path}`
        throw new OptionError(
          `vmap: the function must return tensors, got ${describe(leaf.value)}${where}. ${leaf.value instanceof Promise ? 'Await before or after vmap, not inside.' : 'Give it null in outDims to hand it through.'}`,
        )
      }
    }
    return { values, dims: found, structure: outputs.structure }
  })
}

/** Where the mapped dim goes, counted from the front. */
function place(dim: number, rank: number): number {
  if (dim < -rank || dim >= rank)
    throw new IndexError(
      `vmap: outDims ${dim} is out of range for a result of ${rank} dims, with the mapped one. Use ${-rank} to ${rank - 1}.`,
    )
  return dim < 0 ? dim + rank : dim
}

/** A result that is the same for all examples, below the level. */
function shared(level: BatchLevel, output: Value, path: string): Value {
  const { value, batched } = level.lower(output)
  if (batched)
    throw new OptionError(
      `vmap: ${path || 'the result'} differs between examples, so outDims cannot be null for it. Give the dim that the examples go into.`,
    )
  return value
}

/** Runs the batch in parts of `chunkSize` and joins what they give. */
function runInChunks(f: AnyFunction, batch: Batch, outDims: MappedDims, randomness: Randomness, chunkSize: number): Results {
  const state = randomness === 'same' ? defaultGenerator.place() : null
  const parts: Results[] = []
  for (let start = 0; start < batch.size; start += chunkSize) {
    const size = Math.min(chunkSize, batch.size - start)
    const tensors = batch.tensors.map((tensor, i) => (batch.dims[i] == null ? tensor : narrow(tensor, batch.dims[i], start, size)))
    if (state !== null) defaultGenerator.goTo(state)
    parts.push(runBatch(f, { ...batch, tensors, size }, outDims, randomness))
  }
  const [first] = parts as [Results]
  const join = (dim: number | null, i: number): unknown =>
    dim === null
      ? first.values[i]
      : concatenate(
          parts.map(({ values }) => values[i] as Value),
          dim,
        )
  return { ...first, values: first.dims.map(join) }
}

/**
 * The function that maps `f` over a dim of its arguments: f is written for one example, and gets a whole batch, each operation computing all
 * examples at once. Inside f the mapped dim cannot be seen.
 *
 * @throws ShapeError if the sizes to map over differ.
 * @throws OptionError if nothing is mapped over, or f returns something that is no tensor.
 * @example
 * ```ts
 * import { func, type Tensor, tensor } from 'wengert'
 * const dot = (a: Tensor, b: Tensor) => a.mul(b).sum()
 * const rows = tensor([[1, 2], [3, 4], [5, 6]])
 * console.log(func.vmap(dot)(rows, rows).toArray()) // [ 5, 25, 61 ]
 * console.log(func.vmap(dot, { inDims: [0, null] })(rows, tensor([1, 0])).toArray()) // [ 1, 3, 5 ]
 * ```
 */
export function vmap<F extends AnyFunction>(f: F, options?: VmapOptions): (...args: Mapped<Parameters<F>>) => Mapped<ReturnType<F>> {
  requireFunction('vmap', f)
  const given = readOptions('vmap', options)
  const { randomness, chunkSize } = given
  const [inDims, outDims] = [given.inDims as MappedDims, given.outDims as MappedDims] // checked against the arguments and results
  if (chunkSize !== null && chunkSize < 1)
    throw new OptionError(`vmap: chunkSize must be at least 1, got ${chunkSize}. Leave it out to run all examples at once.`)
  return (...args: unknown[]) => {
    const batch = batchOf(args, inDims)
    const whole = chunkSize === null || chunkSize >= batch.size
    const { values, structure } = whole ? runBatch(f, batch, outDims, randomness) : runInChunks(f, batch, outDims, randomness, chunkSize)
    return rebuild(structure, (i) => values[i]) as never // in the structure of what f returns
  }
}
