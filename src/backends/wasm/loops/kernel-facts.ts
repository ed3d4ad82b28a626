// What follows from a loop kernel and its operands' dtypes: inputs, costs, the kind of its arithmetic.
import type { DTypeFacts } from '../../../core/dtype.ts'
import type { Expression } from '../../expression.ts'
import { isInstruction } from './evaluate.ts'
import { type ColumnSum, classifyInput, type LoopKernel, type Stage } from './ir.ts'
import type { NumberKind } from './lanes.ts'

const FUNCTION_COST = 10

/** About how many instructions an expression takes. */
export function costOf(expression: Expression): number {
  if (expression.kind !== 'operation') return 0
  return expression.operands.reduce((sum, operand) => sum + costOf(operand), isInstruction(expression.name) ? 1 : FUNCTION_COST)
}

/** All expressions of a stage. */
export const expressionsOf = (stage: Stage): Expression[] => [
  ...(stage.per === 'element' ? (stage.reductions ?? []).map(({ value }) => value) : (stage.values ?? [])),
  ...(stage.stores ?? []).map(({ value }) => value),
  ...columnSumsOf(stage).map(({ value }) => value),
]

/** The column sums of a stage. */
export const columnSumsOf = (stage: Stage): readonly ColumnSum[] => (stage.per === 'element' ? (stage.columnSums ?? []) : [])

/** Operands that are sums over rows. */
export const summedOperands = ({ stages }: LoopKernel): ReadonlySet<number> =>
  new Set(stages.flatMap(columnSumsOf).map(({ operand }) => operand))

/** Operands that the kernel writes. */
export const writtenOperands = (kernel: LoopKernel): ReadonlySet<number> =>
  new Set([...kernel.stages.flatMap(({ stores }) => (stores ?? []).map(({ operand }) => operand)), ...summedOperands(kernel)])

/** Numbers of the inputs of a kind that expressions read. */
export function inputsOf(expressions: readonly Expression[], wanted: 'element' | 'scalar' | 'position'): Set<number> {
  const found = new Set<number>()
  const visit = (expression: Expression): void => {
    if (expression.kind === 'operation') expression.operands.forEach(visit)
    else if (expression.kind === 'input') {
      const [kind, number] = classifyInput(expression.index)
      if (kind === wanted) found.add(number)
    }
  }
  expressions.forEach(visit)
  return found
}

/** How many run-time scalars a kernel takes. */
export const scalarCount = (kernel: LoopKernel): number => 1 + Math.max(-1, ...inputsOf(kernel.stages.flatMap(expressionsOf), 'scalar'))

const kindOfCode: readonly NumberKind[] = ['i32', 'i32', 'i32', 'f32', 'f64']

/** The kind that a kernel's arithmetic is in. */
export function arithmeticKind(kernel: LoopKernel, types: readonly DTypeFacts[]): NumberKind {
  if (kernel.computes !== undefined) return ({ float32: 'f32', float64: 'f64', int32: 'i32' } as const)[kernel.computes]
  return kindOfCode[Math.max(...types.map(({ code }) => code))] as NumberKind
}

/** Words of an entry of a segmented launch: addresses, how many elements, scalars. */
export const segmentWords = (kernel: LoopKernel, types: readonly DTypeFacts[]): number =>
  types.length + 1 + scalarCount(kernel) * (arithmeticKind(kernel, types) === 'f64' ? 2 : 1)
