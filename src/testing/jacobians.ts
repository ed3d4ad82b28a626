// Jacobians as matrices of numbers: by central differences, and row by row from backward.
import { GradError } from '../core/errors.ts'
import { printShape, sameShape } from '../core/shape.ts'
import { grad } from '../tensor/autograd/index.ts'
import { fromTypedArray } from '../tensor/functions/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { CheckedFunction, Output, Variable } from './checked-function.ts'
import { moved, positionsOf } from './perturbation.ts'

/** ∂output/∂input: a row for each element of the input, a column for each of the output. */
export interface Jacobian {
  readonly rows: number
  readonly columns: number
  readonly values: Float64Array
}

/** The elements of a tensor as doubles, in row-major order. */
export const numbersOf = (tensor: Tensor): Float64Array => Float64Array.from(tensor.toTypedArray() as ArrayLike<number>)

/** A tensor of the shape and dtype of another. */
export const shaped = (values: Float64Array, like: Tensor): Tensor =>
  fromTypedArray(values, [...like.shape], { dtype: 'float64' }).to(like.dtype)

/** A Jacobian as PyTorch prints it. */
export const printJacobian = ({ rows, columns, values }: Jacobian): string => String(fromTypedArray(values, [rows, columns]))

const blank = (rows: number, columns: number): Jacobian => ({ rows, columns, values: new Float64Array(rows * columns) })

/** (f(x + step) − f(x − step)) / 2·length for each result of the function. */
export function centralDifference(
  subject: CheckedFunction,
  { tensor }: Variable,
  positions: readonly number[],
  steps: readonly number[],
  length: number,
): Float64Array[] {
  const at = (sign: number) =>
    moved(
      tensor,
      positions,
      steps.map((step) => sign * step),
      () => subject.run().map((result) => ({ shape: result.shape as readonly number[], values: numbersOf(result.detach()) })),
    )
  const below = at(-1)
  const above = at(1)
  return above.map(({ shape, values }, i) => {
    const other = below[i]
    if (other === undefined || above.length !== below.length || !sameShape(shape, other.shape)) {
      throw new GradError(
        `${subject.check}: the shapes of the results change when an input is moved by ${length}: ${above.map((result) => printShape(result.shape))} and ${below.map((result) => printShape(result.shape))}. Check a function whose shapes stay.`,
      )
    }
    return values.map((value, j) => (value - (other.values[j] as number)) / (2 * length))
  })
}

/** For each result of the function its Jacobian with respect to one input, by moving one element after the other by `eps`. */
export function numericalJacobians(subject: CheckedFunction, variable: Variable, eps: number): Jacobian[] {
  const positions = positionsOf(variable.tensor)
  if (positions.length === 0) return subject.run().map((result) => blank(0, result.elementCount))
  const rows = positions.map((position) => centralDifference(subject, variable, [position], [eps], eps))
  return (rows[0] as Float64Array[]).map((first, result) => {
    const jacobian = blank(positions.length, first.length)
    rows.forEach((row, i) => {
      jacobian.values.set(row[result] as Float64Array, i * jacobian.columns)
    })
    return jacobian
  })
}

/** For each input the gradient of Σ output · weight. */
export function gradients(output: Output, variables: readonly Variable[], weight: Float64Array): Float64Array[] {
  const found = grad(
    [output.tensor],
    variables.map(({ tensor }) => tensor),
    { gradOutputs: [shaped(weight, output.tensor)], retainGraph: true, allowUnused: true },
  )
  return variables.map(({ tensor }, i) => {
    const gradient = found[i] ?? null
    return gradient === null ? new Float64Array(tensor.elementCount) : numbersOf(gradient.detach())
  })
}

/** For each input the Jacobian of one output, a column from each backward. */
export function analyticalJacobians(output: Output, variables: readonly Variable[]): Jacobian[] {
  const columns = output.tensor.elementCount
  const jacobians = variables.map(({ tensor }) => blank(tensor.elementCount, columns))
  for (let column = 0; column < columns; column++) {
    const weight = new Float64Array(columns)
    weight[column] = 1
    gradients(output, variables, weight).forEach((gradient, i) => {
      gradient.forEach((value, row) => {
        ;(jacobians[i] as Jacobian).values[row * columns + column] = value
      })
    })
  }
  return jacobians
}
