// The program of a recording for people: a line for each instruction, and under it what it was fused from, where its name does not say so.
import { writtenOperands } from '../../backends/wasm/loops/kernel-facts.ts'
import { sizeOf } from '../../core/shape.ts'
import { type Instruction, nameOf, type UpdateAll, type View, writesOf } from '../graph.ts'
import { givenOperands } from './kernel-text.ts'
import { type Names, printNumber } from './names.ts'

/** Tensors of an update that are named. */
const NAMED = 3
/** What the result says already. */
const SAID = ['shape', 'dtype']

const listed = (views: readonly View[], names: Names): string => views.map((view) => names.view(view)).join(', ')

/** Params that can be said in a few words: numbers, words and lists of them. */
function printParams(params: unknown): string[] {
  return Object.entries(params ?? {}).flatMap(([name, value]: [string, unknown]) => {
    const isShort = ['number', 'string', 'boolean'].includes(typeof value) || Array.isArray(value)
    if (!isShort || SAID.includes(name)) return []
    return `${name}: ${Array.isArray(value) ? `[${value.join(', ')}]` : typeof value === 'number' ? printNumber(value) : value}`
  })
}

function printUpdate({ rule, tensors }: UpdateAll, names: Names): string {
  const parameters = tensors.map(([parameter]) => parameter as View)
  const elements = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const more = parameters.length > NAMED ? ', …' : ''
  const count = parameters.length === 1 ? '1 tensor' : `${parameters.length} tensors`
  return `${listed(parameters.slice(0, NAMED), names)}${more} = ${rule.kernel.name}(${count}, ${elements} elements)`
}

/** `t2 [8, 1] = add(t1 [8, 1], o3 [1])`. */
export function printInstruction(instruction: Instruction, names: Names): string {
  switch (instruction.kind) {
    case 'apply': {
      const { primitive, inputs, output, params } = instruction
      const given = [...inputs.map((view) => names.view(view)), ...printParams(params)]
      return `${names.view(output)} = ${primitive}(${given.join(', ')})`
    }
    case 'rows': {
      const { kernel, operands } = instruction
      const chosen = (numbers: Iterable<number>): View[] => [...numbers].map((k) => operands[k] as View)
      return `${listed(chosen(writtenOperands(kernel)), names)} = ${kernel.name}(${listed(chosen(givenOperands(kernel)), names)})`
    }
    case 'contraction': {
      const { product, epilogue } = instruction
      const given = givenOperands(epilogue.kernel).map((k) => epilogue.operands[k] as View)
      const others = given.filter(({ buffer }) => buffer !== product.output.buffer)
      const written = writesOf(instruction).filter(({ buffer }, i, all) => all.findIndex((view) => view.buffer === buffer) === i)
      return `${listed(written, names)} = ${nameOf(instruction)}(${[...product.inputs, ...others].map((view) => names.view(view)).join(', ')}${printParams(
        product.params,
      )
        .map((text) => `, ${text}`)
        .join('')})`
    }
    case 'program': {
      const { program, inputs, outputs, params } = instruction
      const given = [...inputs.map((view) => names.view(view)), ...printParams(params)]
      return `${listed(outputs, names)} = ${program.name}(${given.join(', ')})`
    }
    case 'update':
      return printUpdate(instruction, names)
    case 'effect':
      return `${instruction.name}(${listed(instruction.inputs, names)})`
  }
}

/** `from line 8: add; line 9: relu, sum`: what was fused, by lines of the source; null where name and line say it all. */
export function printParts(instruction: Instruction): string | null {
  const parts =
    instruction.kind === 'contraction'
      ? [instruction.product, ...instruction.epilogue.parts]
      : instruction.kind === 'rows'
        ? instruction.parts
        : []
  if (parts.length === 0) return null
  const here = instruction.site()
  const byLine = new Map<string, string[]>()
  for (const part of parts) {
    const line = part.site()
    const place = line === null ? '' : `${line.file === here?.file ? 'line ' : `${line.file}:`}${line.line}: `
    byLine.set(place, [...(byLine.get(place) ?? []), nameOf(part)])
  }
  if (byLine.size === 1 && nameOf(instruction) === parts.map(nameOf).join('·')) return null
  return `from ${[...byLine].map(([place, names]) => place + names.join(', ')).join('; ')}`
}
