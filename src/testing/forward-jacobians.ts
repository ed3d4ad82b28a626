// Jacobians column by column from forward mode: each input in turn gets a tangent, the others a tangent of zero.
import { forwardAD } from '../tensor/autograd/index.ts'
import { zerosLike } from '../tensor/functions/index.ts'
import type { CheckedFunction, Variable } from './checked-function.ts'
import { type Jacobian, numbersOf, shaped } from './jacobians.ts'

/** For each result of the function its derivative along `direction` in one input. */
export function forwardDerivatives(subject: CheckedFunction, variable: Variable, direction: Float64Array): Float64Array[] {
  return forwardAD.dualLevel(() => {
    const duals = [...subject.inputs]
    for (const { place, tensor } of subject.variables) {
      const tangent = place === variable.place ? shaped(direction, tensor) : zerosLike(tensor)
      duals[place] = forwardAD.makeDual(tensor.detach(), tangent)
    }
    return subject.runDual(duals).map((result) => {
      const { tangent } = forwardAD.unpackDual(result)
      return tangent === null ? new Float64Array(result.elementCount) : numbersOf(tangent.detach())
    })
  })
}

/** For each result of the function its Jacobian with respect to one input. */
export function forwardJacobians(subject: CheckedFunction, variable: Variable): Jacobian[] {
  const rows = variable.tensor.elementCount
  if (rows === 0) return subject.run().map((result) => ({ rows, columns: result.elementCount, values: new Float64Array(0) }))
  const derivatives = Array.from({ length: rows }, (_, row) =>
    forwardDerivatives(subject, variable, new Float64Array(rows).fill(1, row, row + 1)),
  )
  return (derivatives[0] as Float64Array[]).map(({ length: columns }, result) => {
    const values = new Float64Array(rows * columns)
    derivatives.forEach((row, i) => {
      values.set(row[result] as Float64Array, i * columns)
    })
    return { rows, columns, values }
  })
}
