// A recording as text: what it depends on, the program by lines of the source, its kernels, memory and constants.
import type { SourceLine } from '../../core/call-site.ts'
import { printBytes } from '../../core/errors.ts'
import { printShape } from '../../core/shape.ts'
import type { Recording } from '../recording.ts'
import { recordedNumbers } from './constants.ts'
import { printNumber } from './names.ts'
import { printInstruction, printParts } from './program.ts'
import type { Explained, Kind } from './steps.ts'

/** Regions of memory that are listed: the largest. */
const MOST_REGIONS = 10

/** `3 steps`. */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : word.endsWith('h') ? 'es' : 's'}`

/** `43 %`; what is too little to be 1 is said to be less. */
const printShare = (share: number): string => `${share < 0.005 ? '<1' : Math.round(100 * share)} %`

/** What a run consists of, what it depends on, and how much memory it takes. */
export function summaryOf({ recorded, plan, guards, kind }: Recording, { groups }: Explained): string[] {
  const launched = groups.filter((group) => group.kind !== 'host')
  const launches = launched.reduce((sum, { steps }) => sum + steps.length, 0)
  const { block, shared, separate } = plan.memory
  const given = kind.facts.map(({ dtype, shape }, i) => `a${i} ${dtype} ${printShape(shape)}`)
  const subjects = [...new Set(guards.map(({ subject }) => subject))]
  return [
    `${counted(recorded.instructions.length, 'instruction')} recorded, ${plan.program.graph.instructions.length} after all passes. A run makes ${counted(launches, 'launch')} of ${counted(launched.length, 'kernel')}, and ${counted(plan.steps.length - launches, 'host step')}.`,
    `Arguments: ${given.length === 0 ? 'no tensors' : given.join(', ')}.`,
    `Recorded anew for arguments of another kind${subjects.length === 0 ? '' : `, and after a change of ${subjects.join(', ')}`}.`,
    `Memory: ${printBytes(block)} in one block. Intermediates share ${printBytes(shared)} of it, and would take ${printBytes(separate)} apart (${printShare(shared / (separate || 1))}).`,
  ]
}

/** Texts under the lines of the source that they belong to, each file and each line named when it begins. */
function bySource(entries: readonly { readonly line: SourceLine | null; readonly texts: readonly string[] }[]): string[] {
  let [file, number] = ['', 0]
  return entries.flatMap(({ line, texts }) => {
    const lines = texts.map((text) => `      ${text}`)
    if (line === null) return lines
    if (line.file !== file || line.line !== number) lines.unshift(`  ${line.line}  ${line.text ?? ''}`)
    if (line.file !== file) lines.unshift(line.file)
    file = line.file
    number = line.line
    return lines
  })
}

function program({ plan }: Recording, { names, steps }: Explained): string[] {
  const width = String(steps.length).length
  return bySource(
    plan.program.graph.instructions.map((instruction) => {
      const first = steps.findIndex((step) => step.instruction === instruction)
      const parts = printParts(instruction)
      const texts = [`${(first < 0 ? '' : String(first)).padStart(width)}  ${printInstruction(instruction, names)}`]
      if (parts !== null) texts.push(`${' '.repeat(width + 4)}${parts}`)
      return { line: instruction.site(), texts }
    }),
  )
}

/** A line for each kernel, with its part of the work, and what it computes. */
export function kernelRows({ groups }: Explained): { kind: Kind; share: number; title: string; lines: readonly string[] }[] {
  const total = groups.reduce((sum, { work }) => sum + work, 0)
  return groups.map(({ name, kind, steps, work, lines }) => {
    const tasks = steps.reduce((sum, step) => sum + step.tasks, 0)
    const share = work / total
    const title = `${printShare(share).padStart(5)}  ${steps.length} × ${name}, ${kind === 'host' ? 'on the host' : counted(tasks, 'task')}`
    return { kind, share, title, lines }
  })
}

function regions({ plan }: Recording, { nameOf }: Explained): string[] {
  const largest = [...plan.shared].sort((x, y) => y.bytes - x.bytes).slice(0, MOST_REGIONS)
  return largest.map(
    (region) =>
      `  ${printBytes(region.bytes).padStart(8)} at byte ${region.offset}, steps ${region.first} to ${region.last}: ${nameOf(region.place)}`,
  )
}

const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', title, ...lines])

export function explainText(recording: Recording, explained: Explained): string {
  const numbers = recordedNumbers(recording.recorded)
  return [
    ...summaryOf(recording, explained),
    ...section(
      'Program (a: argument, o: tensor from outside, t: intermediate, ′: a view; float32 unless said)',
      program(recording, explained),
    ),
    ...section(
      'Kernels, by their part of the estimated work',
      kernelRows(explained).flatMap(({ title, lines }) => [`  ${title}`, ...lines.map((line) => `           ${line}`)]),
    ),
    ...section('Largest regions of shared memory', regions(recording, explained)),
    ...section(
      'Numbers that became constants',
      bySource(numbers.map(({ line, numbers }) => ({ line, texts: [[...numbers].map(printNumber).join(', ')] }))),
    ),
  ].join('\n')
}
