// The node of a write: what was written takes the place of what was there, in the whole tensor or in a part of it.
import { memoryOrder } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import { bind } from '../primitives/bind.ts'
import { copyInOrder, full, write } from '../primitives/operations.ts'
import type { BindablePrimitive, ParamsOf } from '../primitives/params.ts'
import { GraphNode, type NodeOutput } from './graph-node.ts'

/** The node of a write: what was written takes the place of what was there. */
export class WriteNode extends GraphNode {
  /** From a value of the whole tensor's shape to the part that was written. */
  readonly #part: (whole: Value) => Value
  readonly #isWhole: boolean
  /** The root's, so that what was a view of the root is a view of its gradient, too (a reshape can be a view of one layout only). */
  readonly #memoryOrder: readonly number[] | null

  constructor(edges: readonly (NodeOutput | null)[], root: Value, destination: Value) {
    super(edges, root.shape, root.storage.type)
    this.#part = partOf(root, destination)
    this.#isWhole = destination === root
    this.#memoryOrder = memoryOrder(root.shape, root.strides)
  }

  /** What is saved: nothing. */
  readonly saved: readonly never[] = []

  get name(): string {
    return this.#isWhole ? 'CopyBackwards' : 'CopySlices'
  }

  gradientAlong(i: number, cotangent: Value): Value {
    if (i === 1) return this.#part(cotangent)
    // what was there before counts everywhere except where it was overwritten
    if (this.#isWhole) return full(this.shape, 0, this.type.name)
    const outside = copyInOrder(cotangent, this.#memoryOrder)
    write(this.#part(outside), 0)
    return outside
  }
}

/** The chain of view primitives from `root` to `view`, as a function; it holds params, no tensors. */
function partOf(root: Value, view: Value): (whole: Value) => Value {
  const steps: { primitive: BindablePrimitive; params: unknown }[] = []
  for (let at = view; at !== root && at.origin !== null; at = at.origin.parent) {
    steps.push({ primitive: at.origin.primitive as BindablePrimitive, params: at.origin.params })
  }
  steps.reverse()
  return (whole) => steps.reduce((value, { primitive, params }) => bind(primitive, [value], params as ParamsOf<BindablePrimitive>), whole)
}
