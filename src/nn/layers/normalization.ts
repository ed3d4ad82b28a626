// Normalisation and dropout layers.
import type { DType } from '../../core/dtype.ts'
import { OptionError, ShapeError } from '../../core/errors.ts'
import { printShape, type Shape } from '../../core/shape.ts'
import * as P from '../../primitives/operations.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { normalizeBatch } from '../functional/batch-norm.ts'
import { dropout } from '../functional/dropout.ts'
import { layerNorm } from '../functional/layer-norm.ts'
import { ones_, zeros_ } from '../init.ts'
import { Module } from '../module.ts'
import { pythonBoolean, pythonFloat, pythonTuple } from '../module-format.ts'
import { Buffer, type Parameter } from '../parameter.ts'
import type { KeepsShape } from '../shape-flow.ts'
import { checkRequired, readOptions } from '../signatures/normalizations.ts'
import type { OptionsOf } from '../signatures.ts'
import { emptyParameter } from './linear.ts'

/** What batch norms of any rank share. */
abstract class BatchNorm<C extends number> extends Module {
  static override readonly stateNames: Readonly<Record<string, string>> = {
    runningMean: 'running_mean',
    runningVar: 'running_var',
    numBatchesTracked: 'num_batches_tracked',
  }
  /** @internal */
  declare readonly shapeRule?: KeepsShape
  readonly numFeatures: C
  eps: number
  /** Share of the new statistics in the running ones; null takes the plain average of all batches. */
  momentum: number | null
  readonly affine: boolean
  readonly trackRunningStats: boolean
  readonly weight: Parameter<[C]> | null
  readonly bias: Parameter<[C]> | null
  readonly runningMean: Buffer<[C]> | null
  readonly runningVar: Buffer<[C]> | null
  readonly numBatchesTracked: Buffer<[], 'int32'> | null
  readonly #name: 'BatchNorm1d' | 'BatchNorm2d'
  readonly #ranks: readonly number[]

  constructor(
    name: 'BatchNorm1d' | 'BatchNorm2d',
    ranks: readonly number[],
    numFeatures: C,
    eps?: number | OptionsOf<'BatchNorm1d'>,
    options?: OptionsOf<'BatchNorm1d'>,
  ) {
    super()
    checkRequired(name, numFeatures)
    const given = readOptions(name, eps, options)
    this.#name = name
    this.#ranks = ranks
    this.numFeatures = numFeatures
    this.eps = given.eps
    this.momentum = given.momentum
    this.affine = given.affine
    this.trackRunningStats = given.trackRunningStats
    const zeros = (): Tensor<[C]> => P.full([numFeatures], 0, given.dtype) as Tensor<[C]>
    this.weight = given.affine ? emptyParameter([numFeatures], given.dtype) : null
    this.bias = given.affine ? emptyParameter([numFeatures], given.dtype) : null
    this.runningMean = given.trackRunningStats ? new Buffer(zeros()) : null
    this.runningVar = given.trackRunningStats ? new Buffer(zeros()) : null
    this.numBatchesTracked = given.trackRunningStats ? new Buffer(P.full([], 0, 'int32') as Tensor<[], 'int32'>) : null
    this.resetParameters()
  }

