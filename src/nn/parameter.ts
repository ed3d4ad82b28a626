// Tensors that a module owns: parameters, which are trained, and buffers, which are only kept. Both are ordinary tensors
// that carry a mark, so that Module finds them among its properties.
import { setRequiresGrad } from '../autograd/index.ts'
import type { DType } from '../core/dtype.ts'
import type { Shape } from '../core/shape.ts'
import { Tensor } from '../tensor/tensor.ts'
import { readOptions } from './signatures/modules.ts'
import type { OptionsOf } from './signatures.ts'

/**
 * A tensor that a module trains: a leaf that requires grad, found by `module.parameters()`. It shares memory with `data`.
 *
 * @example
 * ```ts
 * import { nn, randn } from 'wengert'
 * const weight = new nn.Parameter(randn([10, 784]))
 * console.log(weight.requiresGrad, weight.isLeaf) // true true
 * ```
 */
export class Parameter<S extends Shape = any, D extends DType = any> extends Tensor<S, D> {
  /** @internal Recognised by this, not by `instanceof`, so that two copies of the library agree. */
  get wengertKind(): 'parameter' {
    return 'parameter'
  }

  constructor(data: Tensor<S, D>, options?: OptionsOf<'Parameter'>) {
    const { requiresGrad } = readOptions('Parameter', options)
    super(data.storage, data.shape, data.strides, data.offset, data.elementCount)
    if (requiresGrad) setRequiresGrad(this, true)
  }

  override toString(): string {
    return `Parameter containing:\n${super.toString()}`
  }
}

/**
 * A tensor that belongs to a module's state but is not trained, such as running statistics. It shares memory with `data`;
 * `{ persistent: false }` leaves it out of `stateDict()`.
 *
 * @example
 * ```ts
 * import { nn, zeros } from 'wengert'
 * class Counter extends nn.Module {
 *   seen = new nn.Buffer(zeros([]))
 * }
 * console.log(Object.keys(new Counter().stateDict())) // [ 'seen' ]
 * ```
 */
export class Buffer<S extends Shape = any, D extends DType = any> extends Tensor<S, D> {
  /** @internal */
  get wengertKind(): 'buffer' {
    return 'buffer'
  }

  /** Whether the buffer is part of `stateDict()`. */
  readonly persistent: boolean

  constructor(data: Tensor<S, D>, options?: OptionsOf<'Buffer'>) {
    const { persistent } = readOptions('Buffer', options)
    super(data.storage, data.shape, data.strides, data.offset, data.elementCount)
    this.persistent = persistent
  }
}

type Kind = 'parameter' | 'buffer'

/** Plain tensors that stand in place of a module's own for now. */
const standIns = new Map<unknown, Kind>()

/** Lets a tensor count as a parameter or a buffer until the function that is returned is called. */
export function standIn(tensor: Tensor, kind: Kind): () => void {
  const before = standIns.get(tensor)
  standIns.set(tensor, kind)
  return () => {
    if (before === undefined) standIns.delete(tensor)
    else standIns.set(tensor, before)
  }
}

const kindOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? ((value as { wengertKind?: unknown }).wengertKind ?? standIns.get(value)) : undefined

/** Whether a value is a parameter, of this or another copy of the library. */
export const isParameter = (value: unknown): value is Parameter => kindOf(value) === 'parameter'

/** Whether a value is a buffer, of this or another copy of the library. */
export const isBuffer = (value: unknown): value is Buffer => kindOf(value) === 'buffer'
