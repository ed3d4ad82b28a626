// Reductions as JavaScript loops: kept dims outside, reduced dims inside, accumulators in float64.
import type { ElementArray } from '../../core/dtype.ts'
import { isDense } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { type Expression, expressionFunction, expressionText } from '../expression.ts'
import { collapse, type IndexSpace } from '../index-space.ts'
import { canCompileText, compileText } from './compile-text.ts'

/** `accumulator ← step(accumulator, element)`, from `initial`. The step must be associative: loops keep several accumulators. */
export interface ReductionKernel {
  readonly kind: 'reduction'
  readonly initial: number
  readonly step: Expression
  /** Replaces the step where the result is an integer. */
  readonly integer?: Expression
  readonly loops: Map<number, Loop>
}

type Loop = (
  kept: readonly number[],
  out: ElementArray,
  x: ElementArray,
  start: number,
  keptSteps: readonly number[],
  reduced: readonly number[],
  reducedSteps: readonly number[],
) => void

/** A reduction by `step`, whose input 0 is the accumulator and input 1 the element. */
export const reductionKernel = (initial: number, step: Expression, integer?: Expression): ReductionKernel => ({
  kind: 'reduction',
  initial,
  step,
  ...(integer && { integer }),
  loops: new Map(),
})

/** Independent accumulators of the innermost loop: they hide the latency of addition and halve the rounding error twice. */
const LANES = 4

/** The loop nest for given ranks; the output is dense. */
export function reductionText(kernel: ReductionKernel, keptRank: number, reducedRank: number): string {
  const inner = reducedRank - 1
  const head: string[] = []
  for (let d = 0; d < keptRank; d++) head.push(`const n${d} = kept[${d}], s${d} = keptSteps[${d}];`)
  for (let d = 0; d < reducedRank; d++) head.push(`const m${d} = reduced[${d}], t${d} = reducedSteps[${d}];`)
  const step = (accumulator: string, element: string): string => expressionText(kernel.step, [accumulator, element])
  const base = ['start', ...Array.from({ length: keptRank }, (_, d) => `i${d} * s${d}`)].join(' + ')
  const outer = ['base', ...Array.from({ length: inner }, (_, d) => `j${d} * t${d}`)].join(' + ')
  const lanes = Array.from({ length: LANES }, (_, l) => l)
  let body = `let p = ${outer}, j = 0;
    for (const end = m${inner} - ${LANES - 1}; j < end; j += ${LANES}) { ${lanes.map((l) => `const e${l} = x[p${l ? ` + ${l} * t${inner}` : ''}];`).join(' ')} ${lanes.map((l) => `a${l} = ${step(`a${l}`, `e${l}`)};`).join(' ')} p += ${LANES} * t${inner} }
    for (; j < m${inner}; j++) { const e = x[p]; a0 = ${step('a0', 'e')}; p += t${inner} }`
  for (let d = inner - 1; d >= 0; d--) body = `for (let j${d} = 0; j${d} < m${d}; j${d}++) { ${body} }`
  const initial = kernel.initial === Infinity ? 'Infinity' : kernel.initial === -Infinity ? '-Infinity' : String(kernel.initial)
  const merged = lanes.slice(1).map((l) => `const e${l} = a${l}; a0 = ${step('a0', `e${l}`)};`)
  body = `const base = ${base}; let ${lanes.map((l) => `a${l} = ${initial}`).join(', ')};\n    ${body}\n    ${merged.join(' ')} out[at++] = a0;`
  for (let d = keptRank - 1; d >= 0; d--) body = `for (let i${d} = 0; i${d} < n${d}; i${d}++) { ${body} }`
  return `function (kept, out, x, start, keptSteps, reduced, reducedSteps) { let at = 0; ${head.join(' ')} ${body} }`
}

