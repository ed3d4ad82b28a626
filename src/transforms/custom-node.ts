// The node of a custom function: it runs the function's own backward.
import { GraphNode, type NodeOutput, NumberedOutput } from '../autograd/index.ts'
import type { DType } from '../core/dtype.ts'
import { GradError } from '../core/errors.ts'
import { broadcastShapes, printShape, type Shape, sameShape } from '../core/shape.ts'
import { Value } from '../core/value.ts'
import { describe, full } from '../primitives/operations.ts'
import type { CustomContext } from './custom-context.ts'

/** A backward as it is called inside: context first, then one gradient for each output. */
export type CustomBackward = (ctx: CustomContext, ...gradOutputs: readonly (Value | null)[]) => unknown

/** An applied custom function. Its outputs are numbered as forward returned them, those that are no tensors included. */
export class CustomNode extends GraphNode {
  readonly name: string
  readonly #outputs: readonly NodeOutput[]
  readonly #backward: CustomBackward | undefined
  readonly #context: CustomContext
  /** Whether each input is a tensor. */
  readonly #takesTensor: readonly boolean[]
  /** Whether each output is a tensor. */
  readonly #isTensor: readonly boolean[]

  constructor(
    name: string,
    backward: CustomBackward | undefined,
    context: CustomContext,
    edges: readonly (NodeOutput | null)[],
    inputs: readonly unknown[],
    results: readonly (Value | null)[],
  ) {
    const first = results.find((result) => result !== null) as Value
    super(edges, first.shape, first.storage.type)
    this.name = name
    this.#backward = backward
    this.#context = context
    this.#takesTensor = inputs.map((input) => input instanceof Value)
    this.#isTensor = results.map((result) => result !== null)
    this.#outputs = results.map(
      (result, number) => new NumberedOutput(this, number, (result ?? first).shape, (result ?? first).storage.type),
    )
  }

  /** Shapes and dtypes of what forward saved, by name. */
  get saved(): Record<string, { readonly shape: Shape; readonly dtype: DType }> {
    return this.#context.facts
  }

  override get outputs(): readonly NodeOutput[] {
    return this.#outputs
  }

  gradientAlong(): never {
    throw new TypeError('a custom node gives the gradients along all of its edges at once')
  }

  override gradientsAlong(cotangents: readonly (Value | null)[]): (Value | null)[] {
    if (this.#backward === undefined)
      throw new GradError(`${this.name}: no backward was given to customFunction, so that it has no gradient. Give one, or use noGrad.`)
    const given = cotangents.map((cotangent, i) => {
      const { shape, type } = this.#outputs[i] as NodeOutput
      return cotangent ?? (this.#context.materializes && this.#isTensor[i] ? full(shape, 0, type.name) : null)
    })
    const returned = this.#backward(this.#context, ...given)
    if (returned === undefined)
      throw new GradError(`${this.name}: backward returned nothing. Return a gradient, or null where there is none.`)
    const gradients: readonly unknown[] = Array.isArray(returned) ? returned : [returned]
    const count = this.edges.length
    if (gradients.length < count || gradients.slice(count).some((gradient) => gradient != null))
      throw new GradError(
        `${this.name}: backward returned an incorrect number of gradients (expected ${count}, got ${gradients.length}). Return one for each input of forward, null where there is none.`,
      )
    const stray = gradients.findIndex((gradient, i) => gradient != null && this.#takesTensor[i] === false)
    if (stray >= 0)
      throw new GradError(`${this.name}: backward returned a gradient for input ${stray}, which is no tensor. Return null in its place.`)
    return this.edges.map((edge, i) => (edge === null ? null : this.#checked(gradients[i] ?? null, i, edge)))
  }

  #checked(gradient: unknown, i: number, { shape }: NodeOutput): Value | null {
    if (gradient === null) return null
    if (!(gradient instanceof Value))
      throw new GradError(
        `${this.name}: backward must return tensors or null, got ${describe(gradient)} for input ${i}. Make a tensor with tensor(…).`,
      )
    const fits = gradient.shape.length >= shape.length && expands(shape, gradient.shape)
    if (!fits)
      throw new GradError(
        `${this.name}: backward returned a gradient of shape ${printShape(gradient.shape)} for input ${i} of shape ${printShape(shape)}. They must be equal, or the input's must expand to the gradient's.`,
      )
    return gradient
  }

  override release(): void {
    this.#context.release()
  }
}

function expands(from: readonly number[], to: readonly number[]): boolean {
  try {
    return sameShape(broadcastShapes('', from, to), to)
  } catch {
    return false
  }
}
