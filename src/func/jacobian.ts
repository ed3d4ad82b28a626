// Whole Jacobians: all rows at once by vmap over the pullback, or all columns at once by vmap over the pushforward.

import { dtypeFacts } from '../core/dtype.ts'
import { OptionError } from '../core/errors.ts'
import type { Value } from '../core/value.ts'
import { select as at, concatenate, fromArray, narrow, reshape } from '../primitives/operations.ts'
import { movedim } from '../tensor/operations/index.ts'
import { BatchLevel, type Randomness, within } from '../transforms/index.ts'
import { requireFunction, select } from './arguments.ts'
import { push } from './forward.ts'
import { pullbackOf, zerosLike } from './reverse.ts'
import { readOptions } from './signatures.ts'
import { mapTensors, unflatten } from './tree.ts'
import type { AnyFunction, Jacobian, Main, Selected, WithAux } from './types.ts'

/** Options of `hessian`. */
export interface HessianOptions {
  /** The argument to differentiate by, counted from 0, or several (then results are arrays); negative from the end. Default 0. */
  readonly argnums?: number | readonly number[]
}

/** Options of `jacrev`. */
export interface JacrevOptions extends HessianOptions {
  /** Whether the function returns `[result, aux]`, where aux is handed through. Default false. */
  readonly hasAux?: boolean
  /** Computes at most so many rows at once, to save memory; null: all. Default null. */
  readonly chunkSize?: number | null
}

/** Options of `jacfwd`. */
export interface JacfwdOptions extends HessianOptions {
  /** Whether the function returns `[result, aux]`, where aux is handed through. Default false. */
  readonly hasAux?: boolean
  /** Whether random operations inside throw, or draw the same for all columns, or differ. Default 'error'. */
  readonly randomness?: Randomness
}

const total = (tensors: readonly Value[]): number => tensors.reduce((sum, { elementCount }) => sum + elementCount, 0)

/** Rows `start` to `start + length` of the standard basis of all these tensors together: for each tensor one of shape [length, …shape]. */
function basis(tensors: readonly Value[], start: number, length: number): Value[] {
  let offset = 0
  return tensors.map(({ shape, elementCount, dtype }) => {
    const elements = new (dtypeFacts(dtype).Array)(length * elementCount)
    for (let row = 0; row < length; row++) {
      const column = start + row - offset
      if (column >= 0 && column < elementCount) elements[row * elementCount + column] = 1
    }
    offset += elementCount
    return fromArray(elements, [length, ...shape], dtype)
  })
}

/** Dim `dim`, which counts the elements of all tensors together, split into one part for each of them. */
function parts(value: Value, dim: number, tensors: readonly Value[]): Value[] {
  let start = 0
  return tensors.map(({ elementCount }) => {
    const part = narrow(value, dim, start, elementCount)
    start += elementCount
    return part
  })
}

/**
 * The function that computes the Jacobian of `f` by reverse mode, all rows at once: for each output and each selected input a tensor of
 * shape output + input, the input's structure standing in the place of each output.
 *
 * @example
 * ```ts
 * import { func, type Tensor, tensor } from 'wengert'
 * const jacobian = func.jacrev((x: Tensor) => x.square())
 * console.log(jacobian(tensor([1, 2])).toArray()) // [ [ 2, 0 ], [ 0, 4 ] ]
 * ```
 */
