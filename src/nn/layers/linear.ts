// Linear, Identity, Embedding, Flatten: layers around one matrix, one table, or none.
import type { DType } from '../../core/dtype.ts'
import { OptionError } from '../../core/errors.ts'
import type { Shape } from '../../core/shape.ts'
import * as P from '../../primitives/operations.ts'
import type { ProductOf } from '../../tensor/integer-types.ts'
import * as views from '../../tensor/operations/views.ts'
import { requireTensor } from '../../tensor/required-tensor.ts'
import type { Arg, Out } from '../../tensor/shape-types.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { embedding, linear } from '../functional/linear.ts'
import type { IndexTarget } from '../functional/loss.ts'
import { affineDefaults, normal_ } from '../init.ts'
import { Module } from '../module.ts'
import { pythonBoolean, pythonTuple } from '../module-format.ts'
import { Parameter } from '../parameter.ts'
import type { AddsLast, Apply, KeepsShape, MapsLast, ShapeRule } from '../shape-flow.ts'
import { checkRequired, readOptions } from '../signatures/modules.ts'
import type { OptionsOf } from '../signatures.ts'

/** A parameter full of zeros, to be initialised. */
export const emptyParameter = <S extends Shape>(shape: S, dtype: DType): Parameter<S> => new Parameter(P.full(shape, 0, dtype) as Tensor<S>)

/**
 * `x · weightᵀ + bias`, with shapes `[…, I] → […, O]`. Weight and bias start uniform on ±1/√I.
 *
 * @example
 * ```ts
 * import { nn, randn } from 'wengert'
 * const layer = new nn.Linear(784, 10)
 * console.log(layer.forward(randn([32, 784])).shape) // [ 32, 10 ]
 * console.log(String(layer)) // Linear(in_features=784, out_features=10, bias=True)
 * ```
 */
export class Linear<I extends number = number, O extends number = number> extends Module {
  /** @internal */
  declare readonly shapeRule?: MapsLast<I, O, 'Linear'>
  readonly inFeatures: I
  readonly outFeatures: O
  /** `[O, I]`. */
  readonly weight: Parameter<[O, I]>
  /** `[O]`, or null. */
  readonly bias: Parameter<[O]> | null

  constructor(inFeatures: I, outFeatures: O, options?: OptionsOf<'Linear'>) {
    super()
    checkRequired('Linear', inFeatures, outFeatures)
    const { bias, dtype } = readOptions('Linear', options)
    this.inFeatures = inFeatures
    this.outFeatures = outFeatures
    this.weight = emptyParameter([outFeatures, inFeatures], dtype)
    this.bias = bias ? emptyParameter([outFeatures], dtype) : null
    this.resetParameters()
  }

  /** Draws weight and bias anew. */
  resetParameters(): void {
    affineDefaults(this.weight, this.bias)
  }

