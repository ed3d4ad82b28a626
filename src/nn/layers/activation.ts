// Activations without settings, as layers; the formulas and their derivatives are in functional/activation.ts.
import type { DType } from '../../core/dtype.ts'
import type { Shape } from '../../core/shape.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import * as F from '../functional/activation.ts'
import { Module } from '../module.ts'
import type { KeepsShape } from '../shape-flow.ts'

/** What all activations share: the shape stays. */
export abstract class Activation extends Module {
  /** @internal */
  declare readonly shapeRule?: KeepsShape
  abstract forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D>
}

/**
 * `max(x, 0)`.
 *
 * @example
 * ```ts
 * import { nn, tensor } from 'wengert'
 * console.log(new nn.ReLU().forward(tensor([-1, 2])).toArray()) // [ 0, 2 ]
 * ```
 */
export class ReLU extends Activation {
  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.relu(input)
  }
}

/** `min(max(x, 0), 6)`. */
export class ReLU6 extends Activation {
  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.relu6(input)
  }
}

/** `1 / (1 + e⁻ˣ)`. */
export class Sigmoid extends Activation {
  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.sigmoid(input)
  }
}

/** The hyperbolic tangent. */
export class Tanh extends Activation {
  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.tanh(input)
  }
}

/** The self-normalising exponential unit. */
export class SELU extends Activation {
  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.selu(input)
  }
}

/** `x · sigmoid(x)`. */
export class SiLU extends Activation {
  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.silu(input)
  }
}

/** `x · tanh(softplus(x))`. */
export class Mish extends Activation {
  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.mish(input)
  }
}

/** `x · hardsigmoid(x)`. */
export class Hardswish extends Activation {
  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.hardswish(input)
  }
}

/** `min(max(x / 6 + ½, 0), 1)`. */
export class Hardsigmoid extends Activation {
  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.hardsigmoid(input)
  }
}

/** `log(sigmoid(x))`. */
export class LogSigmoid extends Activation {
  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.logsigmoid(input)
  }
}

/** `x / (1 + |x|)`. */
export class Softsign extends Activation {
  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.softsign(input)
  }
}

/** `x − tanh(x)`. */
export class Tanhshrink extends Activation {
  override forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<S, D> {
    return F.tanhshrink(input)
  }
}
