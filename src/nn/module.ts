// The base of all layers and models: it finds what they own by walking their public properties.

import { noGrad, setRequiresGrad } from '../autograd/index.ts'
import { type DType, dtypeFacts, isFloating } from '../core/dtype.ts'
import { DTypeError } from '../core/errors.ts'
import { Printed } from '../core/printed.ts'
import { cast, write } from '../primitives/operations.ts'
import { dependOn } from '../primitives/tracer.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { printModule } from './module-format.ts'
import { withState } from './module-state.ts'
import { isModule, membersOf, modulesOf, tensorsOf } from './module-tree.ts'
import { Buffer, isBuffer, isParameter, Parameter } from './parameter.ts'
import { readOptions } from './signatures/modules.ts'
import type { OptionsOf } from './signatures.ts'
import { type KeyMismatch, liveState, loadState, type StateDict } from './state-dict.ts'

const mode: unique symbol = /*@__PURE__*/ Symbol('training') as never // the declared type makes it a constant name

/**
 * Base class of layers and models: write the parts as properties and the computation as `forward`.
 *
 * Parameters, buffers and modules are found in public properties, and in arrays and plain objects in them.
 * `#private` fields cannot be seen from outside, so what they hold is neither trained nor saved. Plain tensors are not parameters:
 * wrap them in `nn.Parameter` or `nn.Buffer`.
 *
 * @example
 * ```ts
 * import { nn, randn, type Tensor } from 'wengert'
 * class Net extends nn.Module {
 *   fc1 = new nn.Linear(784, 128)
 *   fc2 = new nn.Linear(128, 10)
 *   forward(x: Tensor) {
 *     return this.fc2.forward(this.fc1.forward(x).relu())
 *   }
 * }
 * const net = new Net()
 * console.log(net.forward(randn([32, 784])).shape) // [ 32, 10 ]
 * console.log(net.namedParameters().map(([name]) => name)) // [ 'fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias' ]
 * ```
 */
export class Module extends Printed {
  /** Names in `stateDict` where they differ from the property: `{ runningMean: 'running_mean' }`. An empty name makes an array transparent. */
  static readonly stateNames: Readonly<Record<string, string>> = {}

  /** @internal Recognised by this, not by `instanceof`, so that two copies of the library agree. */
  get wengertKind(): 'module' {
    return 'module'
  }

  /** @internal */
  [mode]: boolean = true

  /** Whether the module is in training mode, which changes dropout and batch norm. */
  get training(): boolean {
    dependOn('train() and eval()', () => this[mode])
    return this[mode]
  }

  set training(training: boolean) {
    this[mode] = training
  }

  /** All parameters of this module and those below it, each once. */
  parameters(): Parameter[] {
    return tensorsOf(this, isParameter, '').map(([, parameter]) => parameter)
  }

  /** All parameters with their names, such as `fc1.weight`. */
  namedParameters(): [string, Parameter][] {
    return tensorsOf(this, isParameter, '')
  }

  /** All buffers of this module and those below it, each once. */
  buffers(): Buffer[] {
    return tensorsOf(this, isBuffer, '').map(([, buffer]) => buffer)
  }

  /** All buffers with their names, such as `bn1.running_mean`. */
  namedBuffers(): [string, Buffer][] {
    return tensorsOf(this, isBuffer, '')
  }

  /** This module and all below it, parents first. */
  modules(): Module[] {
    return modulesOf(this, '').map(([, module]) => module)
  }

  /** This module (named '') and all below it, with their names. */
  namedModules(): [string, Module][] {
    return modulesOf(this, '')
  }

  /** The modules directly below this one. */
  children(): Module[] {
    return [...new Set(this.namedChildren().map(([, module]) => module))]
  }

  /** The modules directly below this one, with their names. */
  namedChildren(): [string, Module][] {
    return membersOf(this).flatMap(({ name, value }) => (isModule(value) ? [[name, value] as [string, Module]] : []))
  }

  /** Puts this module and all below it into training mode, or out of it with `{ mode: false }`. */
  train(options?: OptionsOf<'train'>): this {
    const given = readOptions('train', options)
    for (const module of this.modules()) module.training = given.mode
    return this
  }

  /** Puts this module and all below it into evaluation mode: no dropout, batch norm by its running statistics. */
  eval(): this {
    return this.train({ mode: false })
  }