  forward<S extends Shape, D extends DType>(
    input: Arg<Apply<MapsLast<I, O, 'Linear'>, S>, Tensor<S, D>>,
  ): Tensor<Out<Apply<MapsLast<I, O, 'Linear'>, S>>, D> {
    return linear(input as Tensor, this.weight, this.bias) as Tensor // the sentence in the parameter's type is never a value
  }

  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${pythonBoolean(this.bias !== null)}`
  }
}

/** Gives its input back. */
export class Identity extends Module {
  /** @internal */
  declare readonly shapeRule?: KeepsShape

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return input
  }
}

/**
 * A table of `numEmbeddings` vectors, looked up by integers: `[…] → […, embeddingDim]`. It starts standard normal; the row `paddingIdx` starts
 * as zeros and gets no gradient.
 *
 * @example
 * ```ts
 * import { nn, tensor } from 'wengert'
 * const table = new nn.Embedding(10, 3)
 * console.log(table.forward(tensor([[1, 2], [4, 5]], { dtype: 'int32' })).shape) // [ 2, 2, 3 ]
 * ```
 */
export class Embedding<N extends number = number, E extends number = number> extends Module {
  /** @internal */
  declare readonly shapeRule?: AddsLast<E>
  readonly numEmbeddings: N
  readonly embeddingDim: E
  readonly paddingIdx: number | null
  /** `[N, E]`. */
  readonly weight: Parameter<[N, E]>

  constructor(numEmbeddings: N, embeddingDim: E, paddingIdx?: number | null | OptionsOf<'Embedding'>, options?: OptionsOf<'Embedding'>) {
    super()
    checkRequired('Embedding', numEmbeddings, embeddingDim)
    const given = readOptions('Embedding', paddingIdx, options)
    this.numEmbeddings = numEmbeddings
    this.embeddingDim = embeddingDim
    this.paddingIdx = given.paddingIdx
    if (given.paddingIdx !== null) {
      const index = given.paddingIdx < 0 ? given.paddingIdx + numEmbeddings : given.paddingIdx
      if (index < 0 || index >= numEmbeddings)
        throw new OptionError(`Embedding: paddingIdx ${given.paddingIdx} is out of range for ${numEmbeddings} rows.`)
      this.paddingIdx = index
    }
    this.weight = emptyParameter([numEmbeddings, embeddingDim], given.dtype)
    this.resetParameters()
  }

  /** Draws the table anew. */
  resetParameters(): void {
    normal_(this.weight)
    if (this.paddingIdx !== null) P.write(P.select(this.weight.detach(), 0, this.paddingIdx), 0)
  }

  forward<L extends Shape, I extends DType>(input: Arg<IndexTarget<I>, Tensor<L, I>, 'Embedding'>): Tensor<Out<Apply<AddsLast<E>, L>>> {
    return embedding(input as Tensor, this.weight, this.paddingIdx) as Tensor
  }

  override extraRepr(): string {
    return `${this.numEmbeddings}, ${this.embeddingDim}${this.paddingIdx === null ? '' : `, padding_idx=${this.paddingIdx}`}`
  }
}

/** `[N, …] → [N, product of the others]`, where the range of dims is the usual one. */
interface Flattens<Start extends number, End extends number> extends ShapeRule {
  readonly output: 0 extends 1 & this['input']
    ? any
    : [Start, End] extends [1, -1]
      ? this['input'] extends readonly [infer B extends number, infer H extends number, ...infer R extends number[]]
        ? [B, ProductOf<[H, ...R]>]
        : number[]
      : number[]
}

/**
 * Merges dims `startDim` to `endDim` into one; by default all but the first.
 *
 * @example
 * ```ts
 * import { nn, zeros } from 'wengert'
 * console.log(new nn.Flatten().forward(zeros([32, 1, 28, 28])).shape) // [ 32, 784 ]
 * ```
 */
export class Flatten<const Start extends number = 1, const End extends number = -1> extends Module {
  /** @internal */
  declare readonly shapeRule?: Flattens<Start, End>
  readonly startDim: number
  readonly endDim: number

  constructor(startDim?: Start | { startDim?: Start | undefined; endDim?: End | undefined }, options?: { endDim?: End | undefined }) {
    super()
    const given = readOptions('Flatten', startDim, options)
    this.startDim = given.startDim
    this.endDim = given.endDim
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<Out<Apply<Flattens<Start, End>, S>>, D> {
    requireTensor('Flatten', 'input', input)
    return views.flatten(input, this.startDim, { endDim: this.endDim }) as Tensor
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`
  }
}

/** Splits dim `dim` into `unflattenedSize`. */
export class Unflatten extends Module {
  readonly dim: number
  readonly unflattenedSize: readonly number[]

  constructor(dim: number, unflattenedSize: readonly number[]) {
    super()
    checkRequired('Unflatten', dim, unflattenedSize)
    this.dim = dim
    this.unflattenedSize = [...unflattenedSize]
  }

  forward<D extends DType>(input: Tensor<any, D>): Tensor<number[], D> {
    requireTensor('Unflatten', 'input', input)
    return views.unflatten(input, this.dim, this.unflattenedSize) as Tensor<number[], D>
  }

  override extraRepr(): string {
    return `dim=${this.dim}, unflattened_size=${pythonTuple(this.unflattenedSize)}`
  }
}
