// Numerical against analytical derivatives: all Jacobians entry by entry, or, in fast mode, one random projection of each.
import { Generator } from '../primitives/random.ts'
import { rand } from '../tensor/functions/index.ts'
import { type CheckedFunction, differentiable, type Output, type Variable } from './checked-function.ts'
import { type Direction, describeDisagreement, firstDistant, isClose } from './disagreement.ts'
import { forwardDerivatives, forwardJacobians } from './forward-jacobians.ts'
import { analyticalJacobians, centralDifference, gradients, type Jacobian, numbersOf, numericalJacobians } from './jacobians.ts'
import { positionsOf } from './perturbation.ts'
import type { Settings } from './signatures.ts'

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((total, value, i) => total + value * (b[i] as number), 0)
const farthest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0)

/** A random vector of length 1 without negative elements, from a stream of its own. */
function direction(size: number, generator: Generator): Float64Array {
  const drawn = numbersOf(rand([size], { generator, dtype: 'float64' }))
  const length = Math.sqrt(dot(drawn, drawn))
  return drawn.map((value) => value / length)
}

const expectedZero = (subject: CheckedFunction): string =>
  `${subject.check}: numerical gradient for function expected to be zero: no result requires a gradient, but some change with the inputs. Is the function detached from them?`

const notReentrant = (subject: CheckedFunction, { place }: Output, apart: number, { nondetTol }: Settings): string =>
  `${subject.check}: backward is not reentrant: run twice with the same gradient of output ${place} it gave results that differ by ${apart}, where nondetTol allows ${nondetTol}. Make it deterministic, or raise nondetTol.`

/** How both Jacobians of one output and one input differ. */
function describePair(subject: CheckedFunction, way: Direction, output: Output, variable: Variable, pair: readonly [Jacobian, Jacobian]) {
  const [numerical, analytical] = pair
  return `${subject.check}: ${describeDisagreement({ direction: way, output: output.place, input: variable.place, numerical, analytical })}`
}

/** Every entry of every Jacobian. */
function compareAll(subject: CheckedFunction, way: Direction, settings: Settings): string | null {
  const { variables } = subject
  const { eps, rtol, atol, nondetTol } = settings
  const outputs = differentiable(subject.run())
  const numerical = variables.map((variable) => numericalJacobians(subject, variable, eps))
  if (outputs.length === 0) {
    const moves = numerical.some((jacobians) => jacobians.some(({ values }) => values.some((value) => value !== 0)))
    return moves ? expectedZero(subject) : null
  }
  const forward = way === 'forward' ? variables.map((variable) => forwardJacobians(subject, variable)) : []
  for (const output of outputs) {
    const backward = way === 'backward' ? analyticalJacobians(output, variables) : []
    if (way === 'backward') {
      const again = analyticalJacobians(output, variables)
      const apart = Math.max(...backward.map(({ values }, i) => farthest(values, (again[i] as Jacobian).values)))
      if (apart > nondetTol) return notReentrant(subject, output, apart, settings)
    }
    for (const [i, variable] of variables.entries()) {
      const expected = numerical[i]?.[output.place] as Jacobian
      const actual = (way === 'forward' ? forward[i]?.[output.place] : backward[i]) as Jacobian
      if (firstDistant(actual.values, expected.values, rtol, atol) >= 0)
        return describePair(subject, way, output, variable, [expected, actual])
    }
  }
  return null
}

/** The whole Jacobians of a pair whose projections differ, for the message. */
function explainProjection(subject: CheckedFunction, way: Direction, output: Output, variable: Variable, eps: number): string {
  const numerical = numericalJacobians(subject, variable, eps)[output.place] as Jacobian
  const analytical =
    way === 'forward'
      ? (forwardJacobians(subject, variable)[output.place] as Jacobian)
      : (analyticalJacobians(output, [variable])[0] as Jacobian)
  return `${describePair(subject, way, output, variable, [numerical, analytical])} Fast mode compared random projections of these matrices.`
}

/** One random projection of every Jacobian: v·J·u from differences along u, against (v·J)·u from backward, or J·u from forward mode. */
function compareProjections(subject: CheckedFunction, way: Direction, settings: Settings): string | null {
  const { variables } = subject
  const { eps, rtol, atol, nondetTol } = settings
  const generator = new Generator(0)
  const outputs = differentiable(subject.run())
  const along = variables.map(({ tensor }) => direction(tensor.elementCount, generator))
  const weights = outputs.map(({ tensor }) => direction(tensor.elementCount, generator))
  const numerical = variables.map((variable, i) => {
    const steps = Array.from(along[i] as Float64Array, (part) => part * eps)
    return centralDifference(subject, variable, positionsOf(variable.tensor), steps, eps)
  })
  if (outputs.length === 0)
    return numerical.some((results) => results.some((values) => values.some((value) => Math.abs(value) > nondetTol)))
      ? expectedZero(subject)
      : null
  const forward = way === 'forward' ? variables.map((variable, i) => forwardDerivatives(subject, variable, along[i] as Float64Array)) : []
  for (const [number, output] of outputs.entries()) {
    const weight = weights[number] as Float64Array
    const backward = way === 'backward' ? gradients(output, variables, weight) : []
    if (way === 'backward') {
      const again = gradients(output, variables, weight)
      const apart = Math.max(...backward.map((values, i) => farthest(values, again[i] as Float64Array)))
      if (apart > nondetTol) return notReentrant(subject, output, apart, settings)
    }
    for (const [i, variable] of variables.entries()) {
      const u = along[i] as Float64Array
      const difference = numerical[i]?.[output.place] as Float64Array
      const agrees =
        way === 'forward'
          ? firstDistant(forward[i]?.[output.place] as Float64Array, difference, rtol, atol * sum(u)) < 0
          : isClose(dot(backward[i] as Float64Array, u), dot(weight, difference), rtol, atol * sum(u) * sum(weight))
      if (!agrees) return explainProjection(subject, way, output, variable, eps)
    }
  }
  return null
}

/** What is wrong with the derivatives of this direction, or null. */
export const compareJacobians = (subject: CheckedFunction, way: Direction, settings: Settings): string | null =>
  settings.fastMode ? compareProjections(subject, way, settings) : compareAll(subject, way, settings)
