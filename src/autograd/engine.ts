// The walk: from the roots back to the leaves, each node once, the latest created first. It knows no primitive and no rule.
import type { Value } from '../core/value.ts'
import { add, copy } from '../primitives/operations.ts'
import { conform, runFully, runTensorHooks } from './full-run.ts'
import { AccumulateGrad, type GraphNode, type NodeOutput } from './graph-node.ts'
import type { RecordingSwitch } from './modes.ts'
import { isObserved } from './observation.ts'
import { SequenceQueue } from './sequence-queue.ts'
import { beginWalk } from './walk-end.ts'

/** An output where the walk starts, with its gradient. */
export interface Root {
  readonly output: NodeOutput
  readonly cotangent: Value
}

/** How to walk. `targets` limits the walk to the paths that lead to them; `recording` is switched to `createGraph` meanwhile. */
export interface WalkOptions {
  readonly retainGraph: boolean
  readonly createGraph: boolean
  readonly targets: ReadonlySet<NodeOutput> | null
  readonly recording: RecordingSwitch
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
 * written on the way, and taken back if anything throws; leaves are left to `accumulate`.
 */
export function walk(roots: readonly Root[], { retainGraph, createGraph, targets, recording }: WalkOptions): Map<NodeOutput, Value> {
  const towards = targets && nodesTowards(roots, targets)
  const leadsOn = (edge: NodeOutput): boolean =>
    towards === null || towards.has(edge.node) || (targets as ReadonlySet<NodeOutput>).has(edge)
  const pending = new Map<NodeOutput, Value>()
  const results = new Map<NodeOutput, Value>()
  const written: [NodeOutput, Value | null][] = []
  const queue = new SequenceQueue<GraphNode>()
  const deliver = (output: NodeOutput, gradient: Value): void => {
    const before = pending.get(output)
    if (before === undefined && !isWaiting(output.node, pending)) queue.push(output.node)
    pending.set(output, before === undefined ? gradient : add(before, gradient))
  }
  /** Takes the gradient that arrived at an output; null where none did. */
  const take = (output: NodeOutput): Value | null => {
    let gradient = pending.get(output) ?? null
    if (gradient === null) return null
    pending.delete(output)
    if (output.hooks !== null) gradient = runTensorHooks(output, gradient)
    if (targets === null ? isLeafOutput(output) : targets.has(output)) results.set(output, gradient)
    return gradient
  }
  const keep = (output: NodeOutput, gradient: Value): void => {
    if (isLeafOutput(output)) {
      if (results.has(output)) results.set(output, gradient) // as hooks of the node left it
    } else if (output.retains) {
      written.push([output, output.grad])
      output.grad = output.grad === null ? copy(gradient) : add(output.grad, gradient)
    }
  }
  const modeBefore = recording.enabled
  recording.enabled = createGraph
  const end = beginWalk()
  try {
    for (const { output, cotangent } of roots) if (leadsOn(output)) deliver(output, cotangent)
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      const { edges, outputs } = node
      const runs = towards === null || towards.has(node)
      if (outputs === null && node.nodeHooks === null && !isObserved()) {
        const cotangent = take(node) as Value
        if (node.retains) keep(node, cotangent)
        if (!runs) continue
        for (let i = 0; i < edges.length; i++) {
          const edge = edges[i] as NodeOutput | null
          if (edge === null || !leadsOn(edge)) continue
          const gradient = node.gradientAlong(i, cotangent)
          if (gradient !== null) deliver(edge, conform(gradient, edge))
        }
      } else {
        const cotangents = outputs === null ? [take(node)] : outputs.map(take)
        if (!runs && !isLeafOutput(node)) {
          for (const [i, output] of (outputs ?? [node]).entries()) if (cotangents[i] != null) keep(output, cotangents[i])
          continue
        }
        const gradients = runFully(node, cotangents, leadsOn, keep)
        for (let i = 0; i < edges.length; i++) {
          const gradient = gradients[i]
          if (gradient != null) deliver(edges[i] as NodeOutput, gradient)
        }
      }
      if (!retainGraph) node.release()
    }
    end.completed()
  } catch (error) {
    for (const [output, before] of written.reverse()) output.grad = before
    throw error
  } finally {
    recording.enabled = modeBefore
    end.left()
  }
  return results
}

const isLeafOutput = (output: NodeOutput): boolean => output instanceof AccumulateGrad

/** Whether a gradient has arrived at any output of a node. */
function isWaiting(node: GraphNode, pending: ReadonlyMap<NodeOutput, Value>): boolean {
  return node.outputs === null ? pending.has(node) : node.outputs.some((output) => pending.has(output))
}
