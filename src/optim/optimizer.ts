// What optimizers share: parameter groups, state for each parameter, saving and loading in PyTorch's layout. It must not know any update rule.

import { gradientOf, isLeaf, setGradEnabled, setGradient } from '../autograd/index.ts'
import { GradError, OptionError } from '../core/errors.ts'
import { Printed } from '../core/printed.ts'
import { Value } from '../core/value.ts'
import * as P from '../primitives/operations.ts'
import { dependOn } from '../primitives/tracer.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { loadOptimizerState, type OptimizerState, optimizerState, readableGroup } from './optimizer-state.ts'
import { type OptionsOf, readOptions } from './signatures.ts'

/** Parameters with hyperparameters of their own. */
export type ParameterGroup<H> = H & { params: Tensor[] }
/** What an optimizer optimizes: tensors, or groups of tensors that set some hyperparameters for themselves. */
export type Parameters<Options> = Iterable<Tensor> | Iterable<Options & { readonly params: Tensor | Iterable<Tensor> }>
/** What an optimizer keeps for one parameter: running means, step counts. */
export type ParameterState = Record<string, Tensor>

/**
 * Base class of optimizers. `step()` changes every parameter that has a gradient; `zeroGrad()` drops the gradients.
 *
 * @example
 * ```ts
 * import { optim, tensor } from 'wengert'
 * const w = tensor([2], { requiresGrad: true })
 * const optimizer = new optim.SGD([w], 0.1)
 * w.mul(w).sum().backward()
 * optimizer.step()
 * optimizer.zeroGrad()
 * console.log(w.item().toFixed(1), w.grad) // 1.6 null
 * ```
 */
export abstract class Optimizer<H extends object = object> extends Printed {
  /** The parameters by group. Hyperparameters may be changed between steps: `optimizer.paramGroups[0].lr = 0.01`. */
  readonly paramGroups: ParameterGroup<H>[] = []
  /** What is kept for each parameter. */
  readonly state: Map<Tensor, ParameterState> = new Map()
  /** Hyperparameters of groups that do not set their own. */
  readonly defaults: H
  readonly #check: (options: object) => void

  /** `check` throws for hyperparameters of a group that do not exist or have values they cannot have. */
  constructor(params: Parameters<Partial<H>>, defaults: H, check: (options: object) => void) {
    super()
    this.defaults = defaults
    this.#check = check
    const items = [...iterate<unknown>(this.constructor.name, params)]
    if (items.length === 0)
      throw new OptionError(`${this.constructor.name}: got no parameters to optimize. Are they in #private fields of the module?`)
    if (items.every((item) => item instanceof Value)) this.addParamGroup({ params: items } as never)
    else for (const group of items) this.addParamGroup(group as never) // checked there
  }

  /** Adds parameters, with hyperparameters of their own where given. */
  addParamGroup(group: Partial<H> & { readonly params: Tensor | Iterable<Tensor> }): void {
    const name = this.constructor.name
    if (typeof group !== 'object' || group === null || group instanceof Value || !('params' in group)) {
      throw new OptionError(`${name}: a parameter group is an object with params, as in { params: model.parameters(), lr: 0.01 }.`)
    }
    const { params, ...own } = group
    this.#check(own)
    const list = params instanceof Value ? [params as Tensor] : [...iterate(name, params)]
    if (list.length === 0) throw new OptionError(`${name}: got a group without parameters.`)
    const known = new Set(this.paramGroups.flatMap((other) => other.params))
    for (const parameter of list) {
      if (!(parameter instanceof Value))
        throw new OptionError(
          `${name}: parameters are tensors, got ${parameter === null ? 'null' : typeof parameter}. Give model.parameters().`,
        )
      if (!isLeaf(parameter))
        throw new GradError(
          `${name}: a parameter is the result of an operation, so nothing would change it lastingly. Give the tensor it was made from, or detach it.`,
        )
      if (known.has(parameter)) throw new OptionError(`${name}: a parameter appears twice. Each belongs to one group, once.`)
      known.add(parameter)
    }
    const set = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined))
    this.paramGroups.push({ ...this.defaults, ...set, params: list })
  }

  /** Changes every parameter that has a gradient. Nothing is recorded. */
  step(): void {
    const recording = setGradEnabled(false)
    try {
      dependOn('groups of parameters', () => this.paramGroups)
      for (const group of this.paramGroups) {
        dependOn('groups of parameters', () => group.params)
        this.update(group)
      }
    } finally {
      setGradEnabled(recording)
    }
  }

  /** Drops all gradients, or fills them with zeros with `{ setToNull: false }`. */
  zeroGrad(options?: OptionsOf<'zeroGrad'>): void {
    const { setToNull } = readOptions('zeroGrad', options)
    for (const { params } of this.paramGroups) {
      for (const parameter of params) {
        if (setToNull) setGradient(parameter, null)
        else {
          const gradient = gradientOf(parameter)
          if (gradient !== null) P.write(gradient, 0)
        }
      }
    }
  }

  /** State and groups in PyTorch's layout and under its names; tensors share memory with the optimizer's. */
  stateDict(): OptimizerState {
    return optimizerState(this.paramGroups, this.state)
  }

  /** Takes over a state that `stateDict()` gave, here or in PyTorch; parameters correspond by position. */
  loadStateDict(state: OptimizerState): void {
    loadOptimizerState(this.constructor.name, state, this.paramGroups, this.state, this.#check)
  }

  /** The groups and their hyperparameters. */
  override toString(): string {
    const groups = this.paramGroups.map((group, index) => `Parameter Group ${index}\n${readableGroup(group)}`)
    return `${this.constructor.name} (\n${groups.join('\n')})`
  }

  /** The one way in which update rules read hyperparameters, so that a recorded step can take new values. */
  protected hyper<K extends keyof H>(group: ParameterGroup<H>, name: K): ParameterGroup<H>[K] {
    return group[name]
  }

  /** A recorded step holds as long as what is kept for a parameter is not replaced, as `loadStateDict` does. */
  protected dependOnState(parameter: Tensor): void {
    dependOn('loadStateDict()', () => this.state.get(parameter))
  }

  /** One step for the parameters of a group, with recording off. */
  protected abstract update(group: ParameterGroup<H>): void
}

function iterate<T>(name: string, list: Iterable<T>): Iterable<T> {
  if (typeof list !== 'object' || list === null || list instanceof Value || !(Symbol.iterator in list)) {
    throw new OptionError(`${name}: parameters are a list of tensors or of groups. Write [parameter] for a single one.`)
  }
  return list
}

/** Throws unless the condition holds; for hyperparameters. */
export function demand(name: string, parameter: string, value: number, holds: boolean, range: string): void {
  if (!holds) throw new OptionError(`${name}: ${parameter} must be ${range}, not ${value}.`)
}
