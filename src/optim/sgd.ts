// Stochastic gradient descent.
import { gradientOf } from '../autograd/index.ts'
import { OptionError } from '../core/errors.ts'
import type { Value } from '../core/value.ts'
import * as P from '../primitives/operations.ts'
import { untraced } from '../primitives/tracer.ts'
import { apply, byOptions, type Expression, type Update, updateInPlace, updateRule } from '../primitives/update.ts'
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
  /** Buffers that no step has added to, which a recorded one has not done yet. */
  readonly #unused = new WeakSet<Value>()

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
    const scalars = (isFirst: boolean): number[] => [
      this.hyper(group, 'lr'),
      this.hyper(group, 'weightDecay'),
      this.hyper(group, 'momentum'),
      isFirst ? 1 : 1 - this.hyper(group, 'dampening'), // the first gradient counts in full
    ]
    const updates: Update[] = []
    for (const parameter of group.params) {
      const gradient = gradientOf(parameter)
      if (gradient === null) continue
      const tensors: Value[] = [parameter, gradient]
      let buffer: Tensor | undefined
      if (this.hyper(group, 'momentum') !== 0) {
        buffer = this.state.get(parameter)?.['momentumBuffer']
        if (buffer === undefined) {
          buffer = untraced(() => P.full(parameter.shape, 0, parameter.dtype) as Tensor)
          this.#unused.add(buffer)
          this.state.set(parameter, { momentumBuffer: buffer })
        }
        this.dependOnState(parameter)
        tensors.push(buffer)
      }
      updates.push({
        tensors,
        scalars: () => scalars(buffer !== undefined && this.#unused.delete(buffer)),
      })
    }
    const flags = (): boolean[] => [
      this.hyper(group, 'maximize'),
      this.hyper(group, 'weightDecay') !== 0,
      this.hyper(group, 'momentum') !== 0,
      this.hyper(group, 'nesterov'),
    ]
    updateInPlace(() => rule(flags()), updates)
  }
}

/** The rule for the hyperparameters in use. */
const rule = /*@__PURE__*/ byOptions(([maximize, decays, hasMomentum, nesterov]) => {
  const tensors = ['parameter', 'gradient', 'buffer'] as const
  return updateRule('SGD', hasMomentum ? tensors : tensors.slice(0, 2), ['lr', 'weightDecay', 'momentum', 'share'], (old) => {
    let direction: Expression = maximize ? apply('neg', old.gradient) : old.gradient
    if (decays) direction = apply('add', direction, apply('mul', old.parameter, old.weightDecay))
    if (!hasMomentum) return { parameter: apply('sub', old.parameter, apply('mul', direction, old.lr)) }
    const buffer = apply('add', apply('mul', direction, old.share), apply('mul', old.buffer, old.momentum))
    direction = nesterov ? apply('add', direction, apply('mul', buffer, old.momentum)) : buffer
    return { buffer, parameter: apply('sub', old.parameter, apply('mul', direction, old.lr)) }
  })
})
