// Computes once what is computed several times from the same contents.
import { kernelOf } from '../../primitives/kernels.ts'
import { type Buffer, type Graph, type Instruction, isWhole, type View, withViews } from '../graph.ts'
import { accessesOf } from './accesses.ts'
import { keyOfStructure } from './structure-key.ts'

export function shareRepeatedExpressions(graph: Graph): Graph {
  const accesses = accessesOf(graph)
  const isResult = new Set(graph.results.map(({ buffer }) => buffer))
  const replaced = new Map<Buffer, Buffer>()
  const resolve = (view: View): View => {
    const buffer = replaced.get(view.buffer)
    return buffer === undefined ? view : { ...view, buffer }
  }
  const known = new Map<string, Buffer>()
  /** Contents of a buffer have a number that changes when it is written. */
  const contents = ({ buffer, shape, strides, offset }: View, at: number): string =>
    `${buffer.number}.${accesses(buffer).writes.filter((write) => write < at).length}[${shape}|${strides}|${offset}]`
  const instructions = graph.instructions.flatMap((given, at): Instruction[] => {
    const instruction = replaced.size === 0 ? given : withViews(given, resolve)
    if (instruction.kind !== 'apply') return [instruction]
    const { primitive, params, inputs, output } = instruction
    const kernel = kernelOf(primitive)
    const { buffer } = output
    const isOwn = buffer.role === 'temporary' && isWhole(output) && accesses(buffer).writes.length === 1 && !isResult.has(buffer)
    if (!isOwn || (kernel.kind === 'program' && kernel.looks?.(params))) return [instruction]
    const key = `${primitive} ${keyOfStructure(params)} ${buffer.type.name} ${output.shape} ${inputs.map((input) => contents(input, at)).join(' ')}`
    const same = known.get(key)
    if (same === undefined) {
      known.set(key, buffer)
      return [instruction]
    }
    replaced.set(buffer, same)
    return []
  })
  return { ...graph, instructions }
}
