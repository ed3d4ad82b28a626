// Applications that change nothing, once their arithmetic is simplified, become copies.
import type { Graph, Instruction } from '../graph.ts'
import { elementwiseRows } from './as-rows.ts'

/** An application whose result is one of its operands as it is becomes a copy, which the next pass has read where it comes from. */
export function simplify(graph: Graph): Graph {
  const instructions = graph.instructions.map((instruction): Instruction => {
    const rows = instruction.kind === 'apply' ? elementwiseRows(instruction) : null
    const [store] = rows?.kernel.stages[0]?.stores ?? []
    if (instruction.kind !== 'apply' || rows === null || store?.value.kind !== 'input') return instruction
    const operand = rows.operands[store.value.index]
    if (operand === undefined || operand.buffer.type !== instruction.output.buffer.type) return instruction
    return { ...instruction, primitive: 'copy', params: null, inputs: [operand] }
  })
  return { ...graph, instructions }
}
