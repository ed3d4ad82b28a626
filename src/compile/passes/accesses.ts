// Who reads and writes which buffer, and when: the questions that passes ask.
import { type Buffer, type Graph, type Instruction, readsOf, writesOf } from '../graph.ts'

/** Positions of the instructions that read and write a buffer. */
export interface Accesses {
  readonly reads: readonly number[]
  readonly writes: readonly number[]
}

const nothing: Accesses = { reads: [], writes: [] }

/** The accesses of all buffers. */
export function accessesOf({ instructions }: Pick<Graph, 'instructions'>): (buffer: Buffer) => Accesses {
  const found = new Map<Buffer, { reads: number[]; writes: number[] }>()
  const of = (buffer: Buffer) => {
    let accesses = found.get(buffer)
    if (accesses === undefined) {
      accesses = { reads: [], writes: [] }
      found.set(buffer, accesses)
    }
    return accesses
  }
  instructions.forEach((instruction, at) => {
    for (const { buffer } of readsOf(instruction)) of(buffer).reads.push(at)
    for (const { buffer } of writesOf(instruction)) of(buffer).writes.push(at)
  })
  return (buffer) => found.get(buffer) ?? nothing
}

/** Buffers that one instruction reads and writes. */
export interface Footprint {
  readonly reads: ReadonlySet<Buffer>
  readonly writes: ReadonlySet<Buffer>
}

const footprints = /*@__PURE__*/ new WeakMap<Instruction, Footprint>()

export function footprintOf(instruction: Instruction): Footprint {
  let footprint = footprints.get(instruction)
  if (footprint === undefined) {
    const buffers = (views: ReturnType<typeof readsOf>) => new Set(views.map(({ buffer }) => buffer))
    footprint = { reads: buffers(readsOf(instruction)), writes: buffers(writesOf(instruction)) }
    footprints.set(instruction, footprint)
  }
  return footprint
}

/** All buffers that an instruction reads or writes. */
export function touched(instruction: Instruction): ReadonlySet<Buffer> {
  const { reads, writes } = footprintOf(instruction)
  return new Set([...reads, ...writes])
}

const meet = (x: ReadonlySet<Buffer>, y: ReadonlySet<Buffer>): boolean => {
  for (const buffer of x) if (y.has(buffer)) return true
  return false
}

/** Whether the order of two instructions matters. */
export function conflict(x: Instruction, y: Instruction): boolean {
  if (x.kind === 'effect' && y.kind === 'effect') return true
  const [first, second] = [footprintOf(x), footprintOf(y)]
  return meet(first.writes, second.reads) || meet(first.writes, second.writes) || meet(first.reads, second.writes)
}
