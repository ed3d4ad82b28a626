// Forward mode as functions of functions: tangents go along with values on a dual level; linearize keeps the map of tangents.
import { GradError } from '../core/errors.ts'
import type { Value } from '../core/value.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { DualLevel, within } from '../transforms/index.ts'
import { apart, differentiable, type Inputs, outputsOf, requireFunction, requireList, tensorsFor } from './arguments.ts'
import { gradientsOf, pullbackOf, record, zerosLike } from './reverse.ts'
import { readOptions } from './signatures.ts'
import { unflatten } from './tree.ts'
import type { AnyFunction, Aux, Derivative, Main } from './types.ts'

/** Options of `jvp`. */
export interface JvpOptions {
  /** Whether the function returns `[result, aux]`, where aux is handed through. Default false. */
  readonly hasAux?: boolean
  /** Throws where an output does not depend on the primals, instead of giving zeros. Default false. */
  readonly strict?: boolean
}

const tangentsFor = (operation: string, primals: Inputs, given: unknown): Value[] =>
  tensorsFor(operation, primals, given, { names: 'tangents', name: 'tangent', owner: 'primal' })

/** Outputs of a run on a dual level, and their tangents; null where nothing depends on the primals. */
export interface Pushed {
  readonly outputs: Inputs
  readonly tangents: readonly (Value | null)[]
  readonly aux: unknown
}

/** Runs f with flat primals and tangents. */
export function push(
  operation: string,
  run: (duals: readonly Tensor[]) => unknown,
  primals: readonly Value[],
  tangents: readonly Value[],
  hasAux: boolean,
): Pushed {
  const level = new DualLevel()
  return within(level, () => {
    const duals = primals.map((primal, i) => level.make(primal, tangents[i] as Value) as Tensor)
    const [result, aux] = apart(operation, run(duals), hasAux, (tensor) => level.primal(tensor))
    const { tensors, structure } = outputsOf(operation, result)
    return {
      outputs: { tensors: tensors.map((output) => level.primal(output) as Tensor), structure },
      tangents: tensors.map((output) => level.tangent(output)),
      aux,
    }
  })
}

/**
 * Runs `f` at `primals` together with `tangents` and gives `[output, tangent]`: the value, and the Jacobian times the tangents, Jv. With
 * `hasAux`, `[output, tangent, aux]`.
 *
 * @example
 * ```ts
 * import { func, type Tensor, tensor } from 'wengert'
 * const [value, tangent] = func.jvp((x: Tensor) => x.pow(3), [tensor(2)], [tensor(1)])
 * console.log(value.item(), tangent.item()) // 8 12
 * ```
 */
export function jvp<F extends AnyFunction, const O extends JvpOptions>(
  f: F,
  primals: Readonly<Parameters<F>>,
  tangents: Readonly<Derivative<Parameters<F>>>,
  options?: O,
): O extends { readonly hasAux: true }
  ? [Main<ReturnType<F>, O>, Derivative<Main<ReturnType<F>, O>>, Aux<ReturnType<F>>]
  : [ReturnType<F>, Derivative<ReturnType<F>>] {
  requireFunction('jvp', f)
  requireList('jvp', 'primals', primals)
  requireList('jvp', 'tangents', tangents)
  const { hasAux, strict } = readOptions('jvp', options)
  const inputs = differentiable('jvp', primals, 'primals')
  const given = tangentsFor('jvp', inputs, tangents)
  const call = (duals: readonly Tensor[]): unknown => f(...(unflatten(inputs.structure, duals) as Parameters<F>))
  const { outputs, tangents: found, aux } = push('jvp', call, inputs.tensors, given, hasAux)
  const filled = found.map((tangent, i) => {
    if (tangent !== null) return tangent
    if (strict)
      throw new GradError(
        `jvp: output ${i} does not depend on the primals, which strict forbids. Leave strict out to get zeros for its tangent.`,
      )
    return zerosLike(outputs.tensors[i] as Value)
  })
  // in the structure of what f returns
  return [unflatten(outputs.structure, outputs.tensors), unflatten(outputs.structure, filled), ...(hasAux ? [aux] : [])] as never
}

/**
 * Runs `f` at `primals` once and gives `[output, jvpFn]`: jvpFn takes one tangent for each primal and gives the tangent of the output, as
 * often as it is called, without running f again.
 *
 * What is kept is a tape of the pullback u ↦ uᵀJ, which is linear in u; its derivative by u, weighed with v, is Jv.
 *
 * @example
 * ```ts
 * import { func, type Tensor, tensor } from 'wengert'
 * const [output, jvpFn] = func.linearize((x: Tensor) => x.square(), [tensor([1, 2])])
 * console.log(output.toArray(), jvpFn(tensor([1, 0])).toArray(), jvpFn(tensor([0, 1])).toArray()) // [ 1, 4 ] [ 2, 0 ] [ 0, 4 ]
 * ```
 */
export function linearize<F extends AnyFunction>(
  f: F,
  primals: Readonly<Parameters<F>>,
): [ReturnType<F>, (...tangents: Derivative<Parameters<F>>) => Derivative<ReturnType<F>>] {
  requireFunction('linearize', f)
  requireList('linearize', 'primals', primals)
  const inputs = differentiable('linearize', primals, 'primals')
  const call = (leaves: readonly Tensor[]): unknown => f(...(unflatten(inputs.structure, leaves) as Parameters<F>))
  const { outputs, pull } = pullbackOf('linearize', call, inputs.tensors, false)
  const dummies = outputs.tensors.map((output) => zerosLike(output) as Tensor)
  const recorded = record('linearize', pull, dummies, false)
  const jvpFn = (...tangents: unknown[]): unknown =>
    unflatten(
      outputs.structure,
      gradientsOf(recorded, recorded.result as Value[], tangentsFor('linearize', inputs, tangents), { retain: true }),
    )
  return [unflatten(outputs.structure, outputs.tensors), jvpFn] as never // in the structure of what f returns
}
