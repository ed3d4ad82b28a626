// The numbers of a program that are part of its recording: a changed variable that held one changes nothing any more.
import type { SourceLine } from '../../core/call-site.ts'
import type { StructuredParams } from '../../primitives/params.ts'
import type { Graph, Instruction } from '../graph.ts'

/** What a line of the source has put into the recording. */
export interface RecordedNumbers {
  readonly line: SourceLine | null
  readonly numbers: ReadonlySet<number>
}

function numbersIn(instruction: Instruction): readonly number[] {
  if (instruction.kind === 'rows') return instruction.scalars
  if (instruction.kind === 'program') return Object.values(instruction.params ?? {}).filter((value) => typeof value === 'number')
  if (instruction.kind !== 'apply') return []
  const { value } = (instruction.params ?? {}) as Partial<StructuredParams['full']>
  return [...instruction.inputs.flatMap(({ buffer }) => buffer.constant ?? []), ...(typeof value === 'number' ? [value] : [])]
}

/** All of them by their lines, in the order in which they were recorded. */
export function recordedNumbers({ instructions }: Graph): RecordedNumbers[] {
  const found = new Map<string, { line: SourceLine | null; numbers: Set<number> }>()
  for (const instruction of instructions) {
    const numbers = numbersIn(instruction)
    if (numbers.length === 0) continue
    const line = instruction.site()
    const key = `${line?.file}:${line?.line}`
    const known = found.get(key) ?? { line, numbers: new Set() }
    for (const number of numbers) known.numbers.add(number)
    found.set(key, known)
  }
  return [...found.values()]
}
