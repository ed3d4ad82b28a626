// The steps that the functions of functional-derivatives.ts are made of: fresh inputs, gradients with zeros where there is no dependence,
// strict checks, rows of Jacobians. Of all this only the options are public.
import { enableGrad, grad, noGrad, requiresGrad, setRequiresGrad } from '../../autograd/index.ts'
import { GradError, OptionError, ShapeError } from '../../core/errors.ts'
import { printShape, type Shape, sameShape } from '../../core/shape.ts'
import { aliasOf, Value } from '../../core/value.ts'
import { concatenate, full, reshape, select, unsqueeze } from '../../primitives/operations.ts'
import { BatchLevel, within } from '../../transforms/index.ts'

/** Options of `vjp`, `jvp`, `hvp` and `vhp`. */
export interface ProductOptions {
  /** Records the computation, so that the results can be differentiated again (default false). */
  readonly createGraph?: boolean
  /** Throws where a result does not depend on an input, instead of giving zeros (default false). */
  readonly strict?: boolean
}

/** Options of `jacobian` and `hessian`. */
export interface MatrixOptions extends ProductOptions {
  /** Computes all rows at once, by batching, instead of one after the other (default false). Not together with strict. */
  readonly vectorize?: boolean
}

/** One or several tensors as a list, and whether they were a list. */
export interface Listed {
  readonly list: readonly Value[]
  readonly single: boolean
}

export function listed(operation: string, name: string, given: unknown): Listed {
  const single = !Array.isArray(given)
  const list = (single ? [given] : given) as readonly unknown[]
  const wrong = list.findIndex((item) => !(item instanceof Value))
  if (wrong >= 0 || list.length === 0)
    throw new OptionError(
      `${operation}: ${name} must be a tensor or an array of tensors${single || wrong < 0 ? '' : `; number ${wrong} is none`}.`,
    )
  return { list: list as readonly Value[], single }
}

export const unlisted = (values: readonly unknown[], single: boolean): unknown => (single ? values[0] : values)

/** New tensors to differentiate by, so that the inputs are told from the same tensors where f captures them. */
export function fresh(inputs: readonly Value[], createGraph: boolean, tracked: boolean): Value[] {
  return inputs.map((input) => {
    if (createGraph && requiresGrad(input)) return reshape(input, input.shape)
    const alias = aliasOf(input)
    if (tracked) setRequiresGrad(alias, true)
    return alias
  })
}

export const finished = (values: readonly Value[], createGraph: boolean): readonly Value[] => (createGraph ? values : values.map(aliasOf))
const zerosLike = ({ shape, dtype }: Value): Value => full(shape, 0, dtype)

/** Zeros to weigh with, as leaves: a map that is linear in them is differentiated by them. */
export function dummies(values: readonly Value[]): Value[] {
  return values.map((value) => {
    const zeros = zerosLike(value)
    setRequiresGrad(zeros, true)
    return zeros
  })
}

/** The gradients of those outputs that have a history; null for inputs that they do not depend on. */
export function gradients(
  outputs: readonly (Value | null)[],
  inputs: readonly Value[],
  weights: readonly Value[] | null,
  options: { readonly createGraph?: boolean; readonly retainGraph?: boolean },
): (Value | null)[] {
  const used = outputs.flatMap((output, i) => (output !== null && requiresGrad(output) ? [{ output, weight: weights?.[i] ?? null }] : []))
  if (used.length === 0) return inputs.map(() => null)
  return grad(
    used.map(({ output }) => output),
    inputs,
    { ...options, gradOutputs: used.map(({ weight }) => weight), allowUnused: true },
  )
}

type Subject = 'output' | 'jacobian' | 'hessian' | 'gradient'

const dependence: { readonly [S in Subject]: (i: number) => string } = {
  output: (i) => `output ${i} does not depend on the inputs in a differentiable way`,
  gradient: (i) => `the output does not depend on input ${i}, or its gradient does not depend on the inputs`,
  jacobian: (i) => `the Jacobian by input ${i} does not depend on the inputs`,
  hessian: (i) => `the Hessian by input ${i} does not depend on the inputs`,
}

const forbidden = (operation: string, subject: Subject, i: number): GradError =>
  new GradError(`${operation}: ${dependence[subject](i)}, which strict forbids. Leave strict out to get zeros.`)

/** Under strict, throws unless each value has a history. */
export function requireHistory(operation: string, values: readonly (Value | null)[], subject: Subject, strict: boolean): void {
  if (!strict) return
  const i = values.findIndex((value) => value === null || !requiresGrad(value))
  if (i >= 0) throw forbidden(operation, subject, i)
}

/** Zeros in place of null; under strict that throws, and with createGraph so does a result without history. */
export function filled(
  operation: string,
  found: readonly (Value | null)[],
  like: readonly Value[],
  { createGraph, strict }: Required<ProductOptions>,
  subject: Subject,
): Value[] {
  if (createGraph) requireHistory(operation, found, subject, strict)
  return found.map((value, i) => {
    if (value === null && strict) throw forbidden(operation, subject, i)
    return value ?? zerosLike(like[i] as Value)
  })
}

