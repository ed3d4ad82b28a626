// Modules as functions of their parameters and buffers. What it needs of a module it says in an interface: no layer is known here.

import { noGrad, requiresGrad, setRequiresGrad } from '../autograd/index.ts'
import { OptionError, ShapeError } from '../core/errors.ts'
import { isPlainObject } from '../core/nested.ts'
import { printShape, sameShape } from '../core/shape.ts'
import { Value } from '../core/value.ts'
import { concatenate, describe, unsqueeze } from '../primitives/operations.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { requireList } from './arguments.ts'

/** What a module must offer so that it can be called with other parameters. */
export interface StatefulModule {
  readonly training: boolean
  forward(...args: any[]): unknown
  namedParameters(): [string, Tensor][]
  namedBuffers(): [string, Tensor][]
  /** Runs a function while these tensors stand in place of the module's own. */
  withState<R>(state: Readonly<Record<string, Tensor>>, run: () => R): R
}

/** Tensors by the names of a module's parameters and buffers. */
export type NamedState = Readonly<Record<string, Tensor>>

/** The arguments of `forward`, or, where there is one, that alone. */
export type CallArguments<M extends StatefulModule> =
  | Readonly<Parameters<M['forward']>>
  | (Parameters<M['forward']> extends [infer A, ...unknown[]] ? (A extends readonly unknown[] ? never : A) : never)

/** One state of several, whose keys must differ. */
function merged(states: readonly unknown[]): Record<string, Tensor> {
  const state: Record<string, Tensor> = {}
  for (const part of states) {
    if (!isPlainObject(part))
      throw new OptionError(
        `functionalCall: parameters and buffers must be an object of tensors by name, got ${describe(part)}. See stateDict().`,
      )
    for (const [key, tensor] of Object.entries(part)) {
      if (Object.hasOwn(state, key)) throw new OptionError(`functionalCall: '${key}' is given twice. Keep one.`)
      if (!(tensor instanceof Value)) throw new OptionError(`functionalCall: '${key}' must be a tensor, got ${describe(tensor)}.`)
      state[key] = tensor as Tensor
    }
  }
  return state
}

/**
 * Runs a module's `forward` with the given tensors in place of its parameters and buffers; the others stay. The module is the same
 * afterwards, also if forward throws.
 *
 * @param parametersAndBuffers Tensors by the keys of `stateDict()`, or several such objects. A tensor that the module has under several
 * names is replaced under all of them.
 * @param args The arguments of forward as an array; one that is no array may stand alone.
 * @throws OptionError if a key is none of the module's.
 * @example
 * ```ts
 * import { func, nn, ones, type Tensor, zeros } from 'wengert'
 * const model = new nn.Linear(2, 1)
 * const x = ones([4, 2])
 * const loss = (weights: Record<string, Tensor>) => func.functionalCall(model, weights, x).square().mean()
 * const gradients = func.grad(loss)({ weight: ones([1, 2]), bias: zeros([1]) })
 * console.log(gradients.weight?.toArray(), gradients.bias?.toArray()) // [ [ 4, 4 ] ] [ 4 ]
 * ```
 */
export function functionalCall<M extends StatefulModule>(
  module: M,
  parametersAndBuffers: NamedState | readonly NamedState[],
  args: CallArguments<M>,
): ReturnType<M['forward']> {
  if (typeof (module as StatefulModule | null)?.withState !== 'function')
    throw new OptionError(`functionalCall: needs a module, got ${describe(module)}. Give an instance of nn.Module.`)
  const state = merged(Array.isArray(parametersAndBuffers) ? parametersAndBuffers : [parametersAndBuffers])
  const list: readonly unknown[] = Array.isArray(args) ? args : [args]
  return module.withState(state, () => module.forward(...list)) as ReturnType<M['forward']> // what forward returns
}

/** One tensor of all, with a new first dim: a leaf that requires grad if they all do. */
function stacked(key: string, tensors: readonly Tensor[]): Tensor {
  const [first] = tensors as [Tensor]
  const other = tensors.find(({ shape, dtype }) => !sameShape(shape, first.shape) || dtype !== first.dtype)
  if (other !== undefined)
    throw new ShapeError(
      `stackModuleState: '${key}' is ${first.dtype} ${printShape(first.shape)} in one module and ${other.dtype} ${printShape(other.shape)} in another. Build all with the same sizes.`,
    )
  const wanted = requiresGrad(first)
  if (tensors.some((tensor) => requiresGrad(tensor) !== wanted))
    throw new OptionError(`stackModuleState: '${key}' requires grad in some modules only. Make them alike with requiresGrad_().`)
  const whole = noGrad(() =>
    concatenate(
      tensors.map((tensor) => unsqueeze(tensor, 0)),
      0,
    ),
  )
  if (wanted) setRequiresGrad(whole, true)
  return whole as Tensor // made by the library, where values are tensors
}

/**
 * The parameters and the buffers of several modules of one class, each stacked along a new first dim, for `vmap` over an ensemble. They are
 * copies, and leaves that require grad where the modules' own do.
 *
 * @throws OptionError if the modules are of different classes, or some are in training mode and some are not.
 * @example
 * ```ts
 * import { func, nn, randn, type Tensor } from 'wengert'
 * const models = [new nn.Linear(3, 2), new nn.Linear(3, 2), new nn.Linear(3, 2)]
 * const [params, buffers] = func.stackModuleState(models)
 * const [base] = models as [nn.Linear]
 * const predict = (p: typeof params, b: typeof buffers, x: Tensor) => func.functionalCall(base, [p, b], x)
 * console.log(func.vmap(predict, { inDims: [0, 0, null] })(params, buffers, randn([8, 3])).shape) // [ 3, 8, 2 ]
 * ```
 */
export function stackModuleState(modules: readonly StatefulModule[]): [params: Record<string, Tensor>, buffers: Record<string, Tensor>] {
  requireList('stackModuleState', 'modules', modules)
  const [first] = modules
  if (first === undefined) throw new OptionError('stackModuleState: there is no module. Give at least one.')
  const wrong = modules.findIndex((module: Partial<StatefulModule> | null | undefined) => typeof module?.namedParameters !== 'function')
  if (wrong >= 0) throw new OptionError(`stackModuleState: needs modules, got ${describe(modules[wrong])}. Give instances of nn.Module.`)
  const other = modules.find(({ constructor }) => constructor !== first.constructor)
  if (other !== undefined)
    throw new OptionError(
      `stackModuleState: all modules must be of one class, got ${first.constructor.name} and ${other.constructor.name}. Stack them apart.`,
    )
  if (modules.some(({ training }) => training !== first.training))
    throw new OptionError('stackModuleState: some modules are in training mode and some are not. Call train() or eval() on all.')
  const stack = (namesOf: (module: StatefulModule) => [string, Tensor][]): Record<string, Tensor> => {
    const all = modules.map((module) => new Map(namesOf(module)))
    return Object.fromEntries(
      namesOf(first).map(([key]) => {
        const tensors = all.map((named) => {
          const tensor = named.get(key)
          if (tensor === undefined)
            throw new OptionError(`stackModuleState: '${key}' is missing in one of the modules. Build all with the same options.`)
          return tensor
        })
        return [key, stacked(key, tensors)]
      }),
    )
  }
  return [stack((module) => module.namedParameters()), stack((module) => module.namedBuffers())]
}
