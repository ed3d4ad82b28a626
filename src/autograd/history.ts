// Keeps the histories of values: records operations and writes, and gives views of a written tensor their new history.
import { GradError } from '../core/errors.ts'
import { isDense, printShape } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import { type BindablePrimitive, bind, installRecorder } from '../primitives/bind.ts'
import { copy, full, permute, write } from '../primitives/operations.ts'
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
    const source = parent && node(origin.primitive as BindablePrimitive, [origin.parent], origin.params, value, [parent])
    handOverRetention(value, source)
    value.source = source
  }
  // the tape is the only one that fills this slot
  return value.source as GraphNode | null
}

/** A kept gradient belongs to the tensor: it moves on to the node that makes its new contents. */
function handOverRetention(value: Value, next: GraphNode | null): void {
  const before = value.source as GraphNode | null
  if (next === null || before === null || !before.retains || before instanceof AccumulateGrad) return
  next.retains = true
  next.grad = before.grad
  before.retains = false
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

  /** The root's dims from the outermost in memory to the innermost; null where memory has the order of the dims. */
  readonly #memoryOrder: readonly number[] | null

  constructor(edges: readonly (GraphNode | null)[], root: Value, destination: Value) {
    super(edges, root.shape, root.storage.type)
    this.#part = partOf(root, destination)
    this.#isWhole = destination === root
    const stride = (dim: number): number => Math.abs(root.strides[dim] as number)
    const dims = root.shape.map((_, dim) => dim)
    this.#memoryOrder = isDense(root.shape, root.strides) ? null : dims.sort((a, b) => stride(b) - stride(a))
  }

  get name(): string {
    return this.#isWhole ? 'CopyBackwards' : 'CopySlices'
  }

  gradientAlong(i: number, cotangent: Value): Value {
    if (i === 1) return this.#part(cotangent)
    // what was there before counts everywhere except where it was overwritten
    if (this.#isWhole) return full(this.shape, 0, this.type.name)
    const outside = this.#likeRoot(cotangent)
    write(this.#part(outside), 0)
    return outside
  }

  /** A copy with the root's layout, so that what was a view of the root is a view of it, too (a reshape can be a view of one layout only). */
  #likeRoot(cotangent: Value): Value {
    const order = this.#memoryOrder
    if (order === null) return copy(cotangent)
    const back = order.map((_, dim) => order.indexOf(dim))
    return permute(copy(permute(cotangent, order)), back)
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
      const source = new WriteNode(edges, root, destination)
      handOverRetention(root, source)
      root.source = source
      root.generation++
    },
  })
}
