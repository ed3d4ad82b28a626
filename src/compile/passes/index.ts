// The passes, in their order. Each is a function from program to program.
import type { Graph } from '../graph.ts'
import { shareCommonSubexpressions } from './common-subexpressions.ts'
import { readConstants } from './constants.ts'
import { forwardCopies } from './copies.ts'
import { removeDeadCode } from './dead-code.ts'
import { fuse } from './fuse.ts'
import { verify } from './verify.ts'

const passes: readonly ((graph: Graph) => Graph)[] = [
  removeDeadCode,
  forwardCopies,
  readConstants,
  shareCommonSubexpressions,
  removeDeadCode,
  fuse,
  removeDeadCode,
]

/** The program after all passes; `observe` sees it before and after each. */
export function optimized(graph: Graph, observe?: (pass: string, graph: Graph) => void): Graph {
  observe?.('recorded', graph)
  return passes.reduce(
    (before, pass) => {
      const after = verify(pass(before), pass.name)
      observe?.(pass.name, after)
      return after
    },
    verify(graph, 'recording'),
  )
}
