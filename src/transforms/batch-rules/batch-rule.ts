// What a batching rule is, and how batched and unbatched values are brought into line. Everything here is a view of its input.
import { promote } from '../../core/dtype.ts'
import type { Shape } from '../../core/shape.ts'
import { type Value, viewOf } from '../../core/value.ts'
import { expand, permute, reshape } from '../../primitives/operations.ts'
import type { BindablePrimitive, ParamsOf } from '../../primitives/params.ts'

/**
 * A primitive applied to all samples at once. Inputs that are batched have the batch as dim 0, of size `size`; the others have none. The
 * result has the batch as dim 0. A rule applies primitives once to the whole batch, however large it is, and its result is what the
 * samples' results are, stacked.
 */
export type BatchApplication<Params> = (inputs: readonly Value[], batched: readonly boolean[], params: Params, size: number) => Value

/** How a primitive is applied to a batch, or a sentence that says why it cannot be. */
export type BatchRule<Params> = BatchApplication<Params> | { readonly impossible: string }

/** Rules for the primitives `P`. */
export type BatchRules<P extends BindablePrimitive> = { readonly [N in P]: BatchRule<ParamsOf<N>> }

/** The shape of one sample. */
export const sampleShape = (x: Value, batched: boolean): Shape => (batched ? x.shape.slice(1) : x.shape)

/** The first sample, without history: it stands for every sample where only shape and dtype are asked for. */
export const sampleOf = (x: Value, batched: boolean): Value => {
  if (!batched) return x
  const shape = x.shape.slice(1)
  const count = shape.reduce((product, size) => product * size, 1)
  return viewOf(x.storage, shape, x.strides.slice(1), x.offset, count)
}

/** The dtype that the samples are promoted to: a sample without dims has less say, though a batch of them has a dim. */
export const promoteSamples = (inputs: readonly Value[], batched: readonly boolean[]): ReturnType<typeof promote> =>
  promote(inputs.map((x, i) => ({ dtype: x.dtype, shape: sampleShape(x, batched[i] as boolean) })))

/** Dims of a sample as dims of the batch. */
export const shifted = (dims: readonly number[]): number[] => dims.map((dim) => dim + 1)

/** A batched value whose samples have `rank` dims, new ones of size 1 in front: the batch stays dim 0 when samples broadcast. */
export function withSampleRank(x: Value, rank: number): Value {
  const missing = rank + 1 - x.shape.length
  return missing <= 0 ? x : reshape(x, [x.shape[0] as number, ...new Array<number>(missing).fill(1), ...x.shape.slice(1)])
}

/** A value as a batch: one without is the same for every sample. */
export const asBatch = (x: Value, batched: boolean, size: number): Value => (batched ? x : expand(x, [size, ...x.shape]))

/** A sample without dims as one with one: dim 0 of a 0-d tensor is its only element. */
export const withSampleDim = (x: Value, batched: boolean): Value =>
  sampleShape(x, batched).length > 0 ? x : reshape(x, batched ? [x.shape[0] as number, 1] : [1])

/**
 * The batch laid into dim `dim` of its samples: [B, …, g·k, …] becomes […, g·B·k, …], so that each of `groups` parts of that dim holds
 * its own part of every sample.
 */
export function foldBatch(x: Value, dim: number, groups = 1): Value {
  const [size, ...shape] = x.shape as [number, ...number[]]
  const length = shape[dim] as number
  const [before, after] = [shape.slice(0, dim), shape.slice(dim + 1)]
  if (dim === 0 && groups === 1) return reshape(x, [size * length, ...after])
  const parts = reshape(x, [size, ...before, groups, length / groups, ...after])
  const order = parts.shape.map((_, d) => (d === dim + 1 ? 0 : d <= dim ? d + 1 : d))
  return reshape(permute(parts, order), [...before, size * length, ...after])
}

/** What `foldBatch` did, undone: dim `dim` holds `size` samples whose own size there is `length`. */
export function unfoldBatch(y: Value, dim: number, size: number, length: number, groups = 1): Value {
  const [before, after] = [y.shape.slice(0, dim), y.shape.slice(dim + 1)]
  if (dim === 0 && groups === 1) return reshape(y, [size, length, ...after])
  const parts = reshape(y, [...before, groups, size, length / groups, ...after])
  const order = parts.shape.map((_, d) => (d === 0 ? dim + 1 : d <= dim + 1 ? d - 1 : d))
  return reshape(permute(parts, order), [size, ...before, length, ...after])
}
