// Makes a program of drawn numbers: each step becomes a statement that fits the variables there are, while the reference runs it.
import { isTensor, type Tensor, WengertError } from 'wengert'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { kinds } from './kinds.ts'
import { draw, execute, type Leaf, type Program, type Statement } from './program.ts'
import type { Scene } from './scene.ts'

/** What is drawn for one step: a kind and an operation, and numbers that the operation's row uses up in order. */
export interface RawStep {
  readonly kind: number
  readonly choice: number
  readonly numbers: readonly number[]
}

export interface RawProgram {
  readonly leaves: readonly Leaf[]
  readonly steps: readonly RawStep[]
}

/** How many operations of a kind are tried before a step comes to nothing. */
const ATTEMPTS = 5

/** Methods whose derivative needs neither their operands' values nor their result's. */
const savesNothing = new Set(
  'add sub neg clone contiguous transpose permute narrow select at unsqueeze squeeze expand flatten reshape diagonal split cat stack flip roll sum mean tril triu add_ sub_ neg_ zero_ setAt copy_'.split(
    ' ',
  ),
)

function largestOf(tensor: Tensor): number {
  let largest = 0
  for (const value of tensor.toTypedArray() as Float64Array) if (!(Math.abs(value) <= largest)) largest = Math.abs(value)
  return largest
}

/** Runs what is drawn on the reference, and keeps the statements that it came to; operations of the names in `without` are not among them. */
export function plan(raw: RawProgram, without: ReadonlySet<string> = new Set()): Program {
  const before = setHeapFrom(Number.POSITIVE_INFINITY)
  try {
    return planHere(raw, without)
  } finally {
    setHeapFrom(before)
  }
}

function planHere(raw: RawProgram, without: ReadonlySet<string>): Program {
  const variables: Tensor[] = raw.leaves.map(draw)
  const largest: number[] = variables.map(largestOf)
  const statements: Statement[] = []
  const used = new Set<number>()
  // memory that the tape, or the caller, may not see changed
  const saved = new Set<unknown>(variables.map(({ storage }) => storage))
  for (const { kind, choice, numbers } of raw.steps) {
    // nothing, so that a step can shrink to that
    if (kind === 0) continue
    let next = 0
    const number = (below: number): number => ((numbers[next++ % numbers.length] as number) + next) % Math.max(1, below)
    const scene: Scene = {
      variables,
      number,
      largest: (variable) => largest[variable] as number,
      mayWrite: (variable) => {
        const { storage, strides, shape } = variables[variable] as Tensor
        return !saved.has(storage) && strides.every((stride, dim) => stride !== 0 || shape[dim] === 1)
      },
      pick: (fits) => {
        const found = variables.flatMap((tensor, variable) => (fits(tensor, variable) ? [variable] : []))
        if (found.length === 0) return null
        // the later half more often, so that programs are deep
        const late = number(3) === 0 ? found : found.slice(found.length >> 1)
        return late[number(late.length)] as number
      },
    }
    const row = kinds[kind % kinds.length] as (typeof kinds)[number]
    let statement: Statement | null = null
    for (let attempt = 0; attempt < ATTEMPTS && statement === null; attempt++) {
      const found = row[(choice + attempt) % row.length]?.(scene) ?? null
      if (found !== null && !without.has(found.name)) statement = found
    }
    if (statement === null) continue
    let result: Tensor
    try {
      result = execute(statement, variables)
    } catch (error) {
      // a call that the library refuses, before anything has changed
      if (error instanceof WengertError) continue
      throw error
    }
    if (!isTensor(result)) throw new Error(`${statement.name} gave no tensor`)
    const operands = operandsOf(statement)
    for (const operand of operands) used.add(operand)
    if (!savesNothing.has(statement.name)) for (const operand of operands) saved.add((variables[operand] as Tensor).storage)
    if (!savesNothing.has(statement.name)) saved.add(result.storage)
    statements.push(statement)
    variables.push(result)
    largest.push(0)
    // a write changes what its views show
    variables.forEach((tensor, i) => {
      if (tensor.storage === result.storage) largest[i] = largestOf(tensor)
    })
  }
  const ends = variables.flatMap((tensor, i) => (i >= raw.leaves.length && tensor.requiresGrad && !used.has(i) ? [i] : []))
  return { leaves: raw.leaves, statements, outputs: ends.slice(-6) }
}

/** The variables that a statement reads. */
function operandsOf(statement: Statement): number[] {
  const found: number[] = statement.receiver === null ? [] : [statement.receiver]
  const visit = (argument: unknown): void => {
    if (Array.isArray(argument)) argument.forEach(visit)
    else if (typeof argument === 'object' && argument !== null && 'variable' in argument) found.push(argument.variable as number)
  }
  statement.args.forEach(visit)
  return found
}
