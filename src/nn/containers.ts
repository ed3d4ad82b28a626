// Modules that hold modules: Sequential runs them in a row, ModuleList only keeps them.
import type { DType } from '../core/dtype.ts'
import { IndexError, OptionError, WengertError } from '../core/errors.ts'
import type { Shape } from '../core/shape.ts'
import type { Arg, Out } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Layer, Module } from './module.ts'
import { printModule } from './module-format.ts'
import { isModule } from './module-tree.ts'
import type { Apply, Chains } from './shape-flow.ts'

function checkModules(name: string, modules: readonly unknown[]): void {
  modules.forEach((module, position) => {
    if (!isModule(module))
      throw new OptionError(
        `${name}: item ${position} is not a module but ${module === null ? 'null' : typeof module}. Give instances, as in new nn.ReLU().`,
      )
  })
}

function itemAt<T>(name: string, items: readonly T[], index: number): T {
  const item = items.at(index)
  if (item === undefined || !Number.isInteger(index))
    throw new IndexError(`${name}: index ${index} is out of range for ${items.length} modules.`)
  return item
}

/** The same error, its sentence preceded by where it happened; the first one is the cause. */
function located(error: unknown, place: string): unknown {
  if (!(error instanceof WengertError) || error.constructor === WengertError) return error
  const Constructor = error.constructor as new (message: string) => WengertError // as all of the library's classes of errors
  return Object.assign(new Constructor(`${place}: ${error.message}`), { cause: error })
}

/**
 * Layers in a row. Shapes flow through: a layer that does not fit the one before is a type error that names both sizes.
 *
 * @example
 * ```ts
 * import { nn, randn } from 'wengert'
 * const model = new nn.Sequential(new nn.Linear(784, 128), new nn.ReLU(), new nn.Linear(128, 10))
 * console.log(model.forward(randn([32, 784])).shape) // [ 32, 10 ]
 * console.log(String(model))
 * // Sequential(
 * //   (0): Linear(in_features=784, out_features=128, bias=True)
 * //   (1): ReLU()
 * //   (2): Linear(in_features=128, out_features=10, bias=True)
 * // )
 * ```
 */
export class Sequential<const Layers extends readonly Layer[] = any> extends Module {
  static override readonly stateNames: Readonly<Record<string, string>> = { layers: '' }
  /** @internal */
  declare readonly shapeRule?: Chains<Layers>
  readonly layers: Layers

  constructor(...layers: Layers) {
    super()
    checkModules('Sequential', layers)
    this.layers = layers
  }

  /** How many layers there are. */
  get length(): number {
    return this.layers.length
  }

  /** The layer at an index; negative ones count from the end. */
  at(index: number): Layer {
    return itemAt('Sequential', this.layers, index)
  }

  [Symbol.iterator](): Iterator<Layer> {
    return this.layers[Symbol.iterator]()
  }

  forward<S extends Shape, D extends DType>(input: Arg<Apply<Chains<Layers>, S>, Tensor<S, D>>): Tensor<Out<Apply<Chains<Layers>, S>>, D> {
    let value = input as Tensor // the sentence in the parameter's type is never a value
    let position = 0
    try {
      for (const layer of this.layers as readonly Layer[]) {
        value = layer.forward(value)
        position++
      }
    } catch (error) {
      throw located(error, `Sequential[${position}] ${(this.layers as readonly Layer[])[position]?.constructor.name}`)
    }
    return value
  }
}

/**
 * A list of modules under the names 0, 1, …, for models that call them in their own way. A plain array does, too; this one prints and saves as PyTorch's does.
 *
 * @example
 * ```ts
 * import { nn } from 'wengert'
 * console.log(String(new nn.ModuleList([new nn.Linear(2, 2), new nn.Linear(2, 2)])))
 * // ModuleList(
 * //   (0-1): 2 x Linear(in_features=2, out_features=2, bias=True)
 * // )
 * ```
 */
export class ModuleList<M extends Module = Module> extends Module {
  static override readonly stateNames: Readonly<Record<string, string>> = { items: '' }
  readonly items: M[]

  constructor(modules: Iterable<M> = []) {
    super()
    this.items = [...modules]
    checkModules('ModuleList', this.items)
  }

  /** How many modules there are. */
  get length(): number {
    return this.items.length
  }

  /** The module at an index; negative ones count from the end. */
  at(index: number): M {
    return itemAt('ModuleList', this.items, index)
  }

  /** Adds a module at the end. */
  append(module: M): this {
    checkModules('ModuleList.append', [module])
    this.items.push(module)
    return this
  }

  [Symbol.iterator](): Iterator<M> {
    return this.items[Symbol.iterator]()
  }

  override toString(): string {
    return printModule(this, '', { group: true })
  }
}
