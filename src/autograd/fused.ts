// Compositions that run as one kernel and are one node of the tape: softmax, normalisations, losses. What such a composition means stays
// said in primitives; whoever looks inside (a transform, a derivative of its derivative) gets that.

import { heapFrom } from '../core/memory/heap.ts'
import type { Value } from '../core/value.ts'
import { bind } from '../primitives/bind.ts'
import { grad } from './gradients.ts'
import { GraphNode, type NodeOutput } from './graph-node.ts'
import { baseTape } from './history.ts'
import { isGradEnabled, recorded, setGradEnabled } from './modes.ts'
import { announce, isObserved } from './observation.ts'
import { SavedValue } from './saved-value.ts'
import { releasedError } from './saved-versions.ts'

/** What a fused forward pass gives: the result, and what its backward pass needs besides inputs or output. */
export interface FusedResult {
  readonly output: Value
  readonly extra: readonly Value[]
}

/** A composition with kernels of its own. A kernel gives null where there is no room for it, and the composition is used. */
export interface Fused<Params> {
  readonly name: string
  /** Whether there are kernels for such inputs; by shape and dtype only, so that the graph does not depend on how full the heap is. */
  applies(inputs: readonly Value[], params: Params): boolean
  /** Whether the node saves its inputs or its output. */
  readonly saves: 'inputs' | 'output'
  /** What it means, in primitives. */
  composition(inputs: readonly Value[], params: Params): Value
  forward(inputs: readonly Value[], params: Params): FusedResult | null
  /** The gradients of the inputs for which `wanted` says so; `saved` are inputs or output. */
  backward(
    cotangent: Value,
    saved: readonly Value[],
    extra: readonly Value[],
    params: Params,
    wanted: (input: number) => boolean,
  ): readonly (Value | null)[] | null
  /** The gradients in primitives, from what is saved; left out, they are those of the composition. */
  derivative?(cotangent: Value, saved: readonly Value[], params: Params): readonly (Value | null)[]
}

/** The node of a fused composition. */
class FusedNode extends GraphNode {
  override readonly joint = true
  readonly #fused: Fused<unknown>
  readonly #params: unknown
  #saved: readonly SavedValue[] | null
  #extra: readonly Value[]

  constructor(
    fused: Fused<unknown>,
    params: unknown,
    inputs: readonly Value[],
    { output, extra }: FusedResult,
    edges: readonly (NodeOutput | null)[],
  ) {
    super(edges, output.shape, output.storage.type)
    this.#fused = fused
    this.#params = params
    this.#extra = extra
    this.#saved =
      fused.saves === 'output'
        ? [new SavedValue(output, this, this, true)]
        : inputs.map((input, i) => new SavedValue(input, edges[i] ?? null, this, true))
  }

  get name(): string {
    const { name } = this.#fused
    return `${(name[0] as string).toUpperCase()}${name.slice(1)}Backward0`
  }

  /** Shapes and dtypes of what is saved. */
  get saved(): readonly SavedValue['facts'][] {
    return (this.#saved ?? []).map(({ facts }) => facts)
  }

  gradientAlong(i: number, cotangent: Value): Value | null {
    return this.gradientsAlong([cotangent], (edge) => edge === i)[i] ?? null
  }

  override gradientsAlong([cotangent]: readonly (Value | null)[], wanted: (i: number) => boolean): (Value | null)[] {
    if (cotangent == null) return this.edges.map(() => null)
    if (this.#saved === null) throw releasedError(this)
    const saved = this.#saved.map((value) => value.open())
    const fused = this.#fused
    const inside = baseTape.active || cotangent.lifted !== null
    const gradients =
      (inside ? null : fused.backward(cotangent, saved, this.#extra, this.#params, wanted)) ??
      fused.derivative?.(cotangent, saved, this.#params) ??
      this.#differentiate(cotangent, saved, wanted)
    return [...gradients]
  }

  /** The gradients of the composition, which runs again. Its own inputs stand in for those of the node, so that the walk ends there. */
  #differentiate(cotangent: Value, saved: readonly Value[], wanted: (i: number) => boolean): (Value | null)[] {
    const createGraph = baseTape.active
    return recorded(() => {
      const inputs = saved.map((value, i) => (this.edges[i] === null ? value : bind('reshape', [value], { shape: value.shape })))
      const output = this.#fused.composition(inputs, this.#params)
      const sought = inputs.filter((_, i) => wanted(i))
      const found = grad(output, sought, { gradOutputs: cotangent, createGraph, allowUnused: true })
      return inputs.map((_, i) => (wanted(i) ? (found.shift() ?? null) : null))
    })
  }

  override release(): void {
    for (const saved of this.#saved ?? []) saved.release()
    this.#saved = null
    this.#extra = []
  }
}

/** Whether a value is large enough to live in the heap, where kernels work. */
const isLarge = ({ elementCount, storage }: Value): boolean => elementCount * storage.type.bytes >= heapFrom

function compose<Params>(fused: Fused<Params>, inputs: readonly Value[], params: Params): FusedResult {
  const recording = isGradEnabled()
  setGradEnabled(false)
  try {
    return { output: fused.composition(inputs, params), extra: [] }
  } finally {
    setGradEnabled(recording)
  }
}

/**
 * Applies a fused composition as one kernel and one node, if its first input is large and nobody looks inside; null otherwise.
 * Without room for the kernel it is still one node: `extra` is then empty.
 */
export function tryFused<Params>(fused: Fused<Params>, inputs: readonly Value[], params: Params): FusedResult | null {
  if (!isLarge(inputs[0] as Value) || inputs.some(({ lifted }) => lifted !== null) || !fused.applies(inputs, params)) return null
  const made = fused.forward(inputs, params) ?? compose(fused, inputs, params)
  const edges = baseTape.active ? baseTape.edgesTo(inputs) : null
  if (edges !== null) {
    const node = new FusedNode(fused as Fused<unknown>, params, inputs, made, edges)
    made.output.source = node
    if (isObserved) announce(node, inputs, made.output)
  }
  return made
}

/** The same, or the composition step by step. */
export function applyFused<Params>(fused: Fused<Params>, inputs: readonly Value[], params: Params): Value {
  return tryFused(fused, inputs, params)?.output ?? fused.composition(inputs, params)
}
