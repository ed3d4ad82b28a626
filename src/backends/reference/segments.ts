// Segmented kernels as JavaScript loops: one emitted loop per kernel over dense operands, which computes every shared expression once.
import type { Value } from '../../core/value.ts'
import { apply, type Expression, expressionFunction, expressionText, input, type ScalarOperationName } from '../expression.ts'
import { classifyInput, type LoopKernel } from '../wasm/loops/ir.ts'
import type { Segment } from '../wasm/loops/run.ts'
import { canCompileText, compileText } from './compile-text.ts'

/** How the parts of an expression are computed: as text, as numbers, as operations on tensors. */
export interface Interpreter<T> {
  element(operand: number): T
  scalar(k: number): T
  constant(value: number): T
  operation(name: ScalarOperationName, operands: readonly T[]): T
}

/** What a kernel of one stage stores where. An expression that occurs several times is computed once. */
export function interpretStores<T>(kernel: LoopKernel, interpreter: Interpreter<T>): readonly (readonly [operand: number, value: T])[] {
  const known = new Map<Expression, T>()
  const compute = (expression: Expression): T => {
    let value = known.get(expression)
    if (value === undefined) {
      value = fresh(expression)
      known.set(expression, value)
    }
    return value
  }
  const fresh = (expression: Expression): T => {
    if (expression.kind === 'constant') return interpreter.constant(expression.value)
    if (expression.kind === 'operation') return interpreter.operation(expression.name, expression.operands.map(compute))
    const [kind, k] = classifyInput(expression.index)
    return kind === 'element' ? interpreter.element(k) : interpreter.scalar(k)
  }
  const stores = kernel.stages.flatMap((stage) => stage.stores ?? [])
  return stores.map(({ operand, value }) => [operand, compute(value)] as const)
}

type Loop = (count: number, scalars: readonly number[], operands: readonly Value[]) => void

const inputs = [input(0), input(1), input(2)] as const
/** An operation on the inputs of its own. */
const operationOn = (name: ScalarOperationName, count: number): Expression => apply(name, ...inputs.slice(0, count))

/** The loop of a kernel. */
export function segmentText(kernel: LoopKernel): string {
  const operands = Array.from({ length: kernel.operands }, (_, k) => k)
  const head = new Set<string>()
  const body = operands.map((k) => `const e${k} = x${k}[at${k} + i];`)
  let results = 0
  const stores = interpretStores<string>(kernel, {
    element: (k) => `e${k}`,
    scalar: (k) => {
      head.add(`const s${k} = scalars[${k}];`)
      return `s${k}`
    },
    constant: (value) => expressionText({ kind: 'constant', value }, []),
    operation: (name, texts) => {
      body.push(`const v${results} = ${expressionText(operationOn(name, texts.length), texts)};`)
      return `v${results++}`
    },
  })
  const last = stores.map(([operand, text]) => `x${operand}[at${operand} + i] = ${text};`)
  const arrays = operands.map((k) => `const x${k} = operands[${k}].storage.data, at${k} = operands[${k}].offset;`)
  return `function (count, scalars, operands) { ${[...head, ...arrays].join(' ')} for (let i = 0; i < count; i++) { ${[...body, ...last].join(' ')} } }`
}

const interpretedLoop =
  (kernel: LoopKernel): Loop =>
  (count, scalars, operands) => {
    for (let i = 0; i < count; i++) {
      const stores = interpretStores<number>(kernel, {
        element: (k) => elementAt(operands[k] as Value, i),
        scalar: (k) => scalars[k] as number,
        constant: (value) => value,
        operation: (name, numbers) => expressionFunction(operationOn(name, numbers.length))(numbers),
      })
      for (const [k, value] of stores) {
        const { storage, offset } = operands[k] as Value
        storage.data[offset + i] = value
      }
    }
  }

const elementAt = ({ storage, offset }: Value, i: number): number => storage.data[offset + i] as number

const loops = /*@__PURE__*/ new WeakMap<LoopKernel, Loop[]>()

/** Runs a kernel of one stage over all elements of its dense tensors, which are of one dtype. */
export function runSegment(kernel: LoopKernel, { tensors, scalars }: Segment): void {
  const { storage, elementCount } = tensors[0] as Value
  let byType = loops.get(kernel)
  if (byType === undefined) {
    byType = []
    loops.set(kernel, byType)
  }
  let loop = byType[storage.type.code]
  if (loop === undefined) {
    loop = canCompileText() ? compileText<Loop>(segmentText(kernel)) : interpretedLoop(kernel)
    byType[storage.type.code] = loop
  }
  loop(elementCount, scalars, tensors)
}
