// The walk: from the roots back to the leaves, each node once, the latest created first. It knows no primitive and no rule.
import type { Storage } from '../core/storage.ts'
import type { Value } from '../core/value.ts'
import { activeLevels, levelOf } from '../primitives/levels.ts'
import { add, copy } from '../primitives/operations.ts'
import { asOutsider, CotangentMemory } from './cotangent-memory.ts'
import { conform, runFully, runTensorHooks } from './full-run.ts'
import { AccumulateGrad, type GraphNode, type NodeOutput } from './graph-node.ts'
import { baseSwitch, type RecordingSwitch } from './modes.ts'
import { isObserved } from './observation.ts'
import { SequenceQueue } from './sequence-queue.ts'
import { completeWalk, enterWalk, leaveWalk } from './walk-end.ts'

/** An output where the walk starts, with its gradient. */
export interface Root {
  readonly output: NodeOutput
  readonly cotangent: Value
}

/**
 * How to walk. `targets` limits the walk to the paths that lead to them; `recording` is switched to `createGraph` meanwhile. The memory of
 * gradients that hooks and custom functions were given, which may keep them, is added to `exposed`.
 */
export interface WalkOptions {
  readonly retainGraph: boolean
  readonly createGraph: boolean
  readonly targets: ReadonlySet<NodeOutput> | null
  readonly recording: RecordingSwitch
  readonly exposed?: Set<Storage>
}

/** The nodes from which a target can be reached, found without recursion. */
function nodesTowards(roots: readonly Root[], targets: ReadonlySet<NodeOutput>): Set<GraphNode> {
  const towards = new Set<GraphNode>()
  const wanted = (edge: NodeOutput | null): boolean => edge !== null && (targets.has(edge) || towards.has(edge.node))
  const seen = new Set<GraphNode>()
  const stack = roots.map(({ output }) => output.node)
  while (stack.length > 0) {
    const node = stack[stack.length - 1] as GraphNode
    if (!seen.has(node)) {
      seen.add(node)
      for (const edge of node.edges) if (edge !== null && !seen.has(edge.node)) stack.push(edge.node)
    } else {
      stack.pop()
      if (node.edges.some(wanted)) towards.add(node)
    }
  }
  return towards
}

/**
 * Walks back from `roots` and returns the complete gradient of every leaf and target that was reached. Gradients that results keep are
 * written on the way, and taken back if anything throws (on the base tape not those of a whole batch, which would outlive vmap); leaves are
 * left to `accumulate`.
 */
export function walk(
  roots: readonly Root[],
  { retainGraph, createGraph, targets, recording, exposed }: WalkOptions,
): Map<NodeOutput, Value> {
  const towards = targets && nodesTowards(roots, targets)
  const leadsOn = (edge: NodeOutput): boolean => towards === null || towards.has(edge.node) || targets?.has(edge) === true
  const pending = new Map<NodeOutput, Value>()
  const results = new Map<NodeOutput, Value>()
  const written: [NodeOutput, Value | null][] = []
  const queue = new SequenceQueue<GraphNode>()
  // under createGraph the new graph holds on to what is made, and a transform's values stand for others
  const memory = createGraph || activeLevels.length > 0 ? null : new CotangentMemory()
  const deliver = (output: NodeOutput, gradient: Value): void => {
    const before = pending.get(output)
    const total = before === undefined ? gradient : add(before, gradient)
    pending.set(output, total)
    if (memory !== null) {
      memory.claim(total)
      if (before !== undefined) memory.unclaim(before)
    }
    const { node } = output
    if (before === undefined && (node === output || isFirstToArrive(output, pending))) queue.push(node)
  }
  /** What becomes of a complete gradient before its node runs: its tensor's hooks see it, and it is a result where it is wanted. */
  const settle = (output: NodeOutput, arrived: Value): Value => {
    let gradient = arrived
    if (output.hooks !== null) {
      memory?.escape(arrived)
      exposed?.add(arrived.storage)
      gradient = asOutsider(() => runTensorHooks(output, arrived))
      exposed?.add(gradient.storage)
    }
    if (targets === null ? output instanceof AccumulateGrad : targets.has(output)) {
      memory?.escape(gradient)
      results.set(output, gradient)
    }
    return gradient
  }
  const take = (output: NodeOutput): Value | null => {
    const arrived = pending.get(output)
    pending.delete(output)
    return arrived === undefined ? null : settle(output, arrived)
  }
  const keep = (output: NodeOutput, gradient: Value): void => {
    if (output instanceof AccumulateGrad) {
      if (results.get(output) !== gradient && results.has(output)) results.set(output, gradient) // as hooks of the node left it
    } else if (output.retains && !(recording === baseSwitch && isOfBatch(gradient))) {
      written.push([output, output.grad])
      output.grad = asOutsider(() => (output.grad === null ? copy(gradient) : add(output.grad, gradient)))
    }
  }
  const modeBefore = recording.enabled
  recording.enabled = createGraph
  const walkBefore = enterWalk()
  try {
    for (const { output, cotangent } of roots) if (leadsOn(output)) deliver(output, cotangent)
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      const { edges, outputs } = node
      const runs = towards === null || towards.has(node)
      if (outputs === null && node.nodeHooks === null && !isObserved) {
        const arrived = pending.get(node) as Value
        let cotangent = arrived
        pending.delete(node)
        if (node.retains || node.hooks !== null || targets !== null) {
          cotangent = settle(node, cotangent)
          keep(node, cotangent)
        }
        if (!runs) continue
        const together = node.joint ? node.gradientsAlong([cotangent], (i) => edges[i] !== null && leadsOn(edges[i] as NodeOutput)) : null
        for (let i = 0; i < edges.length; i++) {
          const edge = edges[i] as NodeOutput | null
          if (edge === null || (towards !== null && !leadsOn(edge))) continue
          const gradient = together === null ? node.gradientAlong(i, cotangent) : (together[i] ?? null)
          if (gradient !== null) deliver(edge, conform(gradient, edge))
        }
        if (memory !== null) {
          memory.unclaim(arrived)
          memory.nodeDone()
        }
      } else {
        const cotangents = outputs === null ? [take(node)] : outputs.map(take)
        for (const cotangent of cotangents) if (cotangent !== null) memory?.escape(cotangent)
        const gradients = asOutsider(() => runFully(node, cotangents, runs || edges.length === 0, leadsOn, keep))
        if (outputs !== null || node.nodeHooks !== null)
          for (const value of [...cotangents, ...gradients]) if (value != null) exposed?.add(value.storage)
        for (let i = 0; i < edges.length; i++) {
          const gradient = gradients[i]
          if (gradient != null) deliver(edges[i] as NodeOutput, gradient)
        }
      }
      if (!retainGraph) node.release()
    }
    completeWalk()
  } catch (error) {
    for (const [output, before] of written.reverse()) output.grad = before
    throw error
  } finally {
    memory?.end()
    recording.enabled = modeBefore
    leaveWalk(walkBefore)
  }
  return results
}

const isOfBatch = ({ lifted }: Value): boolean => lifted !== null && (levelOf(lifted).batches || isOfBatch(lifted.below))

/** Whether no gradient has arrived at another output of the same node. */
const isFirstToArrive = (output: NodeOutput, pending: ReadonlyMap<NodeOutput, Value>): boolean =>
  output.node.outputs?.every((other) => other === output || !pending.has(other)) ?? true
