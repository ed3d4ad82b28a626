// Elementwise kernels as JavaScript loops: one emitted function per expression, dtypes and stride pattern (never sizes), so that
// each loop stays monomorphic. Where text may not be compiled, one loop calls closures instead.
import type { DTypeFacts, ElementArray } from '../../core/dtype.ts'
import { isDense } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { apply, type Expression, expressionFunction, expressionText, input, type ScalarOperationName, substitute } from '../expression.ts'
import { broadcastStrides, collapse } from '../index-space.ts'
import { canCompileText, compileText } from './compile-text.ts'

/** An elementwise computation with its cache of emitted loops. `integer` replaces the expression where the result is int32 or uint8. */
export interface ElementwiseKernel {
  readonly kind: 'elementwise'
  readonly expression: Expression
  readonly integer?: Expression
  readonly loops: Map<number, Loop>
}

/** `(sizes or length, then data, offset, strides of the output and of every input)` */
type Loop = (...operands: (number | readonly number[] | ElementArray)[]) => void

/** A kernel for `expression`. */
export const elementwiseKernel = (expression: Expression, integer?: Expression): ElementwiseKernel => ({
  kind: 'elementwise',
  expression,
  ...(integer && { integer }),
  loops: new Map(),
})

const BOOL = 0
const HIGHEST_CODE = 4
const isIntegerCode = (code: number): boolean => code === 1 || code === 2

/** What a store writes: a bool is normalised to 0 or 1, the other arrays convert by themselves. */
const stored = (text: string, code: number): string => (code === BOOL ? `(${text}) !== 0 ? 1 : 0` : text)

/** Loop over dense operands; `scalars` has a bit for every input that is one element, or one repeated. */
export function denseLoopText(expression: Expression, inputs: number, scalars: number, outputCode: number): string {
  const parameters = ['n', 'out', 'at']
  const head: string[] = []
  const loads: string[] = []
  for (let k = 0; k < inputs; k++) {
    parameters.push(`x${k}`, `at${k}`)
    if (scalars & (1 << k)) {
      head.push(`const s${k} = x${k}[at${k}];`)
      loads.push(`s${k}`)
    } else loads.push(`x${k}[at${k} + i]`)
  }
  return `function (${parameters.join(', ')}) { ${head.join(' ')} for (let i = 0; i < n; i++) { ${letLoads(loads, expression, 'at + i', outputCode)} } }`
}

/** Loads every input once, then stores the expression. */
function letLoads(loads: readonly string[], expression: Expression, at: string, outputCode: number): string {
  const names = loads.map((_, k) => `v${k}`)
  const lets = loads.map((load, k) => `const v${k} = ${load};`).join(' ')
  return `${lets} out[${at}] = ${stored(expressionText(expression, names), outputCode)}`
}

/** Loop nest of any rank over strided operands. */
export function stridedLoopText(expression: Expression, inputs: number, rank: number, outputCode: number): string {
  const parameters = ['sizes', 'out', 'at', 'step']
  for (let k = 0; k < inputs; k++) parameters.push(`x${k}`, `at${k}`, `step${k}`)
  const operands = ['', ...Array.from({ length: inputs }, (_, k) => String(k))]
  const head: string[] = []
  for (let d = 0; d < rank; d++) {
    head.push(`const n_${d} = sizes[${d}];`)
    for (const k of operands) head.push(`const s${k}_${d} = step${k}[${d}];`)
  }
  const position = (k: string): string => ['at' + k, ...Array.from({ length: rank }, (_, d) => `i${d} * s${k}_${d}`)].join(' + ')
  const loads = Array.from({ length: inputs }, (_, k) => `x${k}[${position(String(k))}]`)
  let body = letLoads(loads, expression, position(''), outputCode)
  for (let d = rank - 1; d >= 0; d--) body = `for (let i${d} = 0; i${d} < n_${d}; i${d}++) { ${body} }`
  return `function (${parameters.join(', ')}) { ${head.join(' ')} ${body} }`
}

function emitDense(expression: Expression, inputs: number, scalars: number, outputCode: number): Loop {
  if (canCompileText()) return compileText<Loop>(denseLoopText(expression, inputs, scalars, outputCode))
  const strided = emitStrided(expression, inputs, 1, outputCode)
  return (n, out, at, ...rest) => {
    const operands: (number | readonly number[] | ElementArray)[] = [[n as number], out as ElementArray, at as number, [1]]
    for (let k = 0; k < inputs; k++) operands.push(rest[2 * k] as ElementArray, rest[2 * k + 1] as number, [scalars & (1 << k) ? 0 : 1])
    strided(...operands)
  }
}

function emitStrided(expression: Expression, inputs: number, rank: number, outputCode: number): Loop {
  if (canCompileText()) return compileText<Loop>(stridedLoopText(expression, inputs, rank, outputCode))
  const compute = expressionFunction(expression)
  return (...operands) => interpret(compute, operands, inputs, outputCode)
}

