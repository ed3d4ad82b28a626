// A function under check: its inputs, which of them are differentiated, and its outputs as a list. It knows no derivative.
import { GradError, OptionError } from '../core/errors.ts'
import { isPlainObject } from '../core/nested.ts'
import { printShape } from '../core/shape.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { overlaps } from './perturbation.ts'

/** What a function under check may return: a tensor, or several in an array or under names. (An interface has no index signature, so this is as near as it gets.) */
export type CheckedOutputs = object

/** An input that is differentiated. */
export interface Variable {
  /** Its place among the arguments. */
  readonly place: number
  readonly tensor: Tensor
}

/** An output that depends on the variables. */
export interface Output {
  /** Its place among the results. */
  readonly place: number
  readonly tensor: Tensor
}

/** A function with the arguments that it is checked at. */
export interface CheckedFunction {
  /** The name of the check, for its messages. */
  readonly check: string
  readonly inputs: readonly unknown[]
  readonly variables: readonly Variable[]
  /** All results of the function, at these arguments (default: the inputs). */
  run(inputs?: readonly unknown[]): Tensor[]
  /** The same where inputs have tangents. */
  runDual(inputs: readonly unknown[]): Tensor[]
}

function resultsOf(check: string, result: unknown): Tensor[] {
  const list: unknown[] = isTensor(result)
    ? [result]
    : Array.isArray(result)
      ? result
      : isPlainObject(result)
        ? Object.values(result)
        : [result]
  if (list.length > 0 && list.every(isTensor)) return list
  throw new OptionError(
    `${check}: the function must return a tensor, or an array or object of tensors. Return what is to be differentiated.`,
  )
}

/** Looks the inputs over, and warns of those whose dtype is too coarse for differences. */
export function checkedFunction(
  check: string,
  f: (...inputs: never[]) => unknown,
  given: unknown,
  onDuals: (...inputs: never[]) => unknown = f,
): CheckedFunction {
  if (typeof f !== 'function') throw new OptionError(`${check}: needs a function and its inputs, as in ${check}((x) => x.sin(), [x]).`)
  const inputs: readonly unknown[] = Array.isArray(given) ? given : [given]
  const variables = inputs.flatMap((tensor, place): Variable[] => (isTensor(tensor) && tensor.requiresGrad ? [{ place, tensor }] : []))
  if (variables.length === 0)
    throw new OptionError(`${check}: no input requires a gradient. Make at least one with { requiresGrad: true }.`)
  for (const { place, tensor } of variables) {
    if (overlaps(tensor))
      throw new GradError(
        `${check}: elements of input ${place}, of shape ${printShape(tensor.shape)}, share memory, so that moving one moves others. Call contiguous() on it first.`,
      )
  }
  const coarse = variables.filter(({ tensor }) => tensor.dtype !== 'float64')
  if (coarse.length > 0) {
    const [names, verb] = coarse.length === 1 ? ['input', 'is'] : ['inputs', 'are']
    // biome-ignore lint/suspicious/noConsole: a warning is what PyTorch gives here, too
    console.warn(
      `${check}: ${names} ${coarse.map(({ place }) => place).join(', ')} ${verb} not float64, so differences are mostly rounding and the check will likely fail. Make tensors with { dtype: 'float64' }.`,
    )
  }
  const results = (run: (...inputs: never[]) => unknown, at: readonly unknown[]) => resultsOf(check, run(...(at as never[]))) // f takes the inputs
  return { check, inputs, variables, run: (at = inputs) => results(f, at), runDual: (at) => results(onDuals, at) }
}

/** The outputs that carry a gradient. */
export const differentiable = (results: readonly Tensor[]): Output[] =>
  results.flatMap((tensor, place) => (tensor.requiresGrad ? [{ place, tensor }] : []))
