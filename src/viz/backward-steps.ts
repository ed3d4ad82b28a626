// Backward step by step, in the engine's order and by the nodes' own rules, but looking on only: nothing is accumulated or kept, no hook
// is called, nobody who watches the tape hears of it, and the graph stays.
import { conform, type GraphNode, type NodeOutput, noGrad, SequenceQueue, sourceOf } from '../autograd/index.ts'
import type { Value } from '../core/value.ts'
import { add, full } from '../primitives/operations.ts'
import { type Statistics, statisticsOf } from './statistics.ts'

/** One node's turn in backward. */
export interface BackwardStep {
  /** The id of the box whose turn it is. */
  readonly box: number
  /** The complete gradient of each of its outputs; null where none arrived. */
  readonly gradients: readonly (Statistics | null)[]
  /** The boxes to which it sends gradients; none for a leaf, whose `.grad` takes what has arrived. */
  readonly to: readonly number[]
}

/** The steps that backward from `result` takes. It starts from ones, as backward does for a loss. */
export function backwardSteps(result: Value): BackwardStep[] {
  const start = sourceOf(result)
  return start === null ? [] : noGrad(() => walkStepwise(start, full(result.shape, 1, result.dtype)))
}

function walkStepwise(start: NodeOutput, cotangent: Value): BackwardStep[] {
  const steps: BackwardStep[] = []
  const pending = new Map<NodeOutput, Value>()
  const queued = new Set<GraphNode>()
  const queue = new SequenceQueue<GraphNode>()
  const deliver = (output: NodeOutput, gradient: Value): void => {
    const before = pending.get(output)
    pending.set(output, before === undefined ? gradient : add(before, gradient))
    if (queued.has(output.node)) return
    queued.add(output.node)
    queue.push(output.node)
  }
  deliver(start, cotangent)
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const outputs = node.outputs ?? [node]
    const cotangents = outputs.map((output) => pending.get(output) ?? null)
    for (const output of outputs) pending.delete(output)
    const { edges } = node
    const gradients = node.gradientsAlong(cotangents, (i) => edges[i] != null)
    const to = new Set<number>()
    for (const [i, edge] of edges.entries()) {
      const gradient = gradients[i] ?? null
      if (edge === null || gradient === null) continue
      deliver(edge, conform(gradient, edge))
      to.add(edge.node.sequence)
    }
    steps.push({ box: node.sequence, gradients: cotangents.map((each) => each && statisticsOf(each)), to: [...to] })
  }
  return steps
}
