// Data sets: anything with a length and items by index. Arrays are data sets.

import { IndexError, OptionError, ShapeError } from '../core/errors.ts'
import { Printed } from '../core/printed.ts'
import { printShape, type Shape } from '../core/shape.ts'
import { Value } from '../core/value.ts'
import * as P from '../primitives/operations.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type OptionsOf, readOptions } from './signatures.ts'

/** A number of items, each found by its index. Arrays are data sets, too. */
export interface Dataset<Item = unknown> {
  readonly length: number
  at(index: number): Item | undefined
  /** Where there is one: many items at once, already put together, which spares the loader one step for each item. */
  batch?(indices: readonly number[]): unknown
}

/** The items of a data set. */
export type ItemOf<D> = D extends { at(index: number): infer Item } ? Exclude<Item, undefined> : never

/** A tensor. Named as `Tensor` in the constraint, or in its default, it would hide the dtype of one made in place, as in `new TensorDataset(zeros([100], { dtype: "int32" }))`. */
export type AnyTensor = { readonly shape: Shape; readonly storage: Tensor['storage'] }

type WithoutFirst<S> = S extends readonly [unknown, ...infer Rest extends number[]] ? Rest : any
/** One sample of each tensor. */
export type SamplesOf<Ts extends readonly AnyTensor[]> = {
  -readonly [K in keyof Ts]: Ts[K] extends Tensor<infer S, infer D> ? Tensor<WithoutFirst<S>, D> : never
}
/** `B` samples of each tensor. */
export type BatchesOf<Ts extends readonly AnyTensor[], B extends number> = {
  -readonly [K in keyof Ts]: Ts[K] extends Tensor<infer S, infer D>
    ? Tensor<number extends (S & Shape)['length'] ? any : [B, ...WithoutFirst<S>], D>
    : never
}

/** The rows of a tensor at given indices, as a new tensor without history. */
function rowsAt(tensor: Tensor, indices: readonly number[]): Tensor {
  return P.indexSelect(tensor.detach(), 0, P.fromArray(Int32Array.from(indices), [indices.length])) as Tensor
}

/**
 * Tensors of equal first size; item i is the list of their i-th rows.
 *
 * @example
 * ```ts
 * import { data, tensor } from 'wengert'
 * const set = new data.TensorDataset(tensor([[1, 2], [3, 4]]), tensor([0, 1], { dtype: 'int32' }))
 * const [x, y] = set.at(1)
 * console.log(x.toArray(), y.item()) // [ 3, 4 ] 1
 * ```
 */
export class TensorDataset<const Ts extends readonly AnyTensor[] = readonly AnyTensor[]> extends Printed implements Dataset<SamplesOf<Ts>> {
  readonly tensors: Ts
  readonly length: number

  constructor(...tensors: Ts) {
    super()
    const sizes = tensors.map((tensor, position) => {
      if (!(tensor instanceof Value)) throw new OptionError(`TensorDataset: argument ${position} is not a tensor.`)
      const shape: Shape = tensor.shape
      if (shape.length === 0) throw new ShapeError('TensorDataset: a 0-d tensor has no samples. Its first dim counts them.')
      return shape[0] as number
    })
    const [length] = sizes
    if (length === undefined) throw new OptionError('TensorDataset: needs at least one tensor.')
    if (sizes.some((size) => size !== length)) throw new ShapeError(`TensorDataset: the tensors' first sizes differ: ${sizes.join(', ')}.`)
    this.tensors = tensors
    this.length = length
  }

  at(index: number): SamplesOf<Ts> {
    const position = checkedIndex('TensorDataset', index, this.length)
    return (this.tensors as readonly AnyTensor[] as readonly Tensor[]).map((tensor) =>
      P.select(tensor, 0, position),
    ) as unknown as SamplesOf<Ts> // one for each tensor
  }

  /** The shapes, in one line. */
  override toString(): string {
    const shapes = (this.tensors as readonly AnyTensor[] as readonly Tensor[]).map((tensor) => printShape(tensor.shape))
    return `TensorDataset(${shapes.join(', ')})`
  }

  /** The samples at the indices: one tensor for each tensor of the set. */
  batch(indices: readonly number[]): BatchesOf<Ts, number> {
    return (this.tensors as readonly AnyTensor[] as readonly Tensor[]).map((tensor) => rowsAt(tensor, indices)) as unknown as BatchesOf<
      Ts,
      number
    >
  }
}

function checkedIndex(name: string, index: number, length: number): number {
  const position = index < 0 ? index + length : index
  if (!Number.isInteger(index) || position < 0 || position >= length)
    throw new IndexError(`${name}: index ${index} is out of range for ${length} items.`)
  return position
}

/** Some items of another data set, in the order of `indices`. */
export class Subset<D extends Dataset> implements Dataset<ItemOf<D>> {
  readonly dataset: D
  readonly indices: readonly number[]

  constructor(dataset: D, indices: readonly number[]) {
    this.dataset = dataset
    this.indices = indices.map((index) => checkedIndex('Subset', index, dataset.length))
    if (dataset.batch !== undefined) this.batch = (chosen) => dataset.batch?.(chosen.map((index) => this.indices[index] as number))
  }

  /** Set where the other data set has it. */
  readonly batch?: (indices: readonly number[]) => unknown

  get length(): number {
    return this.indices.length
  }

  at(index: number): ItemOf<D> {
    return this.dataset.at(this.indices[checkedIndex('Subset', index, this.length)] as number) as ItemOf<D> // the index is in range
  }
}

/**
 * Splits a data set at random into parts of the given lengths, or of the given fractions where they sum to 1.
 *
 * @example
 * ```ts
 * import { arange, data } from 'wengert'
 * const [train, test] = data.randomSplit(new data.TensorDataset(arange(10)), [0.8, 0.2])
 * console.log(train.length, test.length) // 8 2
 * ```
 */
export function randomSplit<D extends Dataset, const L extends readonly number[]>(
  dataset: D,
  lengths: L,
  options?: OptionsOf<'randomSplit'>,
): { -readonly [I in keyof L]: Subset<D> } {
  const { generator } = readOptions('randomSplit', options)
  const total = lengths.reduce((sum, length) => sum + length, 0)
  let sizes: readonly number[] = lengths
  if (Math.abs(total - 1) < 1e-9 && total <= dataset.length) {
    const floors = lengths.map((fraction) => Math.floor(dataset.length * fraction + 1e-9))
    const rest = dataset.length - floors.reduce((sum, size) => sum + size, 0)
    sizes = floors.map((size, position) => size + Math.floor(rest / floors.length) + (position < rest % floors.length ? 1 : 0))
  }
  if (sizes.some((size) => !Number.isInteger(size) || size < 0) || sizes.reduce((sum, size) => sum + size, 0) !== dataset.length) {
    throw new OptionError(`randomSplit: lengths ${printShape(lengths)} must sum to ${dataset.length}, the length of the data set, or to 1.`)
  }
  const order = randomOrder(dataset.length, generator as P.Generator | null) // by its kind in the signature
  let start = 0
  const parts = sizes.map((size) => {
    start += size
    return new Subset(dataset, order.slice(start - size, start))
  })
  return parts as { -readonly [I in keyof L]: Subset<D> } // one for each length
}

/** 0 … n − 1 in random order. */
export const randomOrder = (n: number, generator: P.Generator | null): number[] =>
  Array.from(P.toTypedArray(P.randomPermutation(n, generator ?? undefined)))
