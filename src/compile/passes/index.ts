// The passes, in their order. Each is a function from program to program.
import type { Graph } from '../graph.ts'
import { readConstants } from './constants.ts'
import { forwardCopies } from './copies.ts'
import { removeDeadCode } from './dead-code.ts'
import { attachEpilogues } from './epilogues.ts'
import { fuse } from './fuse.ts'
import { turnProducts } from './products.ts'
import { shareRepeatedExpressions } from './repeated-expressions.ts'
import { simplify } from './simplify.ts'
import { verify } from './verify.ts'

/** By name, since functions lose theirs in a bundle. */
const passes: readonly (readonly [name: string, pass: (graph: Graph) => Graph])[] = [
  ['dead code', removeDeadCode],
  ['constants', readConstants],
  ['simplification', simplify],
  ['copies', forwardCopies],
  ['turned products', turnProducts],
  ['repeated expressions', shareRepeatedExpressions],
  ['dead code again', removeDeadCode],
  ['fusion', fuse],
  ['epilogues', attachEpilogues],
]

/** The program after all passes; `observe` sees it before the first and after each. */
export function optimized(graph: Graph, observe?: (pass: string, graph: Graph) => void): Graph {
  observe?.('recorded', graph)
  return passes.reduce(
    (before, [name, pass]) => {
      const after = verify(pass(before), name)
      observe?.(name, after)
      return after
    },
    verify(graph, 'recording'),
  )
}
