// Loop kernels as text for people: `x0` is the first operand that is read, `y0` the first that is written, `r0` a row's first result, `s0` a
// number that is asked for at each run, `v0` something that is needed more than once.
import { type Expression, expressionText, input } from '../../backends/expression.ts'
import { classifyInput, type LoopKernel } from '../../backends/wasm/loops/ir.ts'
import { columnSumsOf, expressionsOf, writtenOperands } from '../../backends/wasm/loops/kernel-facts.ts'
import { readOperands } from '../graph.ts'
import { printNumber } from './names.ts'

/** Operands that a kernel only reads, which is what comes in; it writes to the others. */
export const givenOperands = (kernel: LoopKernel): number[] => {
  const written = writtenOperands(kernel)
  return [...readOperands(kernel)].filter((k) => !written.has(k)).sort((x, y) => x - y)
}

/** What each number of an input is called. */
function inputNames(kernel: LoopKernel, scalars: readonly number[]): string[] {
  const given = givenOperands(kernel)
  const written = [...writtenOperands(kernel)]
  return Array.from({ length: 256 }, (_, index) => {
    const [kind, k] = classifyInput(index)
    if (kind === 'element') return written.includes(k) ? `y${written.indexOf(k)}` : `x${given.indexOf(k)}`
    if (kind === 'scalar' && k in scalars) return printNumber(scalars[k] as number)
    return kind === 'position' ? 'i' : `${kind[0]}${k}`
  })
}

/** Shorter than the JavaScript that it was: no `Math.`, no number for a condition, six digits, no parentheses around all of it. */
function tidied(text: string): string {
  const short = text
    .replaceAll('Math.', '')
    .replaceAll(' ? 1 : 0) !== 0', ')')
    .replace(/\d+\.\d{6,}/g, (digits) => printNumber(Number(digits)))
  let depth = 0
  for (const [i, letter] of [...short].entries()) {
    depth += Number(letter === '(') - Number(letter === ')')
    if (depth === 0) return i > 0 && i === short.length - 1 ? short.slice(1, -1) : short
  }
  return short
}

/** Texts of a stage's expressions; what is needed more than once gets a name, and a line in `lines`. */
function textsOf(expressions: readonly Expression[], names: readonly string[], lines: string[], newName: () => string): string[] {
  const uses = new Map<string, number>()
  const named = new Map<string, string>()
  const count = (expression: Expression): void => {
    const key = expressionText(expression, names)
    const before = uses.get(key) ?? 0
    uses.set(key, before + 1)
    if (before === 0 && expression.kind === 'operation') expression.operands.forEach(count)
  }
  const textOf = (expression: Expression): string => {
    const key = expressionText(expression, names)
    if (expression.kind !== 'operation') return key
    const known = named.get(key)
    if (known !== undefined) return known
    const operands = expression.operands.map(textOf)
    const text = expressionText({ ...expression, operands: operands.map((_, i) => input(i)) }, operands)
    if (uses.get(key) === 1) return text
    const name = newName()
    named.set(key, name)
    lines.push(`${name} = ${tidied(text)}`)
    return name
  }
  expressions.forEach(count)
  return expressions.map((expression) => tidied(textOf(expression)))
}

/** A kernel's stages, a line for each thing that is computed. `scalars` are its numbers, as far as they never change. */
export function printStages(kernel: LoopKernel, scalars: readonly number[]): string[] {
  const names = inputNames(kernel, scalars)
  let [results, variables] = [0, 0]
  return kernel.stages.flatMap((stage) => {
    const lines: string[] = []
    const texts = textsOf(expressionsOf(stage), names, lines, () => `v${variables++}`)
    const combinations =
      stage.per === 'element' ? (stage.reductions ?? []).map(({ combine }) => combine) : (stage.values ?? []).map(() => '')
    combinations.forEach((combine, k) => {
      lines.push(`r${results++} = ${combine === '' ? texts[k] : `${combine}(${texts[k]})`}`)
    })
    const stored = texts.slice(combinations.length)
    for (const { operand } of stage.stores ?? []) lines.push(`${names[operand]} = ${stored.shift()}`)
    for (const { operand } of columnSumsOf(stage)) lines.push(`${names[operand]} += ${stored.shift()}`)
    return lines.map((line, i) => (i > 0 ? '' : stage.per).padEnd(9) + line)
  })
}
