// Reverse mode as functions of functions: each runs f on a tape level of its own.
import { GradError } from '../core/errors.ts'
import { printShape } from '../core/shape.ts'
import { Value } from '../core/value.ts'
import { describe, full } from '../primitives/operations.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { TapeLevel, within } from '../transforms/index.ts'
import { apart, differentiable, type Inputs, outputsOf, requireFunction, requireList, select, tensorsFor } from './arguments.ts'
import { readOptions } from './signatures.ts'
import { unflatten } from './tree.ts'
import type { AnyFunction, Aux, Derivative, Main, Selected, WithAux } from './types.ts'

/** Options of `grad` and `gradAndValue`. */
export interface GradOptions {
  /** The argument to differentiate by, counted from 0, or several (then the result is an array); negative from the end. Default 0. */
  readonly argnums?: number | readonly number[]
  /** Whether the function returns `[value, aux]`, where aux is handed through. Default false. */
  readonly hasAux?: boolean
}

/** What is left of a run on a tape level: all that is needed to walk it. */
export interface Recorded {
  readonly level: TapeLevel
  readonly inputs: readonly Tensor[]
  readonly result: unknown
  readonly aux: unknown
}

/** Zeros with the shape and dtype of a tensor. */
export const zerosLike = (tensor: Value): Value => full(tensor.shape, 0, tensor.dtype)

/** Runs f with `tensors` as leaves of a new tape level. */
export function record(
  operation: string,
  run: (leaves: readonly Tensor[]) => unknown,
  tensors: readonly Tensor[],
  hasAux: boolean,
): Recorded {
  const level = new TapeLevel()
  return within(level, () => {
    const inputs = tensors.map((tensor) => level.leaf(tensor) as Tensor)
    const [result, aux] = apart(operation, run(inputs), hasAux, (tensor) => level.lower(tensor))
    return { level, inputs, result, aux }
  })
}

/** The gradients of ⟨outputs, cotangents⟩ by the inputs of a recorded run; zeros where there is no dependence. `retain` keeps the tape. */
export const gradientsOf = (
  { level, inputs }: Recorded,
  outputs: readonly Value[],
  cotangents: readonly Value[],
  { retain }: { readonly retain: boolean },
): Value[] => level.gradients(outputs, cotangents, inputs, { retain }).map((gradient, i) => gradient ?? zerosLike(inputs[i] as Value))

function scalarGradient(
  operation: string,
  f: AnyFunction,
  options: GradOptions | undefined,
): (...args: unknown[]) => [unknown, unknown, unknown] {
  requireFunction(operation, f)
  const { argnums, hasAux } = readOptions(operation as 'grad', options)
  return (...args) => {
    const selected = select(operation, args, argnums)
    const run = record(operation, (leaves) => f(...selected.replaced(leaves)), selected.tensors, hasAux)
    const output = scalarOf(operation, run.result)
    const gradients = gradientsOf(run, [output], [full(output.shape, 1, output.dtype)], { retain: false })
    return [unflatten(selected.structure, gradients), run.level.lower(output), run.aux]
  }
}

function scalarOf(operation: string, result: unknown): Value {
  if (!(result instanceof Value))
    throw new GradError(
      `${operation}: the function must return one tensor, got ${describe(result)}. ${result instanceof Promise ? 'Await before or after the transform, not inside.' : 'Return other things beside it with { hasAux: true }.'}`,
    )
  if (result.shape.length !== 0)
    throw new GradError(
      `${operation}: the function must return a scalar, a tensor of shape [], got ${printShape(result.shape)}. Sum it, or use vjp or jacrev.`,
    )
  return result
}

/**
 * The function that computes the gradient of `f`, which returns a tensor of shape [].
 *
 * @throws GradError if f does not return a scalar, or an argument to differentiate by is no float tensor.
 * @example
 * ```ts
 * import { func, type Tensor, tensor } from 'wengert'
 * const slope = func.grad((x: Tensor) => x.sin())
 * const curvature = func.grad(slope)
 * console.log(slope(tensor(0)).item(), curvature(tensor(Math.PI / 2)).item()) // 1 -1
 * ```
 */
export function grad<F extends AnyFunction, const O extends GradOptions>(
  f: F,
  options?: O,
): (...args: Parameters<F>) => WithAux<Derivative<Selected<Parameters<F>, O>>, ReturnType<F>, O> {
  const differentiate = scalarGradient('grad', f, options)
  const hasAux = options?.hasAux === true
  return (...args) => {
    const [gradient, , aux] = differentiate(...args)
    return (hasAux ? [gradient, aux] : gradient) as never // the structure of the selected arguments
  }
}