  /** Forgets the running statistics; weight 1, bias 0. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight)
    if (this.bias !== null) zeros_(this.bias)
    if (this.runningMean !== null) zeros_(this.runningMean)
    if (this.runningVar !== null) ones_(this.runningVar)
    if (this.numBatchesTracked !== null) zeros_(this.numBatchesTracked)
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    const shape: Shape = input.shape
    if (!this.#ranks.includes(shape.length)) {
      throw new ShapeError(`${this.#name}: input must have ${this.#ranks.join(' or ')} dims, got shape ${printShape(shape)}.`)
    }
    if (shape[1] !== this.numFeatures) {
      throw new ShapeError(`${this.#name}: input must have ${this.numFeatures} channels (dim 1), got shape ${printShape(shape)}.`)
    }
    const { numBatchesTracked, runningVar } = this
    const training = this.training || runningVar === null
    if (!this.training || numBatchesTracked === null || runningVar === null) return this.#normalize(input, training, this.momentum ?? 0)
    const seen = P.add(numBatchesTracked, 1)
    const normalized = this.#normalize(input, training, this.momentum ?? P.div(1, P.cast(seen, runningVar.dtype)))
    P.write(numBatchesTracked, seen) // last, so that a refused input does not count
    return normalized
  }

  #normalize<S extends Shape, D extends DType>(input: Tensor<S, D>, training: boolean, momentum: P.Operand): Tensor<S, D> {
    const { weight, bias, eps } = this
    return normalizeBatch(input, this.runningMean, this.runningVar, { weight, bias, training, momentum, eps })
  }

  override extraRepr(): string {
    const momentum = this.momentum === null ? 'None' : pythonFloat(this.momentum)
    return `${this.numFeatures}, eps=${pythonFloat(this.eps)}, momentum=${momentum}, affine=${pythonBoolean(this.affine)}, track_running_stats=${pythonBoolean(this.trackRunningStats)}`
  }
}

/** Batch normalisation of `[N, C]` or `[N, C, L]`, for each channel; see `F.batchNorm`. */
export class BatchNorm1d<C extends number = number> extends BatchNorm<C> {
  constructor(numFeatures: C, eps?: number | OptionsOf<'BatchNorm1d'>, options?: OptionsOf<'BatchNorm1d'>) {
    super('BatchNorm1d', [2, 3], numFeatures, eps, options)
  }
}

/**
 * Batch normalisation of images `[N, C, H, W]`, for each channel: by the batch's statistics in training, by the running ones after `eval()`.
 *
 * @example
 * ```ts
 * import { nn, randn } from 'wengert'
 * const layer = new nn.BatchNorm2d(6)
 * layer.forward(randn([8, 6, 4, 4]))
 * console.log(Object.keys(layer.stateDict())) // [ 'weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked' ]
 * ```
 */
export class BatchNorm2d<C extends number = number> extends BatchNorm<C> {
  constructor(numFeatures: C, eps?: number | OptionsOf<'BatchNorm2d'>, options?: OptionsOf<'BatchNorm2d'>) {
    super('BatchNorm2d', [4], numFeatures, eps, options)
  }
}

/**
 * Normalisation of each sample over its last dims, which `normalizedShape` names.
 *
 * @example
 * ```ts
 * import { nn, tensor } from 'wengert'
 * console.log(String(new nn.LayerNorm(3).forward(tensor([1, 2, 3])).detach())) // tensor([-1.2247,  0.0000,  1.2247])
 * ```
 */
export class LayerNorm extends Module {
  /** @internal */
  declare readonly shapeRule?: KeepsShape
  readonly normalizedShape: readonly number[]
  eps: number
  readonly elementwiseAffine: boolean
  readonly weight: Parameter | null
  readonly bias: Parameter | null

  constructor(normalizedShape: number | readonly number[], eps?: number | OptionsOf<'LayerNorm'>, options?: OptionsOf<'LayerNorm'>) {
    super()
    checkRequired('LayerNorm', normalizedShape)
    const given = readOptions('LayerNorm', eps, options)
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : [...normalizedShape]
    this.eps = given.eps
    this.elementwiseAffine = given.elementwiseAffine
    this.weight = given.elementwiseAffine ? emptyParameter(this.normalizedShape, given.dtype) : null
    this.bias = given.elementwiseAffine && given.bias ? emptyParameter(this.normalizedShape, given.dtype) : null
    this.resetParameters()
  }

  /** Weight 1, bias 0. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight)
    if (this.bias !== null) zeros_(this.bias)
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return layerNorm(input, this.normalizedShape, { weight: this.weight, bias: this.bias, eps: this.eps })
  }

  override extraRepr(): string {
    return `${pythonTuple(this.normalizedShape)}, eps=${pythonFloat(this.eps)}, elementwise_affine=${pythonBoolean(this.elementwiseAffine)}`
  }
}

/**
 * In training sets elements to 0 with probability `p` and scales the others by `1 / (1 − p)`; after `eval()` it does nothing.
 *
 * @example
 * ```ts
 * import { nn, ones } from 'wengert'
 * console.log(new nn.Dropout(0.25).eval().toString()) // Dropout(p=0.25, inplace=False)
 * ```
 */
export class Dropout extends Module {
  /** @internal */
  declare readonly shapeRule?: KeepsShape
  readonly p: number
  readonly generator: P.Generator | null

  constructor(p?: number | OptionsOf<'Dropout'>, options?: OptionsOf<'Dropout'>) {
    super()
    const given = readOptions('Dropout', p, options)
    if (!(given.p >= 0 && given.p <= 1)) throw new OptionError(`Dropout: p must be between 0 and 1, not ${given.p}.`)
    this.p = given.p
    this.generator = given.generator as P.Generator | null // by its kind in the signature
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    if (!this.training || this.p === 0) return input
    return dropout(input, this.p, { generator: this.generator })
  }

  override extraRepr(): string {
    return `p=${pythonFloat(this.p)}, inplace=False`
  }
}
