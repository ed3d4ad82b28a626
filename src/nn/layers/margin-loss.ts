// Losses of margins as modules; the formulas are in functional/margin-loss.ts.
import type { DType } from '../../core/dtype.ts'
import type { Shape } from '../../core/shape.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Reduced, Reduction, WithReduction } from '../functional/loss.ts'
import * as F from '../functional/margin-loss.ts'
import { Module } from '../module.ts'
import { readOptions } from '../signatures/losses.ts'
import type { OptionsOf } from '../signatures.ts'

/** Scores that should rank above others by a margin; see `F.marginRankingLoss`. */
export class MarginRankingLoss<R extends Reduction = 'mean'> extends Module {
  readonly reduction: R
  readonly margin: number

  constructor(options?: WithReduction<OptionsOf<'MarginRankingLoss'>, R>) {
    super()
    const given = readOptions('MarginRankingLoss', options)
    this.reduction = given.reduction as R // from the options that R was inferred from
    this.margin = given.margin
  }

  forward<S extends Shape, D extends DType>(input1: Tensor<S, D>, input2: Tensor<S, D>, target: Tensor): Tensor<Reduced<R, S>, D> {
    return F.marginRankingLoss(input1, input2, target, { margin: this.margin, reduction: this.reduction })
  }
}

/** Distances that should be small, or above a margin; see `F.hingeEmbeddingLoss`. */
export class HingeEmbeddingLoss<R extends Reduction = 'mean'> extends Module {
  readonly reduction: R
  readonly margin: number

  constructor(options?: WithReduction<OptionsOf<'HingeEmbeddingLoss'>, R>) {
    super()
    const given = readOptions('HingeEmbeddingLoss', options)
    this.reduction = given.reduction as R // from the options that R was inferred from
    this.margin = given.margin
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>, target: Tensor): Tensor<Reduced<R, S>, D> {
    return F.hingeEmbeddingLoss(input, target, { margin: this.margin, reduction: this.reduction })
  }
}

/** The logistic loss of scores with targets ±1; see `F.softMarginLoss`. */
export class SoftMarginLoss<R extends Reduction = 'mean'> extends Module {
  readonly reduction: R

  constructor(options?: WithReduction<OptionsOf<'SoftMarginLoss'>, R>) {
    super()
    const given = readOptions('SoftMarginLoss', options)
    this.reduction = given.reduction as R // from the options that R was inferred from
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>, target: Tensor): Tensor<Reduced<R, S>, D> {
    return F.softMarginLoss(input, target, { reduction: this.reduction })
  }
}

/** Angles that should be small, or above a margin; see `F.cosineEmbeddingLoss`. */
export class CosineEmbeddingLoss<R extends Reduction = 'mean'> extends Module {
  readonly reduction: R
  readonly margin: number

  constructor(options?: WithReduction<OptionsOf<'CosineEmbeddingLoss'>, R>) {
    super()
    const given = readOptions('CosineEmbeddingLoss', options)
    this.reduction = given.reduction as R // from the options that R was inferred from
    this.margin = given.margin
  }

  forward<D extends DType>(input1: Tensor<any, D>, input2: Tensor<any, D>, target: Tensor): Tensor<Reduced<R, number[]>, D> {
    return F.cosineEmbeddingLoss(input1, input2, target, { margin: this.margin, reduction: this.reduction })
  }
}
