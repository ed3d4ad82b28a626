// gradgradcheck: derivatives of derivatives against central differences.
import { vjp } from '../func/index.ts'
import { Generator } from '../primitives/random.ts'
import { grad } from '../tensor/autograd/index.ts'
import { mul, rand, sub } from '../tensor/functions/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type CheckedOutputs, checkedFunction, differentiable } from './checked-function.ts'
import { runChecks } from './gradcheck.ts'
import { type GradcheckOptions, readOptions } from './signatures.ts'

/** Uniform on [−1, 1), from a stream of its own. */
function drawn(like: Tensor, generator: Generator): Tensor {
  const values = sub(mul(rand([...like.shape], { generator, dtype: 'float64' }), 2), 1)
  return values.to(like.dtype).requiresGrad_()
}

/**
 * Compares second derivatives of `f` with central differences: those of the gradients of its inputs, as a function of the inputs and of the
 * gradients of its outputs, which are random where none are given. The options are those of `gradcheck`.
 *
 * @throws GradError with both matrices where they are not close, unless `raiseException` is false.
 * @example
 * ```ts
 * import { tensor } from 'wengert'
 * import { gradgradcheck } from 'wengert/testing'
 * const x = tensor([0.5, 2], { dtype: 'float64', requiresGrad: true })
 * console.log(gradgradcheck((x) => x.pow(3), x)) // true
 * ```
 */
export function gradgradcheck(
  f: (input: Tensor) => CheckedOutputs,
  input: Tensor,
  gradOutputs?: Tensor | readonly Tensor[] | null | GradcheckOptions,
  options?: GradcheckOptions,
): boolean
export function gradgradcheck<const I extends readonly unknown[]>(
  f: (...inputs: I) => CheckedOutputs,
  inputs: I,
  gradOutputs?: Tensor | readonly Tensor[] | null | GradcheckOptions,
  options?: GradcheckOptions,
): boolean
export function gradgradcheck(
  f: (...inputs: never[]) => unknown,
  given: unknown,
  gradOutputs?: Tensor | readonly Tensor[] | null | GradcheckOptions,
  options?: GradcheckOptions,
): boolean {
  const { gradOutputs: cotangents, ...settings } = readOptions('gradgradcheck', gradOutputs, options)
  const { inputs, variables, run } = checkedFunction('gradgradcheck', f, given)
  const outputs = differentiable(run())
  if (outputs.length === 0) return true // there are no gradients to differentiate
  const generator = new Generator(0)
  const weights =
    cotangents === null
      ? outputs.map(({ tensor }) => drawn(tensor, generator))
      : ((Array.isArray(cotangents) ? cotangents : [cotangents]) as Tensor[])

  const places = outputs.map(({ place }) => place)
  /** The outputs at other arguments. */
  const outputsAt = (values: readonly unknown[]): Tensor[] => {
    const results = run(values.slice(0, inputs.length))
    return places.map((place) => results[place] as Tensor)
  }
  const gradientsAt = (values: readonly unknown[]): (Tensor | null)[] =>
    grad(
      outputsAt(values),
      variables.map(({ place }) => values[place] as Tensor),
      { gradOutputs: values.slice(inputs.length) as Tensor[], createGraph: true, allowUnused: true },
    )
  const used = gradientsAt([...inputs, ...weights]).map((gradient) => gradient !== null)

  /** The gradients of the inputs that the outputs depend on. */
  const gradients = (...values: unknown[]): (Tensor | null)[] => gradientsAt(values).filter((_, i) => used[i])
  /** The same by transforms, which see the tangents of what is saved. */
  const gradientsOfDuals = (...values: unknown[]): Tensor[] => {
    const atLeaves = (...leaves: Tensor[]): Tensor[] => {
      const moved = [...values]
      for (const [i, { place }] of variables.entries()) moved[place] = leaves[i]
      return outputsAt(moved)
    }
    const [, pullback] = vjp(
      atLeaves,
      variables.map(({ place }) => values[place] as Tensor),
    )
    return (pullback(values.slice(inputs.length) as Tensor[]) as Tensor[]).filter((_, i) => used[i])
  }
  return runChecks('gradgradcheck', gradients, [...inputs, ...weights], settings, gradientsOfDuals)
}