export function jacrev<F extends AnyFunction, const O extends JacrevOptions>(
  f: F,
  options?: O,
): (...args: Parameters<F>) => WithAux<Jacobian<Main<ReturnType<F>, O>, Selected<Parameters<F>, O>>, ReturnType<F>, O> {
  requireFunction('jacrev', f)
  const { argnums, hasAux, chunkSize } = readOptions('jacrev', options)
  if (chunkSize !== null && chunkSize < 1)
    throw new OptionError(`jacrev: chunkSize must be at least 1, got ${chunkSize}. Leave it out to compute all rows at once.`)
  return (...args) => {
    const selected = select('jacrev', args, argnums)
    const { outputs, aux, pull } = pullbackOf('jacrev', (leaves) => f(...selected.replaced(leaves)), selected.tensors, hasAux)
    const rows = total(outputs.tensors)
    const step = Math.max(1, chunkSize ?? rows)
    const chunks: Value[][] = []
    for (let start = 0; start === 0 || start < rows; start += step) {
      const size = Math.min(step, rows - start)
      const cotangents = basis(outputs.tensors, start, size)
      const level = new BatchLevel(size)
      chunks.push(
        within(level, () => pull(cotangents.map((cotangent) => level.lift(cotangent))).map((gradient) => level.lowerBatch(gradient))),
      )
    }
    // by input: [rows, …input]
    const gradients = selected.tensors.map(
      (_, i) =>
        (chunks.length === 1
          ? chunks[0]?.[i]
          : concatenate(
              chunks.map((chunk) => chunk[i] as Value),
              0,
            )) as Value,
    )
    const byInput = gradients.map((gradient) => parts(gradient, 0, outputs.tensors))
    const blocks = outputs.tensors.map((output, k) =>
      unflatten(
        selected.structure,
        selected.tensors.map((input, i) => reshape(byInput[i]?.[k] as Value, [...output.shape, ...input.shape])),
      ),
    )
    const jacobian = unflatten(outputs.structure, blocks)
    return (hasAux ? [jacobian, aux] : jacobian) as never // inputs nested in outputs
  }
}

/**
 * The function that computes the Jacobian of `f` by forward mode, all columns at once; its result is that of `jacrev`. It pays where there
 * are fewer inputs than outputs.
 *
 * @example
 * ```ts
 * import { func, stack, type Tensor, tensor } from 'wengert'
 * const powers = (x: Tensor) => stack([x, x.square(), x.pow(3)])
 * console.log(func.jacfwd(powers)(tensor(2)).toArray()) // [ 1, 4, 12 ]
 * ```
 */
export function jacfwd<F extends AnyFunction, const O extends JacfwdOptions>(
  f: F,
  options?: O,
): (...args: Parameters<F>) => WithAux<Jacobian<Main<ReturnType<F>, O>, Selected<Parameters<F>, O>>, ReturnType<F>, O> {
  requireFunction('jacfwd', f)
  const { argnums, hasAux, randomness } = readOptions('jacfwd', options)
  return (...args) => {
    const selected = select('jacfwd', args, argnums)
    const columns = total(selected.tensors)
    const directions = basis(selected.tensors, 0, columns)
    const level = new BatchLevel(columns, randomness)
    const pushed = within(level, () => {
      const lifted = directions.map((direction) => level.lift(direction))
      const { outputs, tangents, aux } = push('jacfwd', (duals) => f(...selected.replaced(duals)), selected.tensors, lifted, hasAux)
      // values are the same for all directions, unless random ones differ: then those of the first count
      const first = (value: Value): Value => {
        const lowered = level.lower(value)
        return lowered.batched ? at(lowered.value, 0, 0) : lowered.value
      }
      return {
        structure: outputs.structure,
        tangents: tangents.map((tangent, k) => level.lowerBatch(tangent ?? zerosLike(outputs.tensors[k] as Value))),
        aux: mapTensors('jacfwd', aux, first),
      }
    })
    const blocks = pushed.tangents.map((tangent) => {
      const shape = tangent.shape.slice(1)
      const byInput = parts(movedim(tangent, 0, -1), shape.length, selected.tensors)
      return unflatten(
        selected.structure,
        selected.tensors.map((input, i) => reshape(byInput[i] as Value, [...shape, ...input.shape])),
      )
    })
    const jacobian = unflatten(pushed.structure, blocks)
    return (hasAux ? [jacobian, pushed.aux] : jacobian) as never // inputs nested in outputs
  }
}

/**
 * The function that computes the Hessian of `f`, forward over reverse: `jacfwd(jacrev(f))`.
 *
 * @example
 * ```ts
 * import { func, type Tensor, tensor } from 'wengert'
 * const hessian = func.hessian((x: Tensor) => x.pow(3).sum())
 * console.log(hessian(tensor([1, 2])).toArray()) // [ [ 6, 0 ], [ 0, 12 ] ]
 * ```
 */
export function hessian<F extends AnyFunction, const O extends HessianOptions>(
  f: F,
  options?: O,
): (...args: Parameters<F>) => Jacobian<Jacobian<ReturnType<F>, Selected<Parameters<F>, O>>, Selected<Parameters<F>, O>> {
  requireFunction('hessian', f)
  const { argnums } = readOptions('hessian', options)
  return jacfwd(jacrev(f, { argnums }), { argnums }) as never // the structures of both, nested
}
