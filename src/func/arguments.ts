// What a transform differentiates by: the arguments that `argnums` names, taken apart into tensors and checked; and what functions return.
import { isFloating } from '../core/dtype.ts'
import { GradError, IndexError, OptionError, ShapeError } from '../core/errors.ts'
import { printShape, sameShape } from '../core/shape.ts'
import { cast, describe } from '../primitives/operations.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { flatten, mapTensors, rebuild, type Structure, tensorsLike } from './tree.ts'
import type { AnyFunction } from './types.ts'

/** Throws unless `f` is a function. */
export function requireFunction(operation: string, f: unknown): asserts f is AnyFunction {
  if (typeof f !== 'function')
    throw new OptionError(`${operation}: needs a function, got ${describe(f)}. Write ${operation}((x: Tensor) => …).`)
}

/** Throws unless `list` is an array of arguments. */
export function requireList(operation: string, name: string, list: unknown): asserts list is readonly unknown[] {
  if (!Array.isArray(list))
    throw new OptionError(`${operation}: ${name} must be an array with one entry for each argument, got ${describe(list)}. Write [x].`)
}

/** A structure of float tensors to differentiate by. */
export interface Inputs {
  readonly tensors: readonly Tensor[]
  readonly structure: Structure
}

/** Takes apart what is differentiated by: floats only, and at least one. */
export function differentiable(operation: string, tree: unknown, name: string): Inputs {
  const { tensors, paths, structure } = flatten(operation, tree, name)
  refuseOthers(structure, (path, value) => {
    if (value === null || value === undefined) return // an argument that is not given, such as a bias
    throw new GradError(
      `${operation}: ${path} is ${describe(value)}, and only tensors can be differentiated by. Make it a tensor, or leave it out of what is differentiated.`,
    )
  })
  tensors.forEach((tensor, i) => {
    if (!isFloating(tensor.dtype))
      throw new GradError(
        `${operation}: ${paths[i]} is ${tensor.dtype}, and only float tensors have gradients. Convert it with .to('float32'), or leave it out of what is differentiated.`,
      )
  })
  if (tensors.length === 0)
    throw new GradError(`${operation}: ${name} has no tensor to differentiate by. Give the argument that the derivative is for.`)
  return { tensors, structure }
}

function refuseOthers(structure: Structure, refuse: (path: string, value: unknown) => void): void {
  if (structure.kind === 'other') refuse(structure.path, structure.value)
  else if (structure.kind !== 'tensor') for (const item of structure.items) refuseOthers(item, refuse)
}

/**
 * One tensor for each of `owners`, in their structure, shapes and dtypes: tangents for primals, cotangents for outputs. Messages call
 * them `names` (all) and `name` (one), and what they belong to `owner`.
 */
export function tensorsFor(
  operation: string,
  owners: Inputs,
  given: unknown,
  { names, name, owner }: { readonly names: string; readonly name: string; readonly owner: string },
): Tensor[] {
  return tensorsLike(operation, owners.structure, given, names).map((tensor, i) => {
    const { shape, dtype } = owners.tensors[i] as Tensor
    if (!sameShape(tensor.shape, shape))
      throw new ShapeError(
        `${operation}: the ${name} has shape ${printShape(tensor.shape)}, but the ${owner} has ${printShape(shape)}. They must be equal.`,
      )
    return cast(tensor, dtype) as Tensor // bind makes tensors
  })
}

/** The arguments that `argnums` names. */
export interface Selection extends Inputs {
  /** All arguments, with these tensors in place of the selected ones. */
  replaced(tensors: readonly Tensor[]): unknown[]
}

/** Selects by number (negative from the end) or numbers; the structure is that of the argument, or an array of them. */
export function select(operation: string, args: readonly unknown[], argnums: number | readonly number[]): Selection {
  const numbers = typeof argnums === 'number' ? [argnums] : argnums
  if (numbers.length === 0) throw new OptionError(`${operation}: argnums is empty. Name at least one argument, as in { argnums: [0] }.`)
  const indices = numbers.map((number) => {
    const index = number < 0 ? number + args.length : number
    if (index < 0 || index >= args.length)
      throw new IndexError(
        `${operation}: argnums ${number} is out of range, there ${args.length === 1 ? 'is 1 argument' : `are ${args.length} arguments`}.`,
      )
    return index
  })
  if (new Set(indices).size < indices.length)
    throw new OptionError(`${operation}: argnums [${numbers.join(', ')}] name an argument twice. Name each once.`)
  const parts = indices.map((index) => differentiable(operation, args[index], `argument ${index}`))
  const items = parts.map(({ structure }) => structure)
  return {
    tensors: parts.flatMap(({ tensors }) => tensors),
    structure: typeof argnums === 'number' ? (items[0] as Structure) : { kind: 'array', path: '', items },
    replaced(tensors) {
      const all = [...args]
      let taken = 0
      indices.forEach((index, k) => {
        all[index] = rebuild(items[k] as Structure, () => tensors[taken++])
      })
      return all
    },
  }
}

/** `[result, aux]` apart where `hasAux`; what is in aux, `lower` takes to the level below. */
export function apart(
  operation: string,
  result: unknown,
  hasAux: boolean,
  lower: (tensor: Tensor) => unknown,
): [result: unknown, aux: unknown] {
  if (!hasAux) return [result, undefined]
  if (!Array.isArray(result) || result.length !== 2)
    throw new OptionError(
      `${operation}: with hasAux the function must return [result, aux], got ${describe(result)}. Return an array of two.`,
    )
  return [result[0], mapTensors(operation, result[1], lower)]
}

/** What a function returned, taken apart; throws for leaves that are no tensors. */
export function outputsOf(operation: string, result: unknown): Inputs {
  const { tensors, structure } = flatten(operation, result)
  refuseOthers(structure, (path, value) => {
    throw new OptionError(
      `${operation}: the function must return tensors, got ${describe(value)}${path === '' ? '' : ` at ${path}`}. ${value instanceof Promise ? 'Await before or after the transform, not inside.' : 'Return other things beside them with { hasAux: true }.'}`,
    )
  })
  return { tensors, structure }
}
