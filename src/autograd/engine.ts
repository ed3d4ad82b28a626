// The walk: from the roots back to the leaves, each node once, the latest created first. It knows no primitive and no rule.
import { isDense, sameShape } from '../core/shape.ts'
import type { Storage } from '../core/storage.ts'
import { aliasOf, type Value } from '../core/value.ts'
import { add, cast, copy, reshape, sum, writeResult } from '../primitives/operations.ts'
import type { GraphNode } from './graph-node.ts'
import { setGradEnabled } from './modes.ts'
import { SequenceQueue } from './sequence-queue.ts'

/** A node where the walk starts, with the gradient of its output. */
export interface Root {
  readonly node: GraphNode
  readonly cotangent: Value
}

/** How to walk. `targets` limits the walk to the paths that lead to them. */
export interface WalkOptions {
  readonly retainGraph: boolean
  readonly createGraph: boolean
  readonly targets: ReadonlySet<GraphNode> | null
}

/** A gradient as its node wants it: summed over what was broadcast, in the node's dtype. */
function conform(gradient: Value, node: GraphNode): Value {
  let conformed = gradient
  if (!sameShape(gradient.shape, node.shape)) {
    const shift = gradient.shape.length - node.shape.length
    const grown = gradient.shape.map((_, d) => d).filter((d) => d < shift || (node.shape[d - shift] === 1 && gradient.shape[d] !== 1))
    conformed = sum(gradient, grown)
    if (!sameShape(conformed.shape, node.shape)) conformed = reshape(conformed, node.shape)
  }
  return conformed.storage.type === node.type ? conformed : cast(conformed, node.type.name)
}

/** The nodes from which a target can be reached, found without recursion. */
function nodesTowards(roots: readonly Root[], targets: ReadonlySet<GraphNode>): Set<GraphNode> {
  const towards = new Set<GraphNode>(targets)
  const seen = new Set<GraphNode>()
  const stack = roots.map(({ node }) => node)
  while (stack.length > 0) {
    const node = stack[stack.length - 1] as GraphNode
    if (!seen.has(node)) {
      seen.add(node)
      for (const edge of node.edges) if (edge !== null && !seen.has(edge)) stack.push(edge)
    } else {
      stack.pop()
      if (node.edges.some((edge) => edge !== null && towards.has(edge))) towards.add(node)
    }
  }
  return towards
}

/** Walks back from `roots` and returns the complete gradient of every leaf, retaining node and target that was reached. Changes no `.grad`. */
export function walk(roots: readonly Root[], { retainGraph, createGraph, targets }: WalkOptions): Map<GraphNode, Value> {
  const towards = targets && nodesTowards(roots, targets)
  const pending = new Map<GraphNode, Value>()
  const results = new Map<GraphNode, Value>()
  const queue = new SequenceQueue<GraphNode>()
  const deliver = (node: GraphNode, gradient: Value): void => {
    const before = pending.get(node)
    if (before === undefined) queue.push(node)
    pending.set(node, before === undefined ? gradient : add(before, gradient))
  }
  const modeBefore = setGradEnabled(createGraph)
  try {
    for (const { node, cotangent } of roots) if (towards === null || towards.has(node)) deliver(node, cotangent)
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      const cotangent = pending.get(node) as Value
      pending.delete(node)
      if (node.retains || targets?.has(node)) results.set(node, cotangent)
      const { edges } = node
      for (let i = 0; i < edges.length; i++) {
        const edge = edges[i] as GraphNode | null
        if (edge === null || (towards !== null && !towards.has(edge))) continue
        const gradient = node.gradientAlong(i, cotangent)
        if (gradient !== null) deliver(edge, conform(gradient, edge))
      }
      if (!retainGraph) node.release()
    }
  } finally {
    setGradEnabled(modeBefore)
  }
  return results
}

/** Adds the walk's gradients to what their nodes keep: all of them, or after an error none. */
export function accumulate(gradients: Iterable<readonly [GraphNode, Value]>, roots: readonly Root[], createGraph: boolean): void {
  const modeBefore = setGradEnabled(createGraph)
  try {
    // A gradient becomes a node's own unless its memory is somebody else's, too: the caller's, another node's, or saved by the new graph.
    const shared = new Set<Storage>(roots.map(({ cotangent }) => cotangent.storage))
    for (const [node, gradient] of gradients) {
      const { grad: before } = node
      if (before !== null) node.grad = addInto(before, gradient, createGraph)
      else if (createGraph) node.grad = copy(gradient)
      else node.grad = isWhole(gradient) && !shared.has(gradient.storage) ? withoutHistory(gradient) : copy(withoutHistory(gradient))
      shared.add(gradient.storage)
    }
  } finally {
    setGradEnabled(modeBefore)
  }
}

const withoutHistory = (value: Value): Value => (value.source === null && value.origin === null ? value : aliasOf(value))

/** Whether a value is all of its memory, in order. */
const isWhole = (value: Value): boolean => value.elementCount === value.storage.data.length && isDense(value.shape, value.strides)

/** `before + gradient`: in place, so that whoever holds `.grad` sees it, unless that would lose a history or write outside. */
function addInto(before: Value, gradient: Value, createGraph: boolean): Value {
  if (createGraph || before.source !== null || !isWhole(before)) return add(before, gradient)
  return writeResult(before, 'add', [before, gradient], null)
}
