// vmap as a level: a value that stands for a batch of values, one for each call of the function. The batch is dim 0 of the value below.
import { detach } from '../autograd/index.ts'
import { ShapeError, TraceError } from '../core/errors.ts'
import { broadcastShapes, printShape, sameShape } from '../core/shape.ts'
import { OpaqueStorage, type Storage } from '../core/storage.ts'
import { type Value, viewOf } from '../core/value.ts'
import { write } from '../primitives/bind.ts'
import { Level } from '../primitives/levels.ts'
import { expand, permute, reshape } from '../primitives/operations.ts'
import type { BindablePrimitive } from '../primitives/params.ts'
import type { BatchRule } from './batch-rules/index.ts'
import { batchRules } from './batch-rules/index.ts'
import { inheritOrigin, lowered } from './lowering.ts'

/** What random operations do inside vmap: throw, draw for each call, or draw once for all. */
export type Randomness = 'error' | 'different' | 'same'

const unreadable = (): Error =>
  new TraceError(
    'vmap: inside vmap a tensor stands for many values at once, so item(), toArray() and branches on values do not work. Use where(…), or return the tensor and read it outside.',
  )

/** A function that is applied to a whole batch at once. */
export class BatchLevel extends Level {
  readonly name = 'func.vmap'
  readonly records = false
  readonly batches = true
  readonly size: number
  readonly randomness: Randomness
  readonly #storages = new WeakMap<object, OpaqueStorage>()

  constructor(size: number, randomness: Randomness = 'error') {
    super()
    this.size = size
    this.randomness = randomness
  }

  enter(): () => void {
    return () => {}
  }

  adopt(value: Value): never {
    throw new TraceError(`vmap: a tensor of shape ${printShape(value.shape)} that is one for all calls cannot take part in the batch.`)
  }

  /** The value that stands for the batch along `dim` of `value`. */
  lift(value: Value, dim = 0): Value {
    const order = value.shape.map((_, d) => d)
    const below = dim === 0 ? value : permute(value, [dim, ...order.filter((d) => d !== dim)])
    const shape = below.shape.slice(1)
    const count = this.size === 0 ? shape.reduce((product, size) => product * size, 1) : below.elementCount / this.size
    const lifted = viewOf(this.#opaque(below.storage), shape, below.strides.slice(1), 0, count)
    lifted.lifted = { level: this, below }
    return lifted
  }

  /** One for each memory, so that views of one value are known to share it. */
  #opaque(below: Storage): OpaqueStorage {
    const known = this.#storages.get(below)
    if (known !== undefined) return known
    const storage = new OpaqueStorage(below, unreadable)
    this.#storages.set(below, storage)
    return storage
  }

  /** What a value stands for; if it is batched, the batch is dim 0. */
  lower(value: Value): { readonly value: Value; readonly batched: boolean } {
    return { value: lowered(value, this), batched: value.lifted?.level === this }
  }

  /** What a value stands for, with the batch as dim 0 in any case: one that is the same for all calls is expanded. */
  lowerBatch(value: Value): Value {
    const { value: below, batched } = this.lower(value)
    return batched ? below : expand(below, [this.size, ...below.shape])
  }

  apply(primitive: BindablePrimitive, inputs: readonly Value[], params: unknown): Value {
    const rule = batchRules[primitive] as BatchRule<unknown>
    if (typeof rule !== 'function') throw new TraceError(`vmap: ${rule.impossible}`)
    const below = inputs.map((value) => this.lower(value))
    const output = this.lift(
      rule(
        below.map(({ value }) => value),
        below.map(({ batched }) => batched),
        params,
        this.size,
      ),
    )
    inheritOrigin(output, inputs[0] as Value, primitive, params)
    return output
  }

  write(destination: Value, value: Value, name: string): void {
    if (!sameShape(broadcastShapes(name, destination.shape, value.shape), destination.shape)) {
      throw new ShapeError(
        `${name}: a result of shape ${printShape(value.shape)} does not fit into ${printShape(destination.shape)}. The destination cannot grow.`,
      )
    }
    const target = this.lower(destination)
    const source = this.lower(value)
    if (!target.batched) {
      throw new TraceError(
        `${name}: inside vmap a tensor of shape ${printShape(destination.shape)} that is one for all calls would be changed by a value of each. Use the form without underscore, or pass the tensor as an argument.`,
      )
    }
    const missing = target.value.shape.length - source.value.shape.length
    const aligned =
      source.batched && missing > 0
        ? reshape(source.value, [this.size, ...new Array<number>(missing).fill(1), ...source.value.shape.slice(1)])
        : source.value
    write(target.value, aligned, name)
  }

  detach(value: Value): Value {
    return this.lift(detach(lowered(value, this)))
  }

  draw(primitive: BindablePrimitive, state: Value, params: unknown): Value | null {
    if (this.randomness === 'same') return null
    if (this.randomness === 'error')
      throw new TraceError(
        "vmap: the function draws random numbers. Say with { randomness: 'different' } that each call draws its own, or with 'same' that all share one draw.",
      )
    const rule = batchRules[primitive] as BatchRule<unknown>
    if (typeof rule !== 'function') throw new TraceError(`vmap: ${rule.impossible}`)
    return this.lift(rule([state], [false], params, this.size))
  }

  survivor(): never {
    throw new TraceError('vmap: a tensor of a function inside vmap was used after vmap had returned. Return it from the function instead.')
  }
}
