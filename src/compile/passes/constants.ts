// Elementwise primitives, and those that start from a copy of an operand, read a number instead of memory that is filled with it.
import { dtypeFacts } from '../../core/dtype.ts'
import { constant } from '../../primitives/bind.ts'
import { kernelOf } from '../../primitives/kernels.ts'
import type { StructuredParams } from '../../primitives/params.ts'
import type { Buffer, Graph, Instruction, View } from '../graph.ts'
import { accessesOf } from './accesses.ts'

/** The number that an instruction fills memory with; null where it does not. */
function filling(instruction: Instruction): StructuredParams['full'] | null {
  if (instruction.kind !== 'apply' || instruction.inputs.length > 0) return null
  const params = instruction.params as Partial<StructuredParams['full']> | null
  return params !== null && typeof params.value === 'number' ? (params as StructuredParams['full']) : null
}

export function readConstants(graph: Graph): Graph {
  const accesses = accessesOf(graph)
  const filled = new Map<Buffer, Buffer>()
  for (const instruction of graph.instructions) {
    const params = filling(instruction)
    if (params === null || instruction.kind !== 'apply') continue
    const { buffer } = instruction.output
    if (buffer.role !== 'temporary' || accesses(buffer).writes.length > 1) continue
    const { storage } = constant(params.value, dtypeFacts(params.dtype))
    filled.set(buffer, { ...buffer, length: 1, role: 'outside', storage, constant: storage.data[0] as number })
  }
  const read = (view: View): View => {
    const number = filled.get(view.buffer)
    return number === undefined ? view : { buffer: number, shape: view.shape, strides: view.shape.map(() => 0), offset: 0 }
  }
  const instructions = graph.instructions.map((instruction) => {
    if (instruction.kind !== 'apply') return instruction
    const kernel = kernelOf(instruction.primitive)
    const readsNumbers = (number: number): boolean =>
      kernel.kind === 'elementwise' || (kernel.kind === 'program' && kernel.startsFrom === number)
    return { ...instruction, inputs: instruction.inputs.map((input, number) => (readsNumbers(number) ? read(input) : input)) }
  })
  return { ...graph, instructions }
}
