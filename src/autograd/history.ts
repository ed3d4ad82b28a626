// Keeps the histories of values: records operations and writes, and gives views of a written tensor their new history.
import { GradError } from '../core/errors.ts'
import { printShape } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import { type BindablePrimitive, bind, installRecorder } from '../primitives/bind.ts'
import { copy, write } from '../primitives/operations.ts'
import type { ParamsOf } from '../primitives/params.ts'
import { AccumulateGrad, GraphNode } from './graph-node.ts'
import { isGradEnabled } from './modes.ts'
import { gradientsOf, RecordedNode } from './recorded-node.ts'

/** The node that made a value, or null where it needs no gradient. */
export function sourceOf(value: Value): GraphNode | null {
  const { origin } = value
  if (origin !== null && origin.generation !== origin.root.generation) {
    // the base was written to since: the view is now a view of the new base
    origin.generation = origin.root.generation
    const parent = sourceOf(origin.parent)
    value.source = parent && node(origin.primitive as BindablePrimitive, [origin.parent], origin.params, value, [parent])
  }
  // the tape is the only one that fills this slot
  return value.source as GraphNode | null
}

/** A node for the given edges, or null if no rule of the primitive applies to them. */
function node(
  primitive: BindablePrimitive,
  inputs: readonly Value[],
  params: unknown,
  output: Value,
  edges: (GraphNode | null)[],
): GraphNode | null {
  const gradients = gradientsOf(primitive, inputs, params)
  if (gradients === null || output.storage.type.category !== 2) return null
  let wanted = false
  for (let i = 0; i < edges.length; i++) {
    if (edges[i] === null) continue
    if (gradients[i] == null) edges[i] = null
    else wanted = true
  }
  return wanted ? new RecordedNode(primitive, params, gradients, edges, inputs, output) : null
}

/** A primitive's edges to the histories of its inputs; null if none has one. */
function edgesTo(inputs: readonly Value[]): (GraphNode | null)[] | null {
  const edges = new Array<GraphNode | null>(inputs.length)
  let found = false
  for (let i = 0; i < inputs.length; i++) {
    const source = sourceOf(inputs[i] as Value)
    edges[i] = source
    if (source !== null) found = true
  }
  return found ? edges : null
}

/** The node of a write: what was written takes the place of what was there. */
class WriteNode extends GraphNode {
  /** From a value of the whole tensor's shape to the part that was written. */
  readonly #part: (whole: Value) => Value
  readonly #isWhole: boolean

  constructor(edges: readonly (GraphNode | null)[], root: Value, destination: Value) {
    super(edges, root.shape, root.storage.type)
    this.#part = partOf(root, destination)
    this.#isWhole = destination === root
  }

  get name(): string {
    return this.#isWhole ? 'CopyBackwards' : 'CopySlices'
  }

  gradientAlong(i: number, cotangent: Value): Value | null {
    if (i === 1) return this.#part(cotangent)
    if (this.#isWhole) return null
    // what was there before counts everywhere except where it was overwritten
    const outside = copy(cotangent)
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

const rootOf = (value: Value): Value => value.origin?.root ?? value

/** Puts the tape behind the door of all operations. */
export function installTape(): void {
  installRecorder({
    tracks: (value) => isGradEnabled() && (sourceOf(value) !== null || sourceOf(rootOf(value)) !== null),
    record(primitive, inputs, params, output) {
      if (!isGradEnabled()) return
      const edges = edgesTo(inputs)
      if (edges !== null) output.source = node(primitive as BindablePrimitive, inputs, params, output, edges)
    },
    checkWrite(destination) {
      if (!isGradEnabled()) return
      const root = rootOf(destination)
      const leaf = [destination, root].find((value) => sourceOf(value) instanceof AccumulateGrad)
      if (leaf !== undefined) {
        const which = leaf === destination ? 'a leaf' : 'a view of a leaf'
        throw new GradError(
          `in-place: ${which} of shape ${printShape(leaf.shape)} that requires grad cannot be changed while operations are recorded. Put the change into noGrad(() => …).`,
        )
      }
    },
    recordWrite(destination, value) {
      if (!isGradEnabled()) return
      const root = rootOf(destination)
      const edges = edgesTo([root, value])
      if (edges === null || root.storage.type.category !== 2) return
      root.source = new WriteNode(edges, root, destination)
      root.generation++
    },
  })
}
