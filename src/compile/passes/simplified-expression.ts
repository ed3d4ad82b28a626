// Arithmetic that changes nothing is left out, and arithmetic of numbers is done beforehand. Only what gives the same bits: x · 1, x / 1, x − 0,
// −(−x), but not x + 0, which is 0 where x is −0.
import { apply, constant, type Expression, expressionFunction, type ScalarOperationName } from '../../backends/expression.ts'

/** The number that leaves the other operand as it is, as the first and as the second operand; null where there is none. */
const neutral: Partial<Record<ScalarOperationName, readonly [first: number | null, second: number | null]>> = {
  mul: [1, 1],
  div: [null, 1],
  sub: [null, 0],
}

/** Operations of which float64 gives the float32 result in one more rounding, exactly. */
const folded: ReadonlySet<ScalarOperationName> = /*@__PURE__*/ new Set(['add', 'sub', 'mul', 'div', 'neg'])

const isNumber = (expression: Expression | undefined, number: number | null): boolean =>
  expression?.kind === 'constant' && number !== null && Object.is(expression.value, number)

/** The same in float32, with less to do. */
export function simplified(expression: Expression): Expression {
  if (expression.kind !== 'operation') return expression
  const operands = expression.operands.map(simplified)
  const { name } = expression
  const [first, second] = operands as [Expression, Expression?]
  if (folded.has(name) && operands.every(({ kind }) => kind === 'constant')) {
    const rounded = operands.map((operand) => (operand.kind === 'constant' ? constant(Math.fround(operand.value)) : operand))
    return constant(Math.fround(expressionFunction(apply(name, ...rounded))([])))
  }
  const [before, after] = neutral[name] ?? [null, null]
  if (second !== undefined && isNumber(first, before)) return second
  if (isNumber(second, after)) return first
  if (name === 'neg' && first.kind === 'operation' && first.name === 'neg') return first.operands[0] as Expression
  return { ...expression, operands }
}
