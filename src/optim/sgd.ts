// Stochastic gradient descent.
import { gradientOf } from '../autograd/index.ts'
import { OptionError } from '../core/errors.ts'
import * as P from '../primitives/operations.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { demand, Optimizer, type ParameterGroup, type Parameters } from './optimizer.ts'
import { type OptionsOf, type ReadOptionsOf, readOptions } from './signatures.ts'

type Hyperparameters = ReadOptionsOf<'SGD'>

function check(options: object): void {
  const { lr, momentum, weightDecay } = readOptions('SGD', options)
  demand('SGD', 'lr', lr, lr >= 0, '≥ 0')
  demand('SGD', 'momentum', momentum, momentum >= 0, '≥ 0')
  demand('SGD', 'weightDecay', weightDecay, weightDecay >= 0, '≥ 0')
}

/**
 * Stochastic gradient descent: `p ← p − lr · g`; with momentum `b ← momentum · b + (1 − dampening) · g` takes the place of g
 * (with Nesterov's `g + momentum · b`). Weight decay adds `weightDecay · p` to g.
 *
 * @example
 * ```ts
 * import { nn, optim } from 'wengert'
 * const model = new nn.Linear(3, 1)
 * const optimizer = new optim.SGD(model.parameters(), { lr: 0.01, momentum: 0.9 })
 * ```
 */
export class SGD extends Optimizer<Hyperparameters> {
  constructor(params: Parameters<OptionsOf<'SGD'>>, lr?: number | OptionsOf<'SGD'>, options?: OptionsOf<'SGD'>) {
    const given = readOptions('SGD', lr, options)
    check(given)
    super(params as Parameters<Partial<Hyperparameters>>, { ...given }, check)
    for (const group of this.paramGroups) {
      if (group.nesterov && (group.momentum <= 0 || group.dampening !== 0))
        throw new OptionError('SGD: nesterov needs a momentum above 0 and no dampening.')
    }
  }

  protected override update(group: ParameterGroup<Hyperparameters>): void {
    const lr = this.hyper(group, 'lr')
    const momentum = this.hyper(group, 'momentum')
    const weightDecay = this.hyper(group, 'weightDecay')
    const maximize = this.hyper(group, 'maximize')
    const { params } = group
    for (let i = 0; i < params.length; i++) {
      const parameter = params[i] as Tensor
      let direction = gradientOf(parameter)
      if (direction === null) continue
      if (maximize) direction = P.neg(direction)
      if (weightDecay !== 0) direction = P.addcmul(direction, parameter, weightDecay)
      if (momentum !== 0) {
        const buffer = this.#accumulate(parameter, direction as Tensor, momentum, this.hyper(group, 'dampening'))
        direction = this.hyper(group, 'nesterov') ? P.addcmul(direction, buffer, momentum) : buffer
      }
      P.writeResult(parameter, 'addcmul', [parameter, direction, P.operandLike('SGD', -lr, parameter.storage.type)], null)
    }
  }

  #accumulate(parameter: Tensor, gradient: Tensor, momentum: number, dampening: number): Tensor {
    let state = this.state.get(parameter)
    if (state === undefined) {
      state = { momentumBuffer: P.copy(gradient) as Tensor }
      this.state.set(parameter, state)
      return state['momentumBuffer'] as Tensor
    }
    const buffer = state['momentumBuffer'] as Tensor
    const share = dampening === 0 ? gradient : P.mul(gradient, 1 - dampening)
    P.writeResult(buffer, 'addcmul', [share, buffer, P.operandLike('SGD', momentum, buffer.storage.type)], null)
    return buffer
  }
}
