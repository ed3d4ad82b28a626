// Saving and loading optimizers in PyTorch's layout: `{ state: { 0: { step, exp_avg } }, param_groups: [{ lr, params: [0] }] }`.
import { detach } from '../autograd/index.ts'
import { OptionError, ShapeError } from '../core/errors.ts'
import { printShape, sameShape } from '../core/shape.ts'
import { Value } from '../core/value.ts'
import * as P from '../primitives/operations.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** An optimizer's state as PyTorch lays it out; parameters are numbered through all groups. */
export interface OptimizerState {
  state: Record<number, Record<string, Tensor>>
  param_groups: ({ params: number[] } & Record<string, unknown>)[]
}

type Group = { params: Tensor[] }
type States = Map<Tensor, Record<string, Tensor>>

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** The state of an optimizer in PyTorch's layout. */
export function optimizerState(groups: readonly Group[], states: States): OptimizerState {
  const state: OptimizerState['state'] = {}
  let first = 0
  const saved = groups.map(({ params, ...hyperparameters }) => {
    params.forEach((parameter, position) => {
      const own = states.get(parameter)
      if (own !== undefined)
        state[first + position] = Object.fromEntries(
          Object.entries(own).map(([name, tensor]) => [snakeCase(name), detach(tensor) as Tensor]),
        )
    })
    const entries = Object.entries(hyperparameters).map(([name, value]) => [snakeCase(name), value] as const)
    first += params.length
    return { ...Object.fromEntries(entries), params: params.map((_, position) => first - params.length + position) }
  })
  return { state, param_groups: saved }
}

/** Takes a saved state over; throws before anything changes where it does not fit. Hyperparameters unknown here are left out. */
export function loadOptimizerState(
  name: string,
  saved: OptimizerState,
  groups: Group[],
  states: States,
  check: (options: object) => void,
): void {
  const refuse = (problem: string): never => {
    throw new OptionError(`${name}.loadStateDict: ${problem} Nothing was loaded.`)
  }
  if (!Array.isArray(saved?.param_groups) || typeof saved.state !== 'object')
    refuse('this is no optimizer state. It has the keys state and param_groups.')
  if (saved.param_groups.length !== groups.length)
    refuse(`the state has ${saved.param_groups.length} parameter groups, the optimizer ${groups.length}.`)
  const loaded: States = new Map()
  const hyperparameters = groups.map((group, index) => {
    const { params, ...rest } = saved.param_groups[index] as OptimizerState['param_groups'][number]
    if (params.length !== group.params.length)
      refuse(`group ${index} has ${params.length} parameters in the state, ${group.params.length} in the optimizer.`)
    params.forEach((number, position) => {
      const own = saved.state[number]
      if (own !== undefined) loaded.set(group.params[position] as Tensor, loadParameter(name, own, group.params[position] as Tensor))
    })
    const known = Object.entries(rest)
      .map(([key, value]) => [camelCase(key), value] as const)
      .filter(([key]) => key in group)
    const own = Object.fromEntries(known)
    check(own)
    return own
  })
  groups.forEach((group, index) => Object.assign(group, hyperparameters[index]))
  states.clear()
  for (const [parameter, own] of loaded) states.set(parameter, own)
}

function loadParameter(name: string, own: Record<string, unknown>, parameter: Tensor): Record<string, Tensor> {
  const tensors = Object.entries(own).flatMap(([key, value]) => {
    if (value === null) return []
    const tensor = typeof value === 'number' ? P.full([], value, 'float32') : value
    if (!(tensor instanceof Value)) throw new OptionError(`${name}.loadStateDict: ${key} is not a tensor. Nothing was loaded.`)
    if (key === 'step') return [[key, P.copy(P.cast(detach(tensor), 'float32'))] as const]
    if (!sameShape(tensor.shape, parameter.shape)) {
      throw new ShapeError(
        `${name}.loadStateDict: ${key} has shape ${printShape(tensor.shape)}, its parameter ${printShape(parameter.shape)}. Nothing was loaded.`,
      )
    }
    return [[camelCase(key), P.copy(P.cast(detach(tensor), parameter.dtype))] as const]
  })
  return Object.fromEntries(tensors) as Record<string, Tensor>
}

/** A group's hyperparameters, a line each. */
export function readableGroup(group: Group): string {
  const names = Object.keys(group)
    .filter((name) => name !== 'params')
    .sort()
  const written = (value: unknown): string => (Array.isArray(value) ? `[${value.join(', ')}]` : JSON.stringify(value))
  return names.map((name) => `    ${name}: ${written((group as Record<string, unknown>)[name])}\n`).join('')
}
