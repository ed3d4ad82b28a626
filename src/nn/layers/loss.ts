// Losses as modules; the formulas are in functional/loss.ts.
import type { DType } from '../../core/dtype.ts'
import type { Shape } from '../../core/shape.ts'
import type { Arg } from '../../tensor/shape-types.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Reduced, Reduction, WithReduction } from '../functional/loss.ts'
import * as F from '../functional/loss.ts'
import { Module } from '../module.ts'
import { Buffer } from '../parameter.ts'
import { readOptions } from '../signatures/losses.ts'
import type { OptionsOf } from '../signatures.ts'

const kept = (weight: unknown): Buffer | null => (weight === null ? null : new Buffer(weight as Tensor)) // a tensor, by its kind in the signature

/**
 * The squared differences; see `F.mseLoss`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from 'wengert'
 * console.log(new nn.MSELoss().forward(tensor([1, 2]), tensor([1, 4])).item()) // 2
 * ```
 */
export class MSELoss<R extends Reduction = 'mean'> extends Module {
  readonly reduction: R

  constructor(options?: WithReduction<OptionsOf<'MSELoss'>, R>) {
    super()
    const given = readOptions('MSELoss', options)
    this.reduction = given.reduction as R // from the options that R was inferred from
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>, target: Tensor<S>): Tensor<Reduced<R, S>, D> {
    return F.mseLoss(input, target, { reduction: this.reduction })
  }
}

/** The absolute differences; see `F.l1Loss`. */
export class L1Loss<R extends Reduction = 'mean'> extends Module {
  readonly reduction: R

  constructor(options?: WithReduction<OptionsOf<'L1Loss'>, R>) {
    super()
    const given = readOptions('L1Loss', options)
    this.reduction = given.reduction as R // from the options that R was inferred from
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>, target: Tensor<S>): Tensor<Reduced<R, S>, D> {
    return F.l1Loss(input, target, { reduction: this.reduction })
  }
}

/** Squared below `beta`, linear above; see `F.smoothL1Loss`. */
export class SmoothL1Loss<R extends Reduction = 'mean'> extends Module {
  readonly reduction: R
  readonly beta: number

  constructor(options?: WithReduction<OptionsOf<'SmoothL1Loss'>, R>) {
    super()
    const given = readOptions('SmoothL1Loss', options)
    this.reduction = given.reduction as R // from the options that R was inferred from
    this.beta = given.beta
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>, target: Tensor<S>): Tensor<Reduced<R, S>, D> {
    return F.smoothL1Loss(input, target, { reduction: this.reduction, beta: this.beta })
  }
}

/** Squared up to `delta`, linear above; see `F.huberLoss`. */
export class HuberLoss<R extends Reduction = 'mean'> extends Module {
  readonly reduction: R
  readonly delta: number

  constructor(options?: WithReduction<OptionsOf<'HuberLoss'>, R>) {
    super()
    const given = readOptions('HuberLoss', options)
    this.reduction = given.reduction as R // from the options that R was inferred from
    this.delta = given.delta
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>, target: Tensor<S>): Tensor<Reduced<R, S>, D> {
    return F.huberLoss(input, target, { reduction: this.reduction, delta: this.delta })
  }
}

/** Binary cross-entropy of probabilities; see `F.binaryCrossEntropy`. */
export class BCELoss<R extends Reduction = 'mean'> extends Module {
  readonly reduction: R
  readonly weight: Buffer | null

  constructor(weight?: Tensor | null | WithReduction<OptionsOf<'BCELoss'>, R>, options?: WithReduction<OptionsOf<'BCELoss'>, R>) {
    super()
    const given = readOptions('BCELoss', weight, options)
    this.reduction = given.reduction as R // from the options that R was inferred from
    this.weight = kept(given.weight)
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>, target: Tensor<S>): Tensor<Reduced<R, S>, D> {
    return F.binaryCrossEntropy(input, target, { weight: this.weight, reduction: this.reduction })
  }
}

/** Binary cross-entropy of logits; see `F.binaryCrossEntropyWithLogits`. */
export class BCEWithLogitsLoss<R extends Reduction = 'mean'> extends Module {
  static override readonly stateNames: Readonly<Record<string, string>> = { posWeight: 'pos_weight' }
  readonly reduction: R
  readonly weight: Buffer | null
  readonly posWeight: Buffer | null

