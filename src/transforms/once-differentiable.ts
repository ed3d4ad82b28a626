// A backward that cannot be differentiated itself, and says so.
import { GraphNode, isGradEnabled, type NodeOutput, NumberedOutput, noGrad, sourceOf } from '../autograd/index.ts'
import { GradError } from '../core/errors.ts'
import { aliasOf, Value } from '../core/value.ts'
import type { CustomContext } from './custom-context.ts'
import type { CustomBackward } from './custom-node.ts'

/** Stands behind a gradient that has no derivative. */
class RefusingNode extends GraphNode {
  readonly name = 'OnceDifferentiableBackward'
  readonly #outputs: readonly NodeOutput[]

  readonly #function: string

  constructor(name: string, edges: readonly NodeOutput[], gradient: Value) {
    super(edges, gradient.shape, gradient.storage.type)
    this.#function = name
    this.#outputs = [new NumberedOutput(this, 0, gradient.shape, gradient.storage.type)]
  }

  override get outputs(): readonly NodeOutput[] {
    return this.#outputs
  }

  gradientAlong(): never {
    throw new GradError(
      `${this.#function}: its gradient was differentiated again, but its backward is marked with onceDifferentiable. Write backward with operations on tensors, and leave the mark out.`,
    )
  }

  override gradientsAlong(): never {
    return this.gradientAlong()
  }
}

/** `backward`, run without recording; derivatives of what it returns throw. */
export const onceDifferentiable =
  (backward: CustomBackward): CustomBackward =>
  (ctx: CustomContext, ...gradOutputs) => {
    const recording = isGradEnabled()
    const returned = noGrad(() => backward(ctx, ...gradOutputs))
    const sources = [...gradOutputs.flatMap((gradient) => (gradient === null ? null : sourceOf(gradient))), ...ctx.sources()]
    const edges = sources.filter((source) => source !== null)
    if (!recording || edges.length === 0) return returned
    const refuse = (gradient: unknown): unknown => {
      if (!(gradient instanceof Value)) return gradient
      const refusing = aliasOf(gradient)
      refusing.source = new RefusingNode(ctx.owner.name, edges, gradient).outputs[0] as NodeOutput
      return refusing
    }
    return Array.isArray(returned) ? returned.map(refuse) : refuse(returned)
  }
