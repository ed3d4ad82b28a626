// DataLoader: a data set in batches, in order or shuffled, for `for` and `for await`.

import { OptionError } from '../core/errors.ts'
import { Printed } from '../core/printed.ts'
import type { Generator } from '../primitives/operations.ts'
import { type Collated, collateItems } from './collate.ts'
import { type AnyTensor, type BatchesOf, type Dataset, type ItemOf, randomOrder, type Subset, TensorDataset } from './dataset.ts'
import { breather } from './event-loop.ts'
import { type OptionsOf, readOptions } from './signatures.ts'

/** The batches of a data set, `B` samples each. */
export type BatchOf<D, B extends number> =
  D extends TensorDataset<infer Ts extends readonly AnyTensor[]>
    ? BatchesOf<Ts, B>
    : D extends Subset<infer Whole>
      ? Whole extends TensorDataset<infer Ts extends readonly AnyTensor[]>
        ? BatchesOf<Ts, B>
        : Collated<ItemOf<Whole>, B>
      : Collated<ItemOf<D>, B>

/** The size that all batches have: a literal only where the last, shorter one is dropped. */
type SizeOf<B extends number, Drop> = Drop extends true ? B : number

/** Options of a loader; what `collate` returns is the batch. */
export type LoaderOptions<D extends Dataset, Drop extends boolean, Batch> = Omit<
  OptionsOf<'DataLoader'>,
  'batchSize' | 'collate' | 'dropLast'
> & {
  dropLast?: Drop | undefined
  collate?: ((items: ItemOf<D>[]) => Batch) | null | undefined
}

/**
 * A data set in batches. Iterate with `for await`, which lets timers, input and the garbage collector's finalizers run in between, or with a
 * plain `for`. `shuffle` draws a new order for every pass; the `generator`, or `manualSeed`, makes it repeatable.
 *
 * @example
 * ```ts
 * import { arange, data } from 'wengert'
 * const loader = new data.DataLoader(new data.TensorDataset(arange(10)), 4)
 * for await (const [x] of loader) console.log(x.toArray()) // [ 0, 1, 2, 3 ], then [ 4, 5, 6, 7 ], then [ 8, 9 ]
 * ```
 */
export class DataLoader<
    D extends Dataset,
    const B extends number = 1,
    const Drop extends boolean = false,
    Batch = BatchOf<D, SizeOf<B, Drop>>,
  >
  extends Printed
  implements Iterable<Batch>, AsyncIterable<Batch>
{
  readonly dataset: D
  readonly batchSize: number
  readonly shuffle: boolean
  readonly dropLast: boolean
  readonly #collate: ((items: ItemOf<D>[]) => unknown) | null
  readonly #generator: Generator | null

  constructor(
    dataset: D,
    batchSize?: B | (LoaderOptions<D, Drop, Batch> & { batchSize?: B | undefined }),
    options?: LoaderOptions<D, Drop, Batch>,
  ) {
    super()
    const given = readOptions('DataLoader', batchSize, options)
    if (given.batchSize < 1) throw new OptionError(`DataLoader: batchSize must be at least 1, not ${given.batchSize}.`)
    if (typeof dataset?.length !== 'number' || typeof dataset.at !== 'function')
      throw new OptionError('DataLoader: a data set has a length and at(index). Arrays and TensorDataset have.')
    this.dataset = dataset
    this.batchSize = given.batchSize
    this.shuffle = given.shuffle
    this.dropLast = given.dropLast
    this.#collate = given.collate as ((items: ItemOf<D>[]) => unknown) | null // by its kind in the signature
    this.#generator = given.generator as Generator | null
  }

  /** How many batches one pass has. */
  get length(): number {
    const batches = this.dataset.length / this.batchSize
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches)
  }

  *[Symbol.iterator](): BatchGenerator<Batch> {
    const count = this.dataset.length
    const order = this.shuffle ? randomOrder(count, this.#generator) : Array.from({ length: count }, (_, index) => index)
    const batches = this.length
    for (let batch = 0; batch < batches; batch++) yield this.#load(order.slice(batch * this.batchSize, (batch + 1) * this.batchSize))
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    const breathe = breather()
    for (const batch of this) {
      await breathe()
      yield batch
    }
  }

  /** The data set and the settings, in one line. */
  override toString(): string {
    const { dataset, batchSize, shuffle, dropLast } = this
    const name = dataset instanceof TensorDataset ? String(dataset) : `${dataset.constructor.name}(${dataset.length})`
    return `DataLoader(${name}, batchSize=${batchSize}, shuffle=${shuffle}, dropLast=${dropLast})`
  }

  #load(indices: readonly number[]): Batch {
    if (this.#collate === null && this.dataset.batch !== undefined) return this.dataset.batch(indices) as Batch
    const items = indices.map((index) => this.dataset.at(index) as ItemOf<D>) // in range by construction
    return (this.#collate === null ? collateItems(items) : this.#collate(items)) as Batch
  }
}

/** JavaScript's generators, under a name that random generators do not have. */
type BatchGenerator<T> = globalThis.Generator<T, void, undefined>
