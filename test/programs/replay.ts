// Runs a program on a backend, and says where two runs differ.
import type { Tensor } from 'wengert'
import { backward } from 'wengert/autograd'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { drawUnits } from '../records/values.ts'
import { cotangentOf, draw, execute, type Program, printStatement, type Tolerance } from './program.ts'

/** The numbers of a tensor, in row-major order. */
export type Numbers = ReturnType<Tensor['toTypedArray']>

/** What a run gave. */
export interface Outcome {
  readonly dtypes: readonly string[]
  readonly shapes: readonly string[]
  /** Each variable as it was after its statement. */
  readonly values: readonly Numbers[]
  /** Of each leaf, or null. */
  readonly gradients: readonly (Numbers | null)[]
  /** What differentiating threw, or null. */
  readonly error: string | null
}

export interface Manner {
  readonly heapFrom: number
  /** Each variable is set to what it was there, once it has been noted: so errors do not add up. */
  readonly follow?: Outcome
  /** Seed of small errors in every gradient on its way: what they come to is what rounding may come to. */
  readonly noise?: number
}

/** Unit of rounding by dtype; 0 where results are exact. */
const rounding: Readonly<Record<string, number>> = { float32: 2 ** -24, float64: 2 ** -53 }

/** Gives a tensor's memory other numbers, behind everybody's back. */
function overwrite({ storage, shape, strides, offset }: Tensor, numbers: Numbers): void {
  let next = 0
  const walk = (dim: number, at: number): void => {
    if (dim === shape.length) storage.data[at] = numbers[next++] as number
    else for (let i = 0; i < (shape[dim] as number); i++) walk(dim + 1, at + i * (strides[dim] as number))
  }
  walk(0, offset)
}

/** Small errors in a tensor's elements, of which nobody is told. */
export function disturb(tensor: Tensor, seed: number): void {
  const units = drawUnits(seed)
  const size = 4 * (rounding[tensor.dtype] ?? 0)
  overwrite(
    tensor,
    tensor.toTypedArray().map((value: number) => value * (1 + size * Math.sign(units.next().value))),
  )
}

/** The same in the gradient that arrives at a tensor. */
export function disturbGradient(tensor: Tensor, seed: number): void {
  tensor.registerHook((gradient) => {
    const other = gradient.detach().clone()
    disturb(other, seed)
    return other
  })
}

/** Runs the program. */
export function replay(program: Program, { heapFrom, follow, noise }: Manner): Outcome {
  const before = setHeapFrom(heapFrom)
  try {
    const variables: Tensor[] = program.leaves.map(draw)
    const values: Numbers[] = variables.map((leaf) => leaf.toTypedArray())
    for (const [i, statement] of program.statements.entries()) {
      const result = execute(statement, variables)
      variables.push(result)
      values.push(result.toTypedArray())
      if (follow !== undefined && result.shape.join() === follow.shapes[variables.length - 1])
        overwrite(result, follow.values[variables.length - 1] as Numbers)
      if (noise !== undefined && result.requiresGrad) disturbGradient(result, noise + i)
    }
    const error = differentiate(program, variables)
    return {
      dtypes: variables.map(({ dtype }) => dtype),
      shapes: variables.map(({ shape }) => shape.join()),
      values,
      gradients: program.leaves.map((_, i) => (variables[i] as Tensor).grad?.toTypedArray() ?? null),
      error,
    }
  } finally {
    setHeapFrom(before)
  }
}

function differentiate({ outputs }: Program, variables: readonly Tensor[]): string | null {
  if (outputs.length === 0) return null
  const ends = outputs.map((variable) => variables[variable] as Tensor)
  try {
    backward(ends, { gradTensors: ends.map((end, i) => cotangentOf(end, outputs[i] as number)) })
    return null
  } catch (error) {
    return String(error)
  }
}

/** The first element that is further away than it may be. */
function apart(actual: Numbers, expected: Numbers, relative: number, absolute: number): string | null {
  if (actual.length !== expected.length) return `${actual.length} elements instead of ${expected.length}`
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i] as number, expected[i] as number]
    if (Object.is(a, b) || a === b) continue
    if (!(Math.abs(a - b) <= absolute + relative * Math.abs(b))) return `element ${i} is ${a} instead of ${b}`
  }
  return null
}

function valueApart(dtype: string, tolerance: Tolerance | null, actual: Numbers, expected: Numbers): string | null {
  const unit = rounding[dtype] ?? 0
  return apart(actual, expected, (tolerance?.relative ?? 0) * unit, (tolerance?.scale ?? 0) * unit)
}

/** Where a run that followed the reference differs from it; null if nowhere. `noisy` are runs of the reference with errors. */
export function difference(program: Program, actual: Outcome, reference: Outcome, noisy: readonly Outcome[]): string | null {
  for (const [i, statement] of program.statements.entries()) {
    const variable = program.leaves.length + i
    const where = printStatement(statement, variable)
    for (const fact of ['dtypes', 'shapes'] as const) {
      const [got, wanted] = [actual[fact][variable], reference[fact][variable]]
      if (got !== wanted) return `${where}: ${fact.slice(0, -1)} ${got} instead of ${wanted}`
    }
    const dtype = reference.dtypes[variable] as string
    const found = valueApart(dtype, statement.tolerance, actual.values[variable] as Numbers, reference.values[variable] as Numbers)
    if (found !== null) return `${where}: ${found}`
  }
  if (actual.error !== reference.error) return `backward: ${actual.error} instead of ${reference.error}`
  return gradientDifference(program, actual, reference, noisy)
}

function gradientDifference({ leaves }: Program, actual: Outcome, reference: Outcome, noisy: readonly Outcome[]): string | null {
  for (const [i, { dtype }] of leaves.entries()) {
    const [got, wanted] = [actual.gradients[i] ?? null, reference.gradients[i] ?? null]
    if (got === null || wanted === null) {
      if (got !== wanted) return `gradient of v${i}: ${got === null ? 'none' : 'one'} instead of ${wanted === null ? 'none' : 'one'}`
      continue
    }
    let largest = 0
    let noise = 0
    for (let at = 0; at < wanted.length; at++) {
      largest = Math.max(largest, Math.abs(wanted[at] as number))
      for (const { gradients } of noisy) noise = Math.max(noise, Math.abs((gradients[i]?.[at] as number) - (wanted[at] as number)))
    }
    // where the reference itself overflows, rounding decides what is infinite
    if (!Number.isFinite(largest + noise)) continue
    const unit = rounding[dtype] as number
    const found = apart(got, wanted, 0, 32 * noise + 64 * unit * largest)
    if (found !== null) return `gradient of v${i}: ${found} (±${32 * noise + 64 * unit * largest})`
  }
  return null
}

/** Where two runs differ in any bit; null if nowhere. */
export function bitDifference(program: Program, actual: Outcome, expected: Outcome): string | null {
  const differs = (a: Numbers | null, b: Numbers | null): boolean =>
    a === null || b === null ? a !== b : a.length !== b.length || a.some((value: number, i: number) => !Object.is(value, b[i]))
  for (const [i, statement] of program.statements.entries()) {
    const variable = program.leaves.length + i
    if (differs(actual.values[variable] as Numbers, expected.values[variable] as Numbers)) return printStatement(statement, variable)
  }
  const gradient = program.leaves.findIndex((_, i) => differs(actual.gradients[i] ?? null, expected.gradients[i] ?? null))
  return gradient < 0 ? null : `gradient of v${gradient}`
}
