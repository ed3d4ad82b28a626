// What backward must do besides giving the right derivative: be linear in what comes in, and take several gradients at once.
import { WengertError } from '../core/errors.ts'
import { Generator } from '../primitives/random.ts'
import { grad } from '../tensor/autograd/index.ts'
import { randn, stack, zerosLike } from '../tensor/functions/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type CheckedFunction, differentiable, type Output } from './checked-function.ts'
import { firstDistant } from './disagreement.ts'
import { numbersOf, printJacobian } from './jacobians.ts'

const tensorsOf = (parts: readonly { readonly tensor: Tensor }[]): Tensor[] => parts.map(({ tensor }) => tensor)
const isZero = (tensor: Tensor | null): boolean => tensor === null || numbersOf(tensor.detach()).every((value) => value === 0)

/** The gradients of the inputs for zero gradients of these outputs; nothing is said about the other outputs. */
const gradientsOfNothing = (outputs: readonly Output[], subject: CheckedFunction): (Tensor | null)[] =>
  grad(tensorsOf(outputs), tensorsOf(subject.variables), {
    gradOutputs: tensorsOf(outputs).map((output) => zerosLike(output)),
    retainGraph: true,
    allowUnused: true,
  })

/** Zero gradients of the outputs give zero gradients of the inputs. */
export function checkZeroGradients(subject: CheckedFunction): string | null {
  const outputs = differentiable(subject.run())
  if (outputs.length === 0) return null
  const wrong = gradientsOfNothing(outputs, subject).findIndex((gradient) => !isZero(gradient))
  if (wrong < 0) return null
  return `${subject.check}: backward not multiplied by the gradient of the output: for zeros it gives another gradient of input ${subject.variables[wrong]?.place}. Multiply by what backward is given.`
}

/** An output without a gradient counts as one whose gradient is zero. */
export function checkUndefinedGradients(subject: CheckedFunction): string | null {
  const outputs = differentiable(subject.run())
  if (outputs.length < 2) return null
  for (const left of outputs) {
    const others = outputs.filter((output) => output !== left)
    try {
      if (gradientsOfNothing(others, subject).every(isZero)) continue
    } catch (error) {
      return `${subject.check}: backward does not take a missing gradient of output ${left.place}: ${error instanceof Error ? error.message : error}`
    }
    return `${subject.check}: without a gradient of output ${left.place}, and zeros for the others, the gradients of the inputs should be zero. Treat a missing gradient as zero.`
  }
  return null
}

/** Backward under vmap, with two gradients at once, against one after the other. */
export function checkBatchedGradients(subject: CheckedFunction): string | null {
  const generator = new Generator(0)
  const variables = tensorsOf(subject.variables)
  for (const output of differentiable(subject.run())) {
    const weights = [0, 1].map(() => randn([...output.tensor.shape], { generator, dtype: 'float64' }).to(output.tensor.dtype))
    const options = { retainGraph: true, allowUnused: true } as const
    const single = weights.map((weight) => grad(output.tensor, variables, { ...options, gradOutputs: weight }))
    let batched: (Tensor | null)[]
    try {
      batched = grad(output.tensor, variables, { ...options, gradOutputs: stack(weights), isGradsBatched: true })
    } catch (error) {
      if (!(error instanceof WengertError)) throw error
      return `${subject.check}: while computing batched gradients of output ${output.place}, got: ${error.message}`
    }
    for (const [i, { place, tensor }] of subject.variables.entries()) {
      const size = tensor.elementCount
      const actual = batched[i] == null ? new Float64Array(2 * size) : numbersOf(batched[i])
      const expected = new Float64Array(2 * size)
      single.forEach((gradients, row) => {
        if (gradients[i] != null) expected.set(numbersOf(gradients[i]), row * size)
      })
      if (actual.length === expected.length && firstDistant(actual, expected, 1e-5, 1e-8) < 0) continue
      const matrix = (values: Float64Array) => printJacobian({ rows: 2, columns: values.length / 2, values })
      return `${subject.check}: batched gradients differ for output ${output.place} with respect to input ${place},\nbatched:${matrix(actual)}\none by one:${matrix(expected)}\nCorrect the batch rules of what backward uses.`
    }
  }
  return null
}
