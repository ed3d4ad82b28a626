// Numerical against analytical derivatives, entry by entry. What both this and fast mode (projections.ts) say of a failure stands here, too.
import { type CheckedFunction, differentiable, type Output, type Variable } from './checked-function.ts'
import { type Direction, describeDisagreement, firstDistant } from './disagreement.ts'
import { forwardJacobians } from './forward-jacobians.ts'
import { analyticalJacobians, type Jacobian, numericalJacobians } from './jacobians.ts'
import type { Settings } from './signatures.ts'

/** The ways of differentiating that were asked for. */
export const directions = ({ checkBackwardAD, checkForwardAD }: Settings): Direction[] => [
  ...(checkBackwardAD ? (['backward'] as const) : []),
  ...(checkForwardAD ? (['forward'] as const) : []),
]

export const expectedZero = (subject: CheckedFunction): string =>
  `${subject.check}: numerical gradient for function expected to be zero: no result requires a gradient, but some change with the inputs. Is the function detached from them?`

/** The words about two runs of the same backward that differ by more than nondetTol, or null. */
export function notReentrant(
  subject: CheckedFunction,
  { place }: Output,
  once: readonly Float64Array[],
  again: readonly Float64Array[],
  { nondetTol }: Settings,
): string | null {
  let apart = 0
  for (const [i, values] of once.entries()) {
    for (const [j, value] of values.entries()) apart = Math.max(apart, Math.abs(value - (again[i]?.[j] as number)))
  }
  if (!(apart > nondetTol)) return null
  return `${subject.check}: backward is not reentrant: run twice with the same gradient of output ${place} it gave results that differ by ${apart}, where nondetTol allows ${nondetTol}. Make it deterministic, or raise nondetTol.`
}

/** How both Jacobians of one output and one input differ. */
export const describePair = (
  subject: CheckedFunction,
  direction: Direction,
  output: Output,
  variable: Variable,
  numerical: Jacobian,
  analytical: Jacobian,
): string => `${subject.check}: ${describeDisagreement({ direction, output: output.place, input: variable.place, numerical, analytical })}`

/** What is wrong with the Jacobians, or null. */
export function compareJacobians(subject: CheckedFunction, settings: Settings): string | null {
  const { variables } = subject
  const outputs = differentiable(subject.run())
  const numerical = variables.map((variable) => numericalJacobians(subject, variable, settings.eps))
  if (outputs.length === 0) {
    const moves = numerical.some((jacobians) => jacobians.some(({ values }) => values.some((value) => value !== 0)))
    return moves ? expectedZero(subject) : null
  }
  for (const direction of directions(settings)) {
    const forward = direction === 'forward' ? variables.map((variable) => forwardJacobians(subject, variable)) : null
    for (const output of outputs) {
      const analytical = forward?.map((byResult) => byResult[output.place] as Jacobian) ?? analyticalJacobians(output, variables)
      if (direction === 'backward') {
        const again = analyticalJacobians(output, variables)
        const values = (jacobians: readonly Jacobian[]) => jacobians.map((jacobian) => jacobian.values)
        const unstable = notReentrant(subject, output, values(analytical), values(again), settings)
        if (unstable !== null) return unstable
      }
      for (const [i, variable] of variables.entries()) {
        const expected = numerical[i]?.[output.place] as Jacobian
        const actual = analytical[i] as Jacobian
        if (firstDistant(actual.values, expected.values, settings.rtol, settings.atol) >= 0)
          return describePair(subject, direction, output, variable, expected, actual)
      }
    }
  }
  return null
}