/** Calls f with fresh inputs; its outputs, checked. */
export function run(operation: string, f: (...inputs: Value[]) => unknown, inputs: readonly Value[], strict: boolean): Listed {
  if (typeof f !== 'function') throw new OptionError(`${operation}: needs a function of tensors. Write ${operation}((x) => …, x).`)
  const outputs = listed(operation, 'what the function returns', f(...inputs))
  requireHistory(operation, outputs.list, 'output', strict)
  return outputs
}

/** The weights of a product: as many as `like`, of the same shapes; for one element, 1 by default. */
export function weightsFor(operation: string, v: unknown, like: Listed, createGraph: boolean): readonly Value[] {
  if (v === null || v === undefined) {
    const [only] = like.list as [Value]
    if (like.list.length !== 1 || only.elementCount !== 1)
      throw new GradError(`${operation}: v can only be left out for a single tensor of one element. Give v.`)
    return [full(only.shape, 1, only.dtype)]
  }
  const { list } = listed(operation, 'v', v)
  if (list.length !== like.list.length)
    throw new ShapeError(`${operation}: v must be ${like.list.length} tensors, got ${list.length}. Give one for each.`)
  list.forEach(({ shape }, i) => {
    const wanted = (like.list[i] as Value).shape
    if (!sameShape(shape, wanted))
      throw new ShapeError(
        `${operation}: v${list.length > 1 ? `[${i}]` : ''} must have shape ${printShape(wanted)}, got ${printShape(shape)}.`,
      )
  })
  return fresh(list, createGraph, false)
}

/** Throws unless f gives one tensor of one element. */
export function requireScalar(operation: string, { list, single }: Listed): Value {
  const [only] = list as [Value]
  if (!single || only.elementCount !== 1)
    throw new GradError(
      `${operation}: the function must return one tensor of one element, got ${single ? printShape(only.shape) : `${list.length} tensors`}. Sum it.`,
    )
  return only
}

/** Under createGraph recording is on for the last step too; else it is as outside. */
export const underMode = <R>(createGraph: boolean, outside: boolean, step: () => R): R =>
  createGraph || outside ? enableGrad(step) : noGrad(step)

/** The rows of one output's Jacobian, one backward pass each: for each input [rows, …input], and null where nothing depends on it. */
function rowsOneByOne(
  operation: string,
  output: Value,
  number: number,
  inputs: readonly Value[],
  options: Required<ProductOptions>,
): (Value | null)[] {
  const flat = reshape(output, [output.elementCount])
  const rows = Array.from({ length: output.elementCount }, (_, j) => {
    const found = gradients([select(flat, 0, j)], inputs, null, { createGraph: options.createGraph, retainGraph: true })
    if (options.strict && found.includes(null))
      throw new GradError(
        `${operation}: output ${number} does not depend on input ${found.indexOf(null)}, which strict forbids. Leave strict out to get zeros.`,
      )
    return filled(operation, found, inputs, options, 'jacobian')
  })
  const along = (i: number): Value[] => rows.map((row) => unsqueeze(row[i] as Value, 0))
  return inputs.map((_, i) => (rows.length === 0 ? null : concatenate(along(i), 0)))
}

/** The rows of one output's Jacobian by one backward pass over the standard basis, batched. */
function rowsAtOnce(output: Value, inputs: readonly Value[], createGraph: boolean): (Value | null)[] {
  const { elementCount: n, shape, dtype } = output
  if (n === 0 || !requiresGrad(output)) return inputs.map(() => null)
  const basis = full([n, n], 0, dtype)
  for (let i = 0; i < n; i++) basis.storage.data[i * n + i] = 1
  const level = new BatchLevel(n)
  return within(level, () => {
    const weights = [level.lift(reshape(basis, [n, ...shape]))]
    return gradients([output], inputs, weights, { createGraph, retainGraph: true }).map((rows) => rows && level.lowerBatch(rows))
  })
}

/** The Jacobians by output and input. */
export function blocks(
  operation: string,
  f: (...inputs: Value[]) => unknown,
  inputs: readonly Value[],
  options: Required<MatrixOptions>,
): { outputs: Listed; matrix: Value[][] } {
  const { createGraph, strict, vectorize } = options
  if (strict && vectorize) throw new OptionError(`${operation}: strict and vectorize do not go together. Choose one of them.`)
  return enableGrad(() => {
    const leaves = fresh(inputs, createGraph, true)
    const outputs = run(operation, f, leaves, strict)
    const matrix = outputs.list.map((output, k) => {
      const rows = vectorize ? rowsAtOnce(output, leaves, createGraph) : rowsOneByOne(operation, output, k, leaves, options)
      return leaves.map((leaf, i) => {
        const shape: Shape = [...output.shape, ...leaf.shape]
        const part = rows[i] ?? null
        return part === null ? full(shape, 0, leaf.dtype) : reshape(part, shape)
      })
    })
    return { outputs, matrix }
  })
}
