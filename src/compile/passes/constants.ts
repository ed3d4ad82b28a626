// Elementwise primitives, and those that start from a copy of an operand, read a number instead of memory that is filled with it. What they
// make of numbers alone is a number, too.
import { dtypeFacts } from '../../core/dtype.ts'
import type { Storage } from '../../core/storage.ts'
import { viewOf } from '../../core/value.ts'
import { constant, evaluate } from '../../primitives/bind.ts'
import { kernelOf } from '../../primitives/kernels.ts'
import type { StructuredParams } from '../../primitives/params.ts'
import { type Buffer, type Graph, type Instruction, isWhole, type View } from '../graph.ts'
import { accessesOf } from './accesses.ts'

/** The one element that all of a result has, where an instruction makes it of numbers alone; else null. */
function numberOf(instruction: Instruction, read: (view: View) => View): Storage | null {
  if (instruction.kind !== 'apply') return null
  const { primitive, inputs, output } = instruction
  if (inputs.length === 0) {
    const { value, dtype } = (instruction.params ?? {}) as Partial<StructuredParams['full']>
    return typeof value === 'number' && dtype !== undefined ? constant(value, dtypeFacts(dtype)).storage : null
  }
  if (kernelOf(primitive).kind !== 'elementwise') return null
  const numbers = inputs.map((view) => read(view).buffer).filter((buffer) => buffer.constant !== null)
  if (numbers.length < inputs.length) return null
  const operands = numbers.map(({ storage }) => viewOf(storage as Storage, [], [], 0, 1))
  const { storage } = evaluate(primitive, operands, instruction.params as never)
  return storage.type === output.buffer.type ? storage : null
}

export function readConstants(graph: Graph): Graph {
  const accesses = accessesOf(graph)
  const filled = new Map<Buffer, Buffer>()
  const read = (view: View): View => {
    const number = filled.get(view.buffer)
    return number === undefined ? view : { buffer: number, shape: view.shape, strides: view.shape.map(() => 0), offset: 0 }
  }
  for (const instruction of graph.instructions) {
    if (instruction.kind !== 'apply') continue
    const { buffer } = instruction.output
    if (buffer.role !== 'temporary' || !isWhole(instruction.output) || accesses(buffer).writes.length > 1) continue
    const storage = numberOf(instruction, read)
    if (storage !== null) filled.set(buffer, { ...buffer, length: 1, role: 'outside', storage, constant: storage.data[0] as number })
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
