// Who watches the tape: told of each node when it is made and when it has run. Anomaly detection, the profiler and pictures do.
import type { Value } from '../core/value.ts'
import type { GraphNode } from './graph-node.ts'

/** What an observer may want to hear of. */
export interface NodeObserver {
  /** A node was recorded; `inputs` are the operation's, `output` its result. */
  created?(node: GraphNode, inputs: readonly Value[], output: Value): void
  /** A node is about to run. */
  started?(node: GraphNode): void
  /** A node ran: the gradients of its inputs from those of its outputs. */
  ran?(node: GraphNode, gradInputs: readonly (Value | null)[], gradOutputs: readonly (Value | null)[]): void
  /** A node threw. */
  failed?(node: GraphNode, error: unknown): void
}

const observers = new Set<NodeObserver>()

/** Whether anybody watches; a plain variable, since the tape asks at each node. */
export let isObserved = false

/** Tells an observer from now on, until the function that this returns is called. */
export function observeNodes(observer: NodeObserver): () => void {
  observers.add(observer)
  isObserved = true
  return () => {
    observers.delete(observer)
    isObserved = observers.size > 0
  }
}

/** A node was made. */
export function announce(node: GraphNode, inputs: readonly Value[], output: Value): void {
  for (const observer of observers) observer.created?.(node, inputs, output)
}

/** A node will run. */
export function announceStart(node: GraphNode): void {
  for (const observer of observers) observer.started?.(node)
}

/** A node ran. */
export function announceRun(node: GraphNode, gradInputs: readonly (Value | null)[], gradOutputs: readonly (Value | null)[]): void {
  for (const observer of observers) observer.ran?.(node, gradInputs, gradOutputs)
}

/** A node threw. */
export function announceFailure(node: GraphNode, error: unknown): void {
  for (const observer of observers) observer.failed?.(node, error)
}
