// The tape's nodes: which primitive made which value from which. A node holds edges, never the tensors around it.
import type { DTypeFacts } from '../core/dtype.ts'
import type { Shape } from '../core/shape.ts'
import type { GradientSource, Value } from '../core/value.ts'

let created = 0
const inspect: unique symbol = /*@__PURE__*/ Symbol.for('nodejs.util.inspect.custom') as never // the declared type makes it a constant name

/** A node of the recorded graph: an applied primitive, or the place where a leaf's gradient accumulates. */
export abstract class GraphNode implements GradientSource {
  /** Order of creation. Inputs are made before what uses them, so descending order is a topological order. */
  readonly sequence: number = ++created
  /** The nodes that made the inputs; null where no gradient is wanted. */
  readonly edges: readonly (GraphNode | null)[]
  /** Shape of the output, hence of its gradient. */
  readonly shape: Shape
  /** Dtype of the output, hence of its gradient. */
  readonly type: DTypeFacts
  /** Whether the gradient of the output is kept for reading: always for a leaf, on request (`retainGrad`) elsewhere. */
  retains = false
  /** The gradient that is kept. Only the engine and its front in gradients.ts write it. */
  grad: Value | null = null

  constructor(edges: readonly (GraphNode | null)[], shape: Shape, type: DTypeFacts) {
    this.edges = edges
    this.shape = shape
    this.type = type
  }

  /** As PyTorch prints it, `MulBackward0`. */
  abstract get name(): string

  /** The gradient along edge `i` from the gradient of the output; null where it is zero. */
  abstract gradientAlong(i: number, cotangent: Value): Value | null

  /** Lets go of what was saved; a later walk through this node throws if it saved anything. */
  release(): void {}

  /** The nodes behind this one with their output numbers, as PyTorch's next_functions. */
  get nextFunctions(): [GraphNode | null, number][] {
    return this.edges.map((edge) => [edge, 0])
  }

  toString(): string {
    return `<${this.name}>`
  }

  /** @internal */
  [inspect](): string {
    return this.toString()
  }
}

/** Where the gradient of a leaf accumulates: what `x.grad` reads. */
export class AccumulateGrad extends GraphNode {
  override retains = true

  constructor(shape: Shape, type: DTypeFacts) {
    super([], shape, type)
  }

  get name(): string {
    return 'AccumulateGrad'
  }

  gradientAlong(): null {
    return null
  }
}