  /** Lets all parameters require grad, or freezes them with `{ requiresGrad: false }`. */
  requiresGrad_(options?: OptionsOf<'requiresGrad_'>): this {
    const { requiresGrad } = readOptions('requiresGrad_', options)
    for (const parameter of this.parameters()) setRequiresGrad(parameter, requiresGrad)
    return this
  }

  /** Drops the gradients of all parameters, or fills them with zeros with `{ setToNull: false }`. */
  zeroGrad(options?: OptionsOf<'zeroGrad'>): void {
    const { setToNull } = readOptions('zeroGrad', options)
    for (const parameter of this.parameters()) {
      const { grad } = parameter
      if (setToNull) parameter.grad = null
      else if (grad !== null) write(grad.detach(), 0)
    }
  }

  /** Calls `visit` on every module below this one, then on this one. */
  apply(visit: (module: Module) => void): this {
    for (const child of this.children()) child.apply(visit)
    visit(this)
    return this
  }

  /** Parameters and buffers by PyTorch's names. The tensors share memory with the module's; clone them to keep a snapshot. */
  stateDict(): StateDict {
    return Object.fromEntries([...liveState(this)].map(([key, tensor]) => [key, tensor.detach() as Tensor]))
  }

  /**
   * Copies a state into this module. With `{ strict: false }` missing and unexpected keys are only reported; shapes must fit
   * in any case. After an error nothing is changed.
   *
   * @example
   * ```ts
   * import { nn } from 'wengert'
   * const a = new nn.Linear(3, 1)
   * const b = new nn.Linear(3, 1)
   * b.loadStateDict(a.stateDict())
   * console.log(b.weight.equal(a.weight)) // true
   * ```
   */
  loadStateDict(state: Readonly<StateDict>, options?: OptionsOf<'loadStateDict'>): KeyMismatch {
    return loadState(this, state, readOptions('loadStateDict', options).strict)
  }

  /**
   * Runs a function while other tensors stand in place of parameters and buffers, named as in `stateDict()`; those that are not named stay.
   * The module is as before afterwards, also after an error. `func.functionalCall` calls `forward` so.
   *
   * @example
   * ```ts
   * import { nn, ones } from 'wengert'
   * const model = new nn.Linear(2, 1, { bias: false })
   * const doubled = { weight: model.weight.mul(2) }
   * const [once, twice] = [model.forward(ones([2])), model.withState(doubled, () => model.forward(ones([2])))]
   * console.log(twice.allclose(once.mul(2))) // true
   * ```
   */
  withState<R>(state: Readonly<Record<string, Tensor>>, run: () => R): R {
    return withState(this, state, run)
  }

  /**
   * Converts floating-point parameters and buffers to a dtype. They become new tensors, so make the optimizer afterwards. A device,
   * of which there is one, changes nothing.
   */
  to(dtype: DType | 'cpu'): this {
    if (dtype === 'cpu') return this
    if (!isFloating(dtypeFacts(dtype).name))
      throw new DTypeError(`${this.constructor.name}.to: a module's dtype is float32 or float64, not ${dtype}.`)
    const converted = new Map<Tensor, Tensor>()
    for (const module of this.modules()) {
      for (const { value, holder, key } of membersOf(module)) {
        if (isModule(value) || value.dtype === dtype || !isFloating(value.dtype)) continue
        let tensor = converted.get(value)
        if (tensor === undefined) {
          const data = noGrad(() => cast(value, dtype)) as Tensor
          tensor = isBuffer(value)
            ? new Buffer(data, { persistent: value.persistent })
            : new Parameter(data, { requiresGrad: value.requiresGrad })
          converted.set(value, tensor)
        }
        holder[key] = tensor
      }
    }
    return this
  }

  /** `to('float64')`. */
  double(): this {
    return this.to('float64')
  }

  /** `to('float32')`. */
  float(): this {
    return this.to('float32')
  }

  /** What stands between the parentheses when this module is printed. */
  extraRepr(): string {
    return ''
  }

  /** The module as PyTorch prints it. */
  override toString(): string {
    return printModule(this, this.extraRepr())
  }
}

/** A module that takes one tensor and gives one: what Sequential strings together. */
export interface Layer extends Module {
  /** Its parameter is `any`, so that layers of every kind fit and any tensor can be given to a layer of unknown kind. */
  forward(input: any): Tensor
}
