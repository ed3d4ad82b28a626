// Activations with settings, as layers; the formulas and their derivatives are in functional/activation.ts.
import type { DType } from '../../core/dtype.ts'
import type { Shape } from '../../core/shape.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import * as F from '../functional/activation.ts'
import { constant_ } from '../init.ts'
import { Module } from '../module.ts'
import { pythonFloat } from '../module-format.ts'
import type { Parameter } from '../parameter.ts'
import { checkRequired, readOptions } from '../signatures/activations.ts'
import type { OptionsOf } from '../signatures.ts'
import { Activation } from './activation.ts'
import { emptyParameter } from './linear.ts'

/** `x` where it is positive, else `negativeSlope · x`. */
export class LeakyReLU extends Activation {
  readonly negativeSlope: number

  constructor(negativeSlope?: number | OptionsOf<'LeakyReLU'>) {
    super()
    this.negativeSlope = readOptions('LeakyReLU', negativeSlope).negativeSlope
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.leakyRelu(input, this.negativeSlope)
  }

  override extraRepr(): string {
    return `negative_slope=${pythonFloat(this.negativeSlope)}`
  }
}

/** `x` where it is positive, else `alpha · (eˣ − 1)`. */
export class ELU extends Activation {
  readonly alpha: number

  constructor(alpha?: number | OptionsOf<'ELU'>) {
    super()
    this.alpha = readOptions('ELU', alpha).alpha
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.elu(input, this.alpha)
  }

  override extraRepr(): string {
    return `alpha=${pythonFloat(this.alpha)}`
  }
}

/** `x` where it is positive, else `alpha · (e^(x / alpha) − 1)`. */
export class CELU extends Activation {
  readonly alpha: number

  constructor(alpha?: number | OptionsOf<'CELU'>) {
    super()
    this.alpha = readOptions('CELU', alpha).alpha
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.celu(input, this.alpha)
  }

  override extraRepr(): string {
    return `alpha=${pythonFloat(this.alpha)}`
  }
}

/** `x` moved towards 0 by `lambd`. */
export class Softshrink extends Activation {
  readonly lambd: number

  constructor(lambd?: number | OptionsOf<'Softshrink'>) {
    super()
    this.lambd = readOptions('Softshrink', lambd).lambd
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.softshrink(input, this.lambd)
  }

  override extraRepr(): string {
    return pythonFloat(this.lambd)
  }
}

/** `x` where `|x|` is above `lambd`, else 0. */
export class Hardshrink extends Activation {
  readonly lambd: number

  constructor(lambd?: number | OptionsOf<'Hardshrink'>) {
    super()
    this.lambd = readOptions('Hardshrink', lambd).lambd
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.hardshrink(input, this.lambd)
  }

  override extraRepr(): string {
    return pythonFloat(this.lambd)
  }
}

/** `x · Φ(x)` with the normal distribution Φ, or its approximation by tanh. */
export class GELU extends Activation {
  readonly approximate: 'none' | 'tanh'

  constructor(approximate?: 'none' | 'tanh' | OptionsOf<'GELU'>) {
    super()
    this.approximate = readOptions('GELU', approximate).approximate
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.gelu(input, this.approximate)
  }

  override extraRepr(): string {
    return `approximate='${this.approximate}'`
  }
}

/** `log(1 + e^(beta·x)) / beta`, and `x` where `beta·x` is above the threshold. */
export class Softplus extends Activation {
  readonly beta: number
  readonly threshold: number

  constructor(beta?: number | OptionsOf<'Softplus'>, options?: OptionsOf<'Softplus'>) {
    super()
    const given = readOptions('Softplus', beta, options)
    this.beta = given.beta
    this.threshold = given.threshold
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.softplus(input, this.beta, { threshold: this.threshold })
  }

  override extraRepr(): string {
    return `beta=${pythonFloat(this.beta)}, threshold=${pythonFloat(this.threshold)}`
  }
}

/** `x` clipped to `[minVal, maxVal]`. */
export class Hardtanh extends Activation {
  readonly minVal: number
  readonly maxVal: number

  constructor(minVal?: number | OptionsOf<'Hardtanh'>, options?: OptionsOf<'Hardtanh'>) {
    super()
    const given = readOptions('Hardtanh', minVal, options)
    this.minVal = given.minVal
    this.maxVal = given.maxVal
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.hardtanh(input, this.minVal, { maxVal: this.maxVal })
  }

  override extraRepr(): string {
    return `min_val=${pythonFloat(this.minVal)}, max_val=${pythonFloat(this.maxVal)}`
  }
}

/** `x` where it is above the threshold, else `value`. */
export class Threshold extends Activation {
  readonly threshold: number
  readonly value: number

  constructor(threshold: number, value: number) {
    super()
    checkRequired('Threshold', threshold, value)
    this.threshold = threshold
    this.value = value
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.threshold(input, this.threshold, this.value)
  }

  override extraRepr(): string {
    return `threshold=${this.threshold}, value=${this.value}`
  }
}

/** `x` where it is positive, else `weight · x` with a learned weight, one or one for each channel. */
export class PReLU extends Activation {
  readonly numParameters: number
  readonly init: number
  readonly weight: Parameter<[number]>

  constructor(numParameters?: number | OptionsOf<'PReLU'>, options?: OptionsOf<'PReLU'>) {
    super()
    const given = readOptions('PReLU', numParameters, options)
    this.numParameters = given.numParameters
    this.init = given.init
    this.weight = constant_(emptyParameter([given.numParameters], given.dtype), given.init)
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.prelu(input, this.weight)
  }

  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`
  }
}

/** The first half along `dim` times the sigmoid of the second half. */
export class GLU extends Module {
  readonly dim: number

  constructor(dim?: number | OptionsOf<'GLU'>) {
    super()
    this.dim = readOptions('GLU', dim).dim
  }

  forward<D extends DType>(input: Tensor<any, D>): Tensor<number[], D> {
    return F.glu(input, this.dim)
  }

  override extraRepr(): string {
    return `dim=${this.dim}`
  }
}

/** `eˣ / Σ eˣ` along `dim`. */
export class Softmax extends Activation {
  readonly dim: number

  constructor(dim: number) {
    super()
    checkRequired('Softmax', dim)
    this.dim = dim
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.softmax(input, this.dim)
  }

  override extraRepr(): string {
    return `dim=${this.dim}`
  }
}

/** `log(softmax(x))` along `dim`. */
export class LogSoftmax extends Activation {
  readonly dim: number

  constructor(dim: number) {
    super()
    checkRequired('LogSoftmax', dim)
    this.dim = dim
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.logSoftmax(input, this.dim)
  }

  override extraRepr(): string {
    return `dim=${this.dim}`
  }
}

/** `softmax(−x)` along `dim`. */
export class Softmin extends Activation {
  readonly dim: number

  constructor(dim: number) {
    super()
    checkRequired('Softmin', dim)
    this.dim = dim
  }

  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.softmin(input, this.dim)
  }

  override extraRepr(): string {
    return `dim=${this.dim}`
  }
}
