// Fast mode: one random projection of every Jacobian J. Differences along u give J·u, forward mode too; backward gives v·J, and v·J·u is compared.
import { Generator } from '../primitives/random.ts'
import { rand } from '../tensor/functions/index.ts'
import { type CheckedFunction, differentiable, type Output, type Variable } from './checked-function.ts'
import { type Direction, firstDistant } from './disagreement.ts'
import { forwardDerivatives, forwardJacobians } from './forward-jacobians.ts'
import { describePair, directions, expectedZero, notReentrant } from './jacobian-checks.ts'
import { analyticalJacobians, centralDifference, gradients, type Jacobian, numbersOf, numericalJacobians } from './jacobians.ts'
import { positionsOf } from './perturbation.ts'
import type { Settings } from './signatures.ts'

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((total, value, i) => total + value * (b[i] as number), 0)

/** A random vector of length 1 without negative elements, from a stream of its own. */
function unitVector(size: number, generator: Generator): Float64Array {
  const drawn = numbersOf(rand([size], { generator, dtype: 'float64' }))
  const length = Math.sqrt(dot(drawn, drawn))
  return drawn.map((value) => value / length)
}

/** The whole Jacobians of a pair whose projections differ, for the message. */
function explain(subject: CheckedFunction, direction: Direction, output: Output, variable: Variable, eps: number): string {
  const numerical = numericalJacobians(subject, variable, eps)[output.place]
  const analytical =
    direction === 'forward' ? forwardJacobians(subject, variable)[output.place] : analyticalJacobians(output, [variable])[0]
  const words = describePair(subject, direction, output, variable, numerical as Jacobian, analytical as Jacobian)
  return `${words} Fast mode compared random projections of these matrices.`
}

/** What is wrong with the projections, or null. */
export function compareProjections(subject: CheckedFunction, settings: Settings): string | null {
  const { variables } = subject
  const { eps, rtol, atol, nondetTol } = settings
  const generator = new Generator(0)
  const outputs = differentiable(subject.run())
  const along = variables.map(({ tensor }) => unitVector(tensor.elementCount, generator))
  const weights = outputs.map(({ tensor }) => unitVector(tensor.elementCount, generator))
  const numerical = variables.map((variable, i) => {
    const steps = Array.from(along[i] as Float64Array, (part) => part * eps)
    return centralDifference(subject, variable, positionsOf(variable.tensor), steps, eps)
  })
  if (outputs.length === 0) {
    const moves = numerical.some((results) => results.some((values) => values.some((value) => Math.abs(value) > nondetTol)))
    return moves ? expectedZero(subject) : null
  }
  for (const direction of directions(settings)) {
    const forward =
      direction === 'forward' ? variables.map((variable, i) => forwardDerivatives(subject, variable, along[i] as Float64Array)) : null
    for (const [number, output] of outputs.entries()) {
      const v = weights[number] as Float64Array
      const backward = forward === null ? gradients(output, variables, v) : []
      const unstable = notReentrant(subject, output, backward, forward === null ? gradients(output, variables, v) : [], settings)
      if (unstable !== null) return unstable
      for (const [i, variable] of variables.entries()) {
        const u = along[i] as Float64Array
        const difference = numerical[i]?.[output.place] as Float64Array
        // an entry may be off by atol, so a projection by atol · Σ u · Σ v
        const agrees =
          forward === null
            ? firstDistant(
                Float64Array.of(dot(backward[i] as Float64Array, u)),
                Float64Array.of(dot(v, difference)),
                rtol,
                atol * sum(u) * sum(v),
              ) < 0
            : firstDistant(forward[i]?.[output.place] as Float64Array, difference, rtol, atol * sum(u)) < 0
        if (!agrees) return explain(subject, direction, output, variable, eps)
      }
    }
  }
  return null
}