/**
 * As `grad`, but the function gives `[gradient, value]`; with `hasAux` the value is `[value, aux]`.
 *
 * @example
 * ```ts
 * import { func, type Tensor, tensor } from 'wengert'
 * const [gradient, value] = func.gradAndValue((x: Tensor) => x.square().sum())(tensor([1, 2, 3]))
 * console.log(gradient.toArray(), value.item()) // [ 2, 4, 6 ] 14
 * ```
 */
export function gradAndValue<F extends AnyFunction, const O extends GradOptions>(
  f: F,
  options?: O,
): (
  ...args: Parameters<F>
) => [
  gradient: Derivative<Selected<Parameters<F>, O>>,
  value: O extends { readonly hasAux: true } ? [Main<ReturnType<F>, O>, Aux<ReturnType<F>>] : ReturnType<F>,
] {
  const differentiate = scalarGradient('gradAndValue', f, options)
  const hasAux = options?.hasAux === true
  return (...args) => {
    const [gradient, value, aux] = differentiate(...args)
    return [gradient, hasAux ? [value, aux] : value] as never
  }
}

const cotangentsFor = (operation: string, outputs: Inputs, given: unknown): Value[] =>
  tensorsFor(operation, outputs, given, { names: 'the cotangent', name: 'cotangent', owner: 'output' })

/** f run at `primals`, with its outputs below the level and the pullback of flat cotangents. */
export interface Pullback {
  readonly outputs: Inputs
  readonly aux: unknown
  pull(cotangents: readonly Value[]): Value[]
}

/** Records f once; the pullback may be called any number of times. */
export function pullbackOf(
  operation: string,
  run: (leaves: readonly Tensor[]) => unknown,
  tensors: readonly Tensor[],
  hasAux: boolean,
): Pullback {
  const recorded = record(operation, run, tensors, hasAux)
  const { tensors: outputs, structure } = outputsOf(operation, recorded.result)
  return {
    outputs: { tensors: outputs.map((output) => recorded.level.lower(output) as Tensor), structure },
    aux: recorded.aux,
    pull: (cotangents) => gradientsOf(recorded, outputs, cotangents, { retain: true }),
  }
}

/** Options of `vjp`. */
export interface VjpOptions {
  /** Whether the function returns `[result, aux]`, where aux is handed through. Default false. */
  readonly hasAux?: boolean
}

/**
 * Runs `f` at `primals` and gives `[output, vjpFn]`: vjpFn takes a cotangent with the structure of the output and gives an array with one
 * gradient for each primal, vᵀJ. With `hasAux`, `[output, vjpFn, aux]`.
 *
 * @example
 * ```ts
 * import { func, type Tensor, tensor } from 'wengert'
 * const [output, vjpFn] = func.vjp((x: Tensor) => x.square(), [tensor([1, 2, 3])])
 * const [gradient] = vjpFn(tensor([0, 1, 10]))
 * console.log(output.toArray(), gradient.toArray()) // [ 1, 4, 9 ] [ 0, 4, 60 ]
 * ```
 */
export function vjp<F extends AnyFunction, const O extends VjpOptions>(
  f: F,
  primals: Readonly<Parameters<F>>,
  options?: O,
): O extends { readonly hasAux: true }
  ? [Main<ReturnType<F>, O>, (cotangent: Derivative<Main<ReturnType<F>, O>>) => Derivative<Parameters<F>>, Aux<ReturnType<F>>]
  : [ReturnType<F>, (cotangent: Derivative<ReturnType<F>>) => Derivative<Parameters<F>>] {
  requireFunction('vjp', f)
  requireList('vjp', 'primals', primals)
  const { hasAux } = readOptions('vjp', options)
  const inputs = differentiable('vjp', primals, 'primals')
  const call = (leaves: readonly Tensor[]): unknown => f(...(unflatten(inputs.structure, leaves) as Parameters<F>))
  const { outputs, aux, pull } = pullbackOf('vjp', call, inputs.tensors, hasAux)
  const vjpFn = (cotangent: unknown): unknown => unflatten(inputs.structure, pull(cotangentsFor('vjp', outputs, cotangent)))
  return [unflatten(outputs.structure, outputs.tensors), vjpFn, ...(hasAux ? [aux] : [])] as never // in the structures of f
}
