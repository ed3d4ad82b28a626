// Checks a program after each pass: a pass that breaks it is a mistake of ours, and is found where it happens.
import { sizeOf } from '../../core/shape.ts'
import { type Buffer, type Graph, nameOf, type View, withViews } from '../graph.ts'
import { footprintOf } from './accesses.ts'

function reachOf({ shape, strides, offset }: View): readonly [least: number, most: number] {
  let [least, most] = [offset, offset]
  shape.forEach((size, d) => {
    const span = (size - 1) * (strides[d] as number)
    if (span < 0) least += span
    else most += span
  })
  return [least, most]
}

/** Throws where a view leaves its buffer, or something is read that nothing has written. */
export function verify(graph: Graph, pass: string): Graph {
  const written = new Set<Buffer>()
  const check = (view: View, reader: string): void => {
    const [least, most] = reachOf(view)
    if (sizeOf(view.shape) > 0 && (least < 0 || most >= view.buffer.length))
      throw new TypeError(`compile: after ${pass}, ${reader} looks beyond buffer ${view.buffer.number}`)
  }
  const isThere = (buffer: Buffer): boolean => buffer.role !== 'temporary' || buffer.length === 0 || written.has(buffer)
  for (const instruction of graph.instructions) {
    const name = nameOf(instruction)
    withViews(instruction, (view) => {
      check(view, name)
      return view
    })
    const { reads, writes } = footprintOf(instruction)
    for (const buffer of reads)
      if (!isThere(buffer) && !writes.has(buffer))
        throw new TypeError(`compile: after ${pass}, ${name} reads buffer ${buffer.number}, which nothing has written`)
    for (const buffer of writes) written.add(buffer)
  }
  for (const { buffer } of graph.results)
    if (!isThere(buffer)) throw new TypeError(`compile: after ${pass}, nothing writes the result in buffer ${buffer.number}`)
  return graph
}