/** The same nest without emitted text: an odometer over the sizes. */
function interpret(compute: (inputs: readonly number[]) => number, operands: readonly unknown[], inputs: number, outputCode: number): void {
  const sizes = operands[0] as readonly number[]
  const arrays: ElementArray[] = []
  const positions: number[] = []
  const steps: (readonly number[])[] = []
  for (let k = 0; k <= inputs; k++) {
    arrays.push(operands[1 + 3 * k] as ElementArray)
    positions.push(operands[2 + 3 * k] as number)
    steps.push(operands[3 + 3 * k] as readonly number[])
  }
  const elements = new Array<number>(inputs)
  const walk = (dim: number): void => {
    if (dim === sizes.length) {
      for (let k = 0; k < inputs; k++) elements[k] = (arrays[k + 1] as ElementArray)[positions[k + 1] as number] as number
      const result = compute(elements)
      ;(arrays[0] as ElementArray)[positions[0] as number] = outputCode === BOOL ? Number(result !== 0) : result
      return
    }
    const size = sizes[dim] as number
    for (let i = 0; i < size; i++) {
      walk(dim + 1)
      for (let k = 0; k <= inputs; k++) positions[k] = (positions[k] as number) + ((steps[k] as readonly number[])[dim] as number)
    }
    for (let k = 0; k <= inputs; k++) positions[k] = (positions[k] as number) - size * ((steps[k] as readonly number[])[dim] as number)
  }
  walk(0)
}

/** Whether all elements of an operand are one place in memory. */
function repeatsOne({ strides }: Value): boolean {
  for (let d = 0; d < strides.length; d++) if (strides[d] !== 0) return false
  return true
}

/**
 * Computes `kernel` for every element of `output`; inputs are broadcast to its shape. `computed` is the dtype that operands are promoted
 * to: one of a higher dtype, which had no say in the promotion, is rounded to it first. (Without it, operands are taken as they are.)
 */
export function runElementwise(kernel: ElementwiseKernel, inputs: readonly Value[], output: Value, computed?: DTypeFacts): void {
  const n = output.elementCount
  if (n === 0) return
  const count = inputs.length
  const outputCode = output.storage.type.code
  const computedCode = computed === undefined ? HIGHEST_CODE : computed.code
  // Signature: 3 bits for each dtype, a bit for every input that is converted, then a bit "dense" with a bit for every input that is one
  // element, or the rank of the nest. What an input is converted to follows from its dtype: the category stays.
  let types = outputCode
  let scalars = 0
  let dense = isDense(output.shape, output.strides)
  for (let k = 0; k < count; k++) {
    const operand = inputs[k] as Value
    const code = operand.storage.type.code
    types |= code << (3 * (k + 1))
    if (code > computedCode) types |= 1 << (12 + k)
    if (operand.elementCount === 1 || repeatsOne(operand)) scalars |= 1 << k
    else if (dense && !(operand.elementCount === n && isDense(operand.shape, operand.strides))) dense = false
  }
  if (dense) runDense(kernel, inputs, output, (types << 8) | (scalars << 1) | 1, scalars, computedCode)
  else runStrided(kernel, inputs, output, types, computedCode)
}

/** What a dtype does to a number of a higher one; by code. */
const conversions: readonly (ScalarOperationName | null)[] = [null, 'toUint8', 'toInt32', 'toFloat32', null]

/** The expression for these dtypes, whose inputs are converted to the dtype that is computed in where theirs is higher. */
export function expressionFor(kernel: ElementwiseKernel, inputs: readonly Value[], outputCode: number, computedCode: number): Expression {
  const expression = kernel.integer !== undefined && isIntegerCode(outputCode) ? kernel.integer : kernel.expression
  const conversion = conversions[computedCode] ?? null
  if (conversion === null) return expression
  return substitute(
    expression,
    inputs.map(({ storage }, k) => (storage.type.code > computedCode ? apply(conversion, input(k)) : input(k))),
  )
}

function runDense(
  kernel: ElementwiseKernel,
  inputs: readonly Value[],
  output: Value,
  key: number,
  scalars: number,
  computedCode: number,
): void {
  let loop = kernel.loops.get(key)
  if (loop === undefined) {
    const code = output.storage.type.code
    loop = emitDense(expressionFor(kernel, inputs, code, computedCode), inputs.length, scalars, code)
    kernel.loops.set(key, loop)
  }
  const out = output.storage.data
  const x = inputs[0] as Value
  if (inputs.length === 1) loop(output.elementCount, out, output.offset, x.storage.data, x.offset)
  else if (inputs.length === 2) {
    const y = inputs[1] as Value
    loop(output.elementCount, out, output.offset, x.storage.data, x.offset, y.storage.data, y.offset)
  } else {
    const [, y, z] = inputs as readonly [Value, Value, Value]
    loop(output.elementCount, out, output.offset, x.storage.data, x.offset, y.storage.data, y.offset, z.storage.data, z.offset)
  }
}

function runStrided(kernel: ElementwiseKernel, inputs: readonly Value[], output: Value, types: number, computedCode: number): void {
  const rank = output.shape.length
  const operandStrides = [output.strides, ...inputs.map((operand) => broadcastStrides(operand, rank))]
  const space = collapse(output.shape, operandStrides)
  const key = (types << 8) | (space.sizes.length << 1)
  let loop = kernel.loops.get(key)
  if (loop === undefined) {
    const code = output.storage.type.code
    loop = emitStrided(expressionFor(kernel, inputs, code, computedCode), inputs.length, space.sizes.length, code)
    kernel.loops.set(key, loop)
  }
  const operands: (number | readonly number[] | ElementArray)[] = [
    space.sizes,
    output.storage.data,
    output.offset,
    space.strides[0] as number[],
  ]
  inputs.forEach((operand, k) => {
    operands.push(operand.storage.data, operand.offset, space.strides[k + 1] as number[])
  })
  loop(...operands)
}