function interpretedLoop(kernel: ReductionKernel): Loop {
  const step = expressionFunction(kernel.step)
  return (kept, out, x, start, keptSteps, reduced, reducedSteps) => {
    let at = 0
    const reduce = (dim: number, position: number, accumulator: number): number => {
      if (dim === reduced.length) return step([accumulator, x[position] as number])
      for (let j = 0; j < (reduced[dim] as number); j++)
        accumulator = reduce(dim + 1, position + j * (reducedSteps[dim] as number), accumulator)
      return accumulator
    }
    const walk = (dim: number, position: number): void => {
      if (dim === kept.length) out[at++] = reduce(0, position, kernel.initial)
      else for (let i = 0; i < (kept[dim] as number); i++) walk(dim + 1, position + i * (keptSteps[dim] as number))
    }
    walk(0, start)
  }
}

const onePlace: IndexSpace = { sizes: [1], strides: [[0]] }
const unitSteps: number[][] = [[1]]

/** The index spaces of the dims that stay and of those that are reduced. */
function splitDims(x: Value, dims: readonly number[], output: Value): { kept: IndexSpace; reduced: IndexSpace } {
  if (output.elementCount === 1 && isDense(x.shape, x.strides)) {
    return { kept: onePlace, reduced: { sizes: [x.elementCount], strides: unitSteps } }
  }
  const sizes: [number[], number[]] = [[], []]
  const strides: [number[], number[]] = [[], []]
  for (let dim = 0; dim < x.shape.length; dim++) {
    const side = dims.includes(dim) ? 1 : 0
    sizes[side].push(x.shape[dim] as number)
    strides[side].push(x.strides[dim] as number)
  }
  return { kept: collapse(sizes[0], [strides[0]]), reduced: collapse(sizes[1], [strides[1]]) }
}

/** Reduces `x` over `dims` into the dense `output`. */
export function runReduction(kernel: ReductionKernel, x: Value, dims: readonly number[], output: Value): void {
  if (output.elementCount === 0) return
  const { kept, reduced } = splitDims(x, dims, output)
  const key = (output.storage.type.code << 11) | (x.storage.type.code << 8) | (kept.sizes.length << 4) | reduced.sizes.length
  let loop = kernel.loops.get(key)
  if (loop === undefined) {
    const typed = kernel.integer !== undefined && output.storage.type.category === 1 ? { ...kernel, step: kernel.integer } : kernel
    loop = canCompileText() ? compileText<Loop>(reductionText(typed, kept.sizes.length, reduced.sizes.length)) : interpretedLoop(typed)
    kernel.loops.set(key, loop)
  }
  loop(
    kept.sizes,
    output.storage.data,
    x.storage.data,
    x.offset,
    kept.strides[0] as number[],
    reduced.sizes,
    reduced.strides[0] as number[],
  )
}

/** Index of the largest (`sign` 1) or smallest (−1) element along the reduced dims, the first of equals; NaN counts as extreme. */
export function runArgReduction(sign: 1 | -1, x: Value, dims: readonly number[], output: Value): void {
  const { kept, reduced } = splitDims(x, dims, output)
  const data = x.storage.data
  const out = output.storage.data
  let at = 0
  const scan = (start: number): number => {
    let best = -Infinity
    let bestAt = 0
    let index = 0
    let sawNaN = false
    const walk = (dim: number, position: number): void => {
      const size = reduced.sizes[dim] as number
      const step = (reduced.strides[0] as number[])[dim] as number
      const innermost = dim === reduced.sizes.length - 1
      for (let j = 0; j < size && !sawNaN; j++, position += step) {
        if (!innermost) {
          walk(dim + 1, position)
          continue
        }
        const element = sign * (data[position] as number)
        if (element > best || element !== element) {
          best = element
          bestAt = index
          sawNaN = element !== element
        }
        index++
      }
    }
    walk(0, start)
    return bestAt
  }
  const walkKept = (dim: number, position: number): void => {
    if (dim === kept.sizes.length) out[at++] = scan(position)
    else
      for (let i = 0; i < (kept.sizes[dim] as number); i++) walkKept(dim + 1, position + i * ((kept.strides[0] as number[])[dim] as number))
  }
  if (output.elementCount > 0) walkKept(0, x.offset)
}