  constructor(
    weight?: Tensor | null | WithReduction<OptionsOf<'BCEWithLogitsLoss'>, R>,
    options?: WithReduction<OptionsOf<'BCEWithLogitsLoss'>, R>,
  ) {
    super()
    const given = readOptions('BCEWithLogitsLoss', weight, options)
    this.reduction = given.reduction as R // from the options that R was inferred from
    this.weight = kept(given.weight)
    this.posWeight = kept(given.posWeight)
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>, target: Tensor<S>): Tensor<Reduced<R, S>, D> {
    return F.binaryCrossEntropyWithLogits(input, target, { weight: this.weight, posWeight: this.posWeight, reduction: this.reduction })
  }
}

/** Negative log-likelihood of log-probabilities; see `F.nllLoss`. */
export class NLLLoss<R extends Reduction = 'mean'> extends Module {
  readonly reduction: R
  readonly weight: Buffer | null
  readonly ignoreIndex: number

  constructor(weight?: Tensor | null | WithReduction<OptionsOf<'NLLLoss'>, R>, options?: WithReduction<OptionsOf<'NLLLoss'>, R>) {
    super()
    const given = readOptions('NLLLoss', weight, options)
    this.reduction = given.reduction as R // from the options that R was inferred from
    this.weight = kept(given.weight)
    this.ignoreIndex = given.ignoreIndex
  }

  forward<D extends DType, E extends DType>(
    input: Tensor<any, D>,
    target: Arg<F.IndexTarget<E>, Tensor<any, E>, 'NLLLoss'>,
  ): Tensor<Reduced<R, number[]>, D> {
    return F.nllLoss(input, target as Tensor, { weight: this.weight, ignoreIndex: this.ignoreIndex, reduction: this.reduction })
  }
}

/**
 * Cross-entropy of logits with class indices or probabilities; see `F.crossEntropy`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from 'wengert'
 * const loss = new nn.CrossEntropyLoss({ labelSmoothing: 0.1 })
 * console.log(loss.forward(tensor([[2, 0]]), tensor([0], { dtype: 'int32' })).item().toFixed(4)) // 0.2269
 * ```
 */
export class CrossEntropyLoss<R extends Reduction = 'mean'> extends Module {
  readonly reduction: R
  readonly weight: Buffer | null
  readonly ignoreIndex: number
  readonly labelSmoothing: number

  constructor(
    weight?: Tensor | null | WithReduction<OptionsOf<'CrossEntropyLoss'>, R>,
    options?: WithReduction<OptionsOf<'CrossEntropyLoss'>, R>,
  ) {
    super()
    const given = readOptions('CrossEntropyLoss', weight, options)
    this.reduction = given.reduction as R // from the options that R was inferred from
    this.weight = kept(given.weight)
    this.ignoreIndex = given.ignoreIndex
    this.labelSmoothing = given.labelSmoothing
  }

  forward<S extends Shape, D extends DType, T extends Shape, E extends DType>(
    input: Tensor<S, D>,
    target: Arg<F.ClassTarget<S, T, E>, Tensor<T, E>, 'CrossEntropyLoss'>,
  ): Tensor<Reduced<R, number[]>, D> {
    return F.crossEntropy(input, target as Tensor, {
      weight: this.weight,
      ignoreIndex: this.ignoreIndex,
      labelSmoothing: this.labelSmoothing,
      reduction: this.reduction,
    })
  }
}

/** The Kullback-Leibler divergence of log-probabilities; see `F.klDiv`. */
export class KLDivLoss<R extends Reduction | 'batchmean' = 'mean'> extends Module {
  readonly reduction: R
  readonly logTarget: boolean

  constructor(options?: WithReduction<OptionsOf<'KLDivLoss'>, R>) {
    super()
    const given = readOptions('KLDivLoss', options)
    this.reduction = given.reduction as R // from the options that R was inferred from
    this.logTarget = given.logTarget
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>, target: Tensor<S>): Tensor<Reduced<R, S>, D> {
    return F.klDiv(input, target, { reduction: this.reduction, logTarget: this.logTarget })
  }
}
