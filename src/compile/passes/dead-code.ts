// Leaves out what nobody asks for: instructions whose results are neither read later nor seen from outside.
import type { Buffer, Graph, Instruction } from '../graph.ts'
import { footprintOf } from './accesses.ts'

export function removeDeadCode(graph: Graph): Graph {
  const needed = new Set<Buffer>(graph.results.map(({ buffer }) => buffer))
  const isSeen = (buffer: Buffer): boolean => buffer.role !== 'temporary' || needed.has(buffer)
  const kept: Instruction[] = []
  for (const instruction of graph.instructions.toReversed()) {
    const { reads, writes } = footprintOf(instruction)
    if (instruction.kind !== 'effect' && ![...writes].some(isSeen)) continue
    kept.push(instruction)
    for (const buffer of reads) needed.add(buffer)
  }
  return { ...graph, instructions: kept.reverse() }
}
