// Reads the original instead of a copy, where neither changes as long as the copy is of use.

import { isDense } from '../../core/shape.ts'
import { kernelOf } from '../../primitives/kernels.ts'
import { type Application, type Buffer, type Graph, type Instruction, isWhole, sameView, type View, withViews } from '../graph.ts'
import { accessesOf } from './accesses.ts'

/** Whether an instruction only moves elements of one dtype from one whole buffer's worth of places to another. */
export const isCopy = ({ primitive, inputs, output }: Application): boolean => {
  const kernel = kernelOf(primitive)
  const [source] = inputs
  return (
    kernel.kind === 'elementwise' &&
    inputs.length === 1 &&
    kernel.expression.kind === 'input' &&
    source?.buffer.type === output.buffer.type &&
    source.shape.length === output.shape.length &&
    source.shape.every((size, d) => size === output.shape[d])
  )
}

export function forwardCopies(graph: Graph): Graph {
  const accesses = accessesOf(graph)
  const originals = new Map<Buffer, { readonly copy: View; readonly original: View }>()
  const resolve = (view: View): View => {
    const known = originals.get(view.buffer)
    if (known === undefined) return view
    const { copy, original } = known
    if (sameView(view, copy)) return original
    return { ...view, buffer: original.buffer, offset: original.offset + view.offset } // the original is dense, too
  }
  const canResolve = (view: View, copy: View, original: View): boolean => sameView(view, copy) || isDense(original.shape, original.strides)
  const instructions = graph.instructions.flatMap((given, at): Instruction[] => {
    const instruction = originals.size === 0 ? given : withViews(given, resolve)
    if (instruction.kind !== 'apply' || !isCopy(instruction)) return [instruction]
    const [original] = instruction.inputs as readonly [View]
    const { output: copy } = instruction
    if (copy.buffer.role !== 'temporary' || !isWhole(copy)) return [instruction]
    const { reads, writes } = accesses(copy.buffer)
    if (writes.length > 1 || graph.results.some(({ buffer }) => buffer === copy.buffer)) return [instruction]
    const lastRead = Math.max(at, ...reads)
    if (accesses(original.buffer).writes.some((write) => write > at && write <= lastRead)) return [instruction]
    const views = reads.flatMap((read) => viewsOf(graph, read, copy.buffer))
    if (!views.every((view) => canResolve(view, copy, original))) return [instruction]
    originals.set(copy.buffer, { copy, original })
    return []
  })
  return { ...graph, instructions }
}

/** The views through which an instruction looks at a buffer. */
function viewsOf({ instructions }: Graph, at: number, buffer: Buffer): View[] {
  const found: View[] = []
  withViews(instructions[at] as Graph['instructions'][number], (view) => {
    if (view.buffer === buffer) found.push(view)
    return view
  })
  return found
}
