// viz.record: while it runs, of every node that the tape makes is noted what the node itself does not keep: the values that it stands
// for, and the line that made it.
import { type GraphNode, type Mode, mode, observeNodes, sourceOf } from '../autograd/index.ts'
import { callSite, type SourceLine } from '../core/call-site.ts'
import type { Value } from '../core/value.ts'
import { type Statistics, statisticsOf } from './statistics.ts'

/** What was noted of one node. */
export interface NodeFacts {
  /** By number of output. */
  readonly values: (Statistics | null)[]
  readonly line: SourceLine | null
}

const facts = new WeakMap<GraphNode, NodeFacts>()

/** What was noted of a node; undefined if it was not made under `viz.record`. */
export const factsOf = (node: GraphNode): NodeFacts | undefined => facts.get(node)

function note(node: GraphNode, _: readonly Value[], output: Value): void {
  let noted = facts.get(node)
  if (noted === undefined) {
    noted = { values: [], line: callSite() }
    facts.set(node, noted)
  }
  const source = sourceOf(output)
  noted.values[source?.node === node ? source.number : 0] = statisticsOf(output)
}

/**
 * Runs a function and notes, of each result that is recorded for backward, its statistics and the line that made it; `viz.graph` shows them.
 *
 * It costs time with every operation. `viz.record.scope()` is the form for `using`.
 *
 * @throws GradError if the function returns a promise.
 * @example
 * ```ts
 * import { ones, viz } from 'wengert'
 * const w = ones([3], { requiresGrad: true })
 * const loss = viz.record(() => w.mul(2).sum())
 * console.log(viz.graph(loss).boxes.map(({ name, value }) => `${name} ${value?.mean}`)) // [ 'leaf 1', 'Mul 2', 'Sum 6' ]
 * ```
 */
export const record: Mode = /*@__PURE__*/ mode('viz.record', () => observeNodes({ created: note }))
