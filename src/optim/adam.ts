// Adam and AdamW, which differ in how the weights decay.
import { gradientOf } from '../autograd/index.ts'
import { OptionError } from '../core/errors.ts'
import type { Value } from '../core/value.ts'
import * as P from '../primitives/operations.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { demand, Optimizer, type ParameterGroup, type ParameterState, type Parameters } from './optimizer.ts'
import { type OptionsOf, type ReadOptionsOf, readOptions } from './signatures.ts'

type Hyperparameters = ReadOptionsOf<'Adam'>

const checkAs =
  (name: 'Adam' | 'AdamW') =>
  (options: object): void => {
    const { lr, betas, eps, weightDecay } = readOptions(name, options)
    demand(name, 'lr', lr, lr >= 0, '≥ 0')
    demand(name, 'eps', eps, eps >= 0, '≥ 0')
    demand(name, 'weightDecay', weightDecay, weightDecay >= 0, '≥ 0')
    if (betas.length !== 2) throw new OptionError(`${name}: betas are two numbers, as in [0.9, 0.999].`)
    for (const beta of betas) demand(name, 'each of betas', beta, beta >= 0 && beta < 1, '≥ 0 and < 1')
  }

/** What both have in common; `decoupled` says that weights decay by themselves and not through the gradient. */
abstract class AdamBase extends Optimizer<Hyperparameters> {
  readonly #decoupled: boolean

  constructor(
    name: 'Adam' | 'AdamW',
    params: Parameters<OptionsOf<'Adam'>>,
    lr: number | OptionsOf<'Adam'> | undefined,
    options: OptionsOf<'Adam'> | undefined,
  ) {
    const given = readOptions(name, lr, options)
    const check = checkAs(name)
    check(given)
    super(params as Parameters<Partial<Hyperparameters>>, { ...given }, check)
    this.#decoupled = name === 'AdamW'
  }

  protected override update(group: ParameterGroup<Hyperparameters>): void {
    const lr = this.hyper(group, 'lr')
    const [beta1, beta2] = this.hyper(group, 'betas') as readonly [number, number] // two, by the check
    const eps = this.hyper(group, 'eps')
    const weightDecay = this.hyper(group, 'weightDecay')
    const amsgrad = this.hyper(group, 'amsgrad')
    const maximize = this.hyper(group, 'maximize')
    for (const parameter of group.params) {
      let gradient = gradientOf(parameter)
      if (gradient === null) continue
      if (maximize) gradient = P.neg(gradient)
      const state = this.#stateOf(parameter, amsgrad)
      const step = state['step'] as Value
      P.write(step, P.add(step, 1))
      if (weightDecay !== 0) {
        if (this.#decoupled) P.write(parameter, P.mul(parameter, 1 - lr * weightDecay))
        else gradient = P.addcmul(gradient, parameter, weightDecay)
      }
      const number = (value: number): Value => P.operandLike('Adam', value, parameter.storage.type)
      const mean = state['expAvg'] as Value
      const square = state['expAvgSq'] as Value
      // m ← m + (1 − β₁)(g − m), v ← β₂ v + (1 − β₂) g²
      P.writeResult(mean, 'addcmul', [mean, P.sub(gradient, mean), number(1 - beta1)], null)
      P.writeResult(square, 'addcmul', [P.mul(square, beta2), P.square(gradient), number(1 - beta2)], null)
      const largest = amsgrad ? P.write(state['maxExpAvgSq'] as Value, P.maximum(state['maxExpAvgSq'] as Value, square)) : square
      // 1 − βᵗ = −(e^(t log β) − 1), exact also where βᵗ is near 1; in float64, as 0-d tensors, which do not promote the others
      const t = P.cast(step, 'float64')
      const rate = P.div(lr, P.expm1(P.mul(t, Math.log(beta1))))
      const correction = P.rsqrt(P.neg(P.expm1(P.mul(t, Math.log(beta2)))))
      const denominator = P.addcmul(eps, P.sqrt(largest), correction)
      P.writeResult(parameter, 'addcmul', [parameter, P.div(mean, denominator), rate], null)
    }
  }

  #stateOf(parameter: Tensor, amsgrad: boolean): ParameterState {
    let state = this.state.get(parameter)
    if (state === undefined) {
      const zeros = (): Tensor => P.full(parameter.shape, 0, parameter.dtype) as Tensor
      state = { step: P.full([], 0, 'float32') as Tensor, expAvg: zeros(), expAvgSq: zeros() }
      if (amsgrad) state['maxExpAvgSq'] = zeros()
      this.state.set(parameter, state)
    }
    return state
  }
}

/**
 * Adam (Kingma and Ba 2015): steps of `lr · m̂ / (√v̂ + eps)` with running means m of the gradient and v of its square, corrected for their start.
 * Weight decay adds `weightDecay · p` to the gradient.
 *
 * @example
 * ```ts
 * import { nn, optim } from 'wengert'
 * const model = new nn.Linear(3, 1)
 * const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3, betas: [0.9, 0.99] })
 * ```
 */
export class Adam extends AdamBase {
  constructor(params: Parameters<OptionsOf<'Adam'>>, lr?: number | OptionsOf<'Adam'>, options?: OptionsOf<'Adam'>) {
    super('Adam', params, lr, options)
  }
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019): weights shrink by `lr · weightDecay` of themselves each step. */
export class AdamW extends AdamBase {
  constructor(params: Parameters<OptionsOf<'AdamW'>>, lr?: number | OptionsOf<'AdamW'>, options?: OptionsOf<'AdamW'>) {
    super('AdamW', params, lr, options)
  }
}
