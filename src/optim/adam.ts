// Adam and AdamW, which differ in how the weights decay.
import { gradientOf } from '../autograd/index.ts'
import { OptionError } from '../core/errors.ts'
import type { Value } from '../core/value.ts'
import * as P from '../primitives/operations.ts'
import { untraced } from '../primitives/tracer.ts'
import { apply, byOptions, type Expression, type Update, updateInPlace, updateRule } from '../primitives/update.ts'
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
    const scalars = (t: number): number[] => {
      const lr = this.hyper(group, 'lr')
      const [beta1, beta2] = this.hyper(group, 'betas') as readonly [number, number] // two, by the check
      const weightDecay = this.hyper(group, 'weightDecay')
      const decay = this.#decoupled ? 1 - lr * weightDecay : weightDecay
      // 1 − βᵗ = −(e^(t log β) − 1), exact also where βᵗ is near 1
      const rate = -lr / Math.expm1(t * Math.log(beta1))
      const correction = 1 / Math.sqrt(-Math.expm1(t * Math.log(beta2)))
      return [decay, 1 - beta1, beta2, 1 - beta2, this.hyper(group, 'eps'), rate, correction]
    }
    const amsgrad = this.hyper(group, 'amsgrad')
    const updates: Update[] = []
    for (const parameter of group.params) {
      const gradient = gradientOf(parameter)
      if (gradient === null) continue
      const { step, expAvg, expAvgSq, maxExpAvgSq } = this.#stateOf(parameter, amsgrad)
      const tensors = [parameter, gradient, expAvg, expAvgSq] as Value[] // of every state
      if (amsgrad) tensors.push(maxExpAvgSq as Value)
      updates.push({ tensors, count: step as Value, scalars })
    }
    const flags = (): boolean[] => [
      this.hyper(group, 'maximize'),
      this.hyper(group, 'weightDecay') !== 0,
      this.#decoupled,
      this.hyper(group, 'amsgrad'),
    ]
    updateInPlace(() => rule(flags()), updates)
  }

  #stateOf(parameter: Tensor, amsgrad: boolean): ParameterState {
    const zeros = (): Tensor => untraced(() => P.full(parameter.shape, 0, parameter.dtype) as Tensor)
    let state = this.state.get(parameter)
    if (state === undefined) {
      state = { step: untraced(() => P.full([], 0, 'float32') as Tensor), expAvg: zeros(), expAvgSq: zeros() }
      this.state.set(parameter, state)
    }
    if (amsgrad) state['maxExpAvgSq'] ??= zeros()
    this.dependOnState(parameter)
    return state
  }
}

/** The rule for the hyperparameters in use. */
const rule = /*@__PURE__*/ byOptions(([maximize, decays, decoupled, amsgrad]) => {
  const tensors = ['parameter', 'gradient', 'mean', 'square', 'largest'] as const
  const scalars = ['decay', 'meanShare', 'beta2', 'squareShare', 'eps', 'rate', 'correction'] as const
  return updateRule(decoupled ? 'AdamW' : 'Adam', amsgrad ? tensors : tensors.slice(0, 4), scalars, (old) => {
    let gradient: Expression = maximize ? apply('neg', old.gradient) : old.gradient
    let { parameter }: { parameter: Expression } = old
    if (decays && decoupled) parameter = apply('mul', parameter, old.decay)
    if (decays && !decoupled) gradient = apply('add', gradient, apply('mul', parameter, old.decay))
    // m ← m + (1 − β₁)(g − m), v ← β₂ v + (1 − β₂) g²
    const mean = apply('add', old.mean, apply('mul', apply('sub', gradient, old.mean), old.meanShare))
    const square = apply('add', apply('mul', old.square, old.beta2), apply('mul', apply('mul', gradient, gradient), old.squareShare))
    const largest = amsgrad ? apply('max', old.largest, square) : square
    const denominator = apply('add', apply('mul', apply('sqrt', largest), old.correction), old.eps)
    parameter = apply('sub', parameter, apply('mul', apply('div', mean, denominator), old.rate))
    return { mean, square, ...(amsgrad && { largest }), parameter }
  })
})

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
