// The node of an applied primitive: its rule, its params, and the values that the rule asked to be saved.

import type { DType } from '../core/dtype.ts'
import { GradError } from '../core/errors.ts'
import { printShape, type Shape } from '../core/shape.ts'
import { aliasOf, type Value } from '../core/value.ts'
import type { BindablePrimitive } from '../primitives/bind.ts'
import type { ParamsOf } from '../primitives/params.ts'
import { GraphNode } from './graph-node.ts'
import type { Gradient, VjpRule } from './rule.ts'
import { vjpRules } from './rules/index.ts'

type Gradients = readonly (Gradient<unknown> | null)[]

/** The gradients of a primitive by input, or null where none of its inputs has one. */
export function gradientsOf(primitive: BindablePrimitive, inputs: readonly Value[], params: unknown): Gradients | null {
  const rule = vjpRules[primitive] as VjpRule<unknown> | null
  if (typeof rule !== 'function') return rule as Gradients | null
  return inputs.map((_, i) => rule(i, { inputs, params }) as Gradient<unknown>)
}

/** An applied primitive. */
export class RecordedNode extends GraphNode {
  readonly primitive: BindablePrimitive
  readonly params: unknown
  readonly #gradients: Gradients
  /** By slot: inputs first, the output last; undefined where nobody asked. Null once released. */
  #saved: (Value | undefined)[] | null
  readonly #versions: number[]

  constructor(
    primitive: BindablePrimitive,
    params: unknown,
    gradients: Gradients,
    edges: readonly (GraphNode | null)[],
    inputs: readonly Value[],
    output: Value,
  ) {
    super(edges, output.shape, output.storage.type)
    this.primitive = primitive
    this.params = params
    this.#gradients = gradients
    const saved: (Value | undefined)[] = []
    const versions: number[] = []
    for (let i = 0; i < edges.length; i++) {
      if (edges[i] === null) continue
      for (const slot of (gradients[i] as Gradient<unknown>).saves) {
        const place = slot < 0 ? inputs.length : slot
        const value = slot < 0 ? output : (inputs[slot] as Value)
        saved[place] = value
        versions[place] = value.storage.version
      }
    }
    this.#saved = saved
    this.#versions = versions
  }

  get name(): string {
    return `${(this.primitive[0] as string).toUpperCase()}${this.primitive.slice(1)}Backward0`
  }

  gradientAlong(i: number, cotangent: Value): Value | null {
    const gradient = this.#gradients[i] as Gradient<unknown>
    const saved: Value[] = []
    for (const slot of gradient.saves) saved.push(this.#read(slot))
    return gradient.apply(cotangent, saved, {
      params: this.params as ParamsOf<BindablePrimitive>,
      shape: (this.edges[i] as GraphNode).shape,
    })
  }

  /** What is saved for the rules, by input with the output last; null where nothing is. */
  get saved(): ({ readonly shape: Shape; readonly dtype: DType } | null)[] {
    return Array.from(this.#saved ?? [], (value) => (value === undefined ? null : { shape: value.shape, dtype: value.dtype }))
  }

  #read(slot: number): Value {
    if (this.#saved === null) {
      throw new GradError(
        `backward: what ${this.name} saved is gone, since backward already went through this graph. Pass { retainGraph: true } the first time.`,
      )
    }
    const place = slot < 0 ? this.edges.length : slot
    const value = this.#saved[place] as Value
    if (value.storage.version !== this.#versions[place]) {
      throw new GradError(
        `backward: a tensor of shape ${printShape(value.shape)} that ${this.name} needs was changed in place: it is at version ${value.storage.version}; expected version ${this.#versions[place]}. Use the form without underscore, or clone it first.`,
      )
    }
    // the value stands for what it was when it was saved, whatever became of its history since (detach_, requiresGrad)
    const source = slot < 0 ? this : (this.edges[slot] ?? null)
    if (value.source === source) return value
    const asSaved = aliasOf(value)
    asSaved.source = source
    return asSaved
  }

  override release(): void {
    if ((this.#saved?.length ?? 0) > 0) this.#saved = null
  }
}
