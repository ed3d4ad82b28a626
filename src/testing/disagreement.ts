// What numerical and analytical derivatives disagree about, and how that is said.
import { type Jacobian, printJacobian } from './jacobians.ts'

/** How the analytical derivative was computed. */
export type Direction = 'backward' | 'forward'

/** Two Jacobians that should be the same. */
export interface Disagreement {
  readonly direction: Direction
  /** Places among the results and among the arguments. */
  readonly output: number
  readonly input: number
  readonly numerical: Jacobian
  readonly analytical: Jacobian
}

/** |actual − expected| ≤ atol + rtol · |expected|, and infinities of one sign are equal. */
export const isClose = (actual: number, expected: number, rtol: number, atol: number): boolean =>
  actual === expected || Math.abs(actual - expected) <= (Number.isFinite(expected) ? atol + rtol * Math.abs(expected) : -1)

/** Where two lists of numbers are not close. */
export const firstDistant = (actual: Float64Array, expected: Float64Array, rtol: number, atol: number): number =>
  actual.findIndex((value, i) => !isClose(value, expected[i] as number, rtol, atol))

/** The place where two Jacobians differ most; NaN counts as infinitely far. */
function farthest(numerical: Jacobian, analytical: Jacobian): number {
  const distance = (i: number): number => {
    const apart = Math.abs((numerical.values[i] as number) - (analytical.values[i] as number))
    return Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart
  }
  return numerical.values.reduce((most, _, i) => (distance(i) > distance(most) ? i : most), 0)
}

/** The disagreement in PyTorch's words, with both matrices. */
export function describeDisagreement({ direction, output, input, numerical, analytical }: Disagreement): string {
  const how = direction === 'forward' ? 'computed with forward mode ' : ''
  const most = farthest(numerical, analytical)
  const place = `[${Math.floor(most / numerical.columns)}, ${most % numerical.columns}]`
  return [
    `Jacobian ${how}mismatch for output ${output} with respect to input ${input},`,
    `numerical:${printJacobian(numerical)}`,
    `analytical:${printJacobian(analytical)}`,
    `They differ most at ${place}: ${numerical.values[most]} numerically, ${analytical.values[most]} analytically. Correct the derivative, or move the inputs off the points where there is none.`,
  ].join('\n')
}
