// Derivatives of functions by backward and double backward on the tape of `backward()`: what PyTorch has in torch.autograd.functional.
// The transforms of wengert/func are newer and more general; these also differentiate by tensors that f captures (createGraph).
import { enableGrad, grad, isGradEnabled, requiresGrad, setGradEnabled, setRequiresGrad } from '../autograd/index.ts'
import { GradError, OptionError, ShapeError } from '../core/errors.ts'
import { printShape, type Shape, sameShape } from '../core/shape.ts'
import { aliasOf, Value } from '../core/value.ts'
import { concatenate, full, reshape, select, unsqueeze } from '../primitives/operations.ts'
import { BatchLevel, within } from '../transforms/index.ts'
import { type OptionReader, optionReader } from './signature-reader.ts'
import type { Tensor } from './tensor.ts'

/** A tensor, or an array of tensors. */
export type Tensors = Tensor | readonly Tensor[]

/** A function of as many tensors as there are inputs. */
export type TensorFunction<I extends Tensors, O extends Tensors> = (...inputs: I extends readonly Tensor[] ? I : [I]) => O

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

/** For every tensor of `O` the structure of `I`. */
export type MatrixOf<O extends Tensors, I extends Tensors> = O extends readonly Tensor[] ? { -readonly [K in keyof O]: RowOf<I> } : RowOf<I>
/** One plain tensor for every tensor of `I`. */
export type RowOf<I extends Tensors> = I extends readonly Tensor[] ? { -readonly [K in keyof I]: Tensor } : Tensor

/** Their options by name, with kinds and defaults. */
const signatures = {
  vjp: 'f: function, inputs: tensor | tensors, v: tensor | tensors | null = null, *, createGraph: boolean = false, strict: boolean = false',
  jvp: 'f: function, inputs: tensor | tensors, v: tensor | tensors | null = null, *, createGraph: boolean = false, strict: boolean = false',
  vhp: 'f: function, inputs: tensor | tensors, v: tensor | tensors | null = null, *, createGraph: boolean = false, strict: boolean = false',
  hvp: 'f: function, inputs: tensor | tensors, v: tensor | tensors | null = null, *, createGraph: boolean = false, strict: boolean = false',
  jacobian: 'f: function, inputs: tensor | tensors, *, createGraph: boolean = false, strict: boolean = false, vectorize: boolean = false',
  hessian: 'f: function, inputs: tensor | tensors, *, createGraph: boolean = false, strict: boolean = false, vectorize: boolean = false',
} as const
const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)

/** One or several tensors as a list, and whether they were a list. */
interface Listed {
  readonly list: readonly Value[]
  readonly single: boolean
}

function listed(operation: string, name: string, given: unknown): Listed {
  const single = !Array.isArray(given)
  const list = (single ? [given] : given) as readonly unknown[]
  const wrong = list.findIndex((item) => !(item instanceof Value))
  if (wrong >= 0 || list.length === 0)
    throw new OptionError(
      `${operation}: ${name} must be a tensor or an array of tensors${single || wrong < 0 ? '' : `; number ${wrong} is none`}.`,
    )
  return { list: list as readonly Value[], single }
}

const unlisted = (values: readonly unknown[], single: boolean): unknown => (single ? values[0] : values)

/** New tensors to differentiate by, so that the inputs are told from the same tensors where f captures them. */
function fresh(inputs: readonly Value[], createGraph: boolean, tracked: boolean): Value[] {
  return inputs.map((input) => {
    if (createGraph && requiresGrad(input)) return reshape(input, input.shape)
    const alias = aliasOf(input)
    if (tracked) setRequiresGrad(alias, true)
    return alias
  })
}

const finished = (values: readonly Value[], createGraph: boolean): readonly Value[] => (createGraph ? values : values.map(aliasOf))
const zerosLike = ({ shape, dtype }: Value): Value => full(shape, 0, dtype)

/** Zeros to weigh with, as leaves: a map that is linear in them is differentiated by them. */
function dummies(values: readonly Value[]): Value[] {
  return values.map((value) => {
    const zeros = zerosLike(value)
    setRequiresGrad(zeros, true)
    return zeros
  })
}

/** The gradients of those outputs that have a history; null for inputs that they do not depend on. */
function gradients(
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
function requireHistory(operation: string, values: readonly (Value | null)[], subject: Subject, strict: boolean): void {
  if (!strict) return
  const i = values.findIndex((value) => value === null || !requiresGrad(value))
  if (i >= 0) throw forbidden(operation, subject, i)
}

/** Zeros in place of null; under strict that throws, and with createGraph so does a result without history. */
function filled(
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
function run(operation: string, f: (...inputs: Value[]) => unknown, inputs: readonly Value[], strict: boolean): Listed {
  if (typeof f !== 'function') throw new OptionError(`${operation}: needs a function of tensors. Write ${operation}((x) => …, x).`)
  const outputs = listed(operation, 'what the function returns', f(...inputs))
  requireHistory(operation, outputs.list, 'output', strict)
  return outputs
}

/** The weights of a product: as many as `like`, of the same shapes; for one element, 1 by default. */
function weightsFor(operation: string, v: unknown, like: Listed, createGraph: boolean): readonly Value[] {
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
function requireScalar(operation: string, { list, single }: Listed): Value {
  const [only] = list as [Value]
  if (!single || only.elementCount !== 1)
    throw new GradError(
      `${operation}: the function must return one tensor of one element, got ${single ? printShape(only.shape) : `${list.length} tensors`}. Sum it.`,
    )
  return only
}

/** Under createGraph recording is on for the last step too; else it is as outside. */
function underMode<R>(createGraph: boolean, outside: boolean, step: () => R): R {
  const before = setGradEnabled(createGraph || outside)
  try {
    return step()
  } finally {
    setGradEnabled(before)
  }
}

/**
 * `[output, vᵀJ]` of a function at `inputs`; v has the structure and shapes of the output, and is 1 by default for one element.
 *
 * @example
 * ```ts
 * import { autograd, ones, type Tensor, tensor } from 'wengert'
 * const [output, product] = autograd.functional.vjp((x: Tensor) => x.exp().sum(1), tensor([[0, 0], [0, 0]]), ones([2]))
 * console.log(output.toArray(), product.toArray()) // [ 2, 2 ] [ [ 1, 1 ], [ 1, 1 ] ]
 * ```
 */
export function vjp<const I extends Tensors, const O extends Tensors>(
  f: TensorFunction<I, O>,
  inputs: I,
  v?: Tensors | null,
  options?: ProductOptions,
): [output: O, product: RowOf<I>]
export function vjp(f: (...inputs: Value[]) => unknown, inputs: unknown, v?: unknown, options?: unknown): unknown {
  const given = readOptions('vjp', v, options)
  const { createGraph, strict } = given
  const outside = isGradEnabled()
  const { list, single } = listed('vjp', 'inputs', inputs)
  const { leaves, outputs, weights } = enableGrad(() => {
    const leaves = fresh(list, createGraph, true)
    const outputs = run('vjp', f, leaves, strict)
    return { leaves, outputs, weights: weightsFor('vjp', given.v, outputs, createGraph) }
  })
  const product = underMode(createGraph, outside, () =>
    filled('vjp', gradients(outputs.list, leaves, weights, { createGraph }), leaves, given, 'gradient'),
  )
  return [unlisted(finished(outputs.list, createGraph), outputs.single), unlisted(finished(product, createGraph), single)]
}

/**
 * `[output, Jv]` of a function at `inputs`, by differentiating uᵀJ, which is linear in u, by u; v has the structure and shapes of the inputs.
 *
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from 'wengert'
 * const [output, product] = autograd.functional.jvp((x: Tensor) => x.square(), tensor([1, 2]), tensor([1, 10]))
 * console.log(output.toArray(), product.toArray()) // [ 1, 4 ] [ 2, 40 ]
 * ```
 */
export function jvp<const I extends Tensors, const O extends Tensors>(
  f: TensorFunction<I, O>,
  inputs: I,
  v?: Tensors | null,
  options?: ProductOptions,
): [output: O, product: RowOf<O>]
export function jvp(f: (...inputs: Value[]) => unknown, inputs: unknown, v?: unknown, options?: unknown): unknown {
  const given = readOptions('jvp', v, options)
  const { createGraph, strict } = given
  const outside = isGradEnabled()
  const { list, single } = listed('jvp', 'inputs', inputs)
  const { outputs, weights, units, pulled } = enableGrad(() => {
    const leaves = fresh(list, createGraph, true)
    const weights = weightsFor('jvp', given.v, { list: leaves, single }, createGraph)
    const outputs = run('jvp', f, leaves, strict)
    const units = dummies(outputs.list)
    const pulled = gradients(outputs.list, leaves, units, { createGraph: true })
    requireHistory('jvp', pulled, 'gradient', strict)
    return { outputs, weights, units, pulled }
  })
  const product = underMode(createGraph, outside, () =>
    filled('jvp', gradients(pulled, units, weights, { createGraph }), outputs.list, given, 'gradient'),
  )
  return [unlisted(finished(outputs.list, createGraph), outputs.single), unlisted(finished(product, createGraph), outputs.single)]
}

/**
 * `[output, vᵀH]` of a function that gives one element. H is symmetric, so this is Hv, for less than `hvp` takes.
 *
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from 'wengert'
 * const [output, product] = autograd.functional.vhp((x: Tensor) => x.pow(3).sum(), tensor([1, 2]), tensor([1, 1]))
 * console.log(output.item(), product.toArray()) // 9 [ 6, 12 ]
 * ```
 */
export function vhp<const I extends Tensors>(
  f: TensorFunction<I, Tensor>,
  inputs: I,
  v?: Tensors | null,
  options?: ProductOptions,
): [output: Tensor, product: RowOf<I>]
export function vhp(f: (...inputs: Value[]) => unknown, inputs: unknown, v?: unknown, options?: unknown): unknown {
  const given = readOptions('vhp', v, options)
  const { createGraph, strict } = given
  const outside = isGradEnabled()
  const { list, single } = listed('vhp', 'inputs', inputs)
  const { leaves, output, weights, slopes } = enableGrad(() => {
    const leaves = fresh(list, createGraph, true)
    const weights = weightsFor('vhp', given.v, { list: leaves, single }, createGraph)
    const output = requireScalar('vhp', run('vhp', f, leaves, strict))
    const slopes = gradients([output], leaves, null, { createGraph: true })
    requireHistory('vhp', slopes, 'jacobian', strict)
    return { leaves, output, weights, slopes }
  })
  const product = underMode(createGraph, outside, () =>
    filled('vhp', gradients(slopes, leaves, weights, { createGraph }), leaves, given, 'hessian'),
  )
  return [finished([output], createGraph)[0], unlisted(finished(product, createGraph), single)]
}

/**
 * `[output, Hv]` of a function that gives one element, by differentiating uᵀH, which is linear in u, by u.
 *
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from 'wengert'
 * const [output, product] = autograd.functional.hvp((x: Tensor) => x.pow(3).sum(), tensor([1, 2]), tensor([1, 1]))
 * console.log(output.item(), product.toArray()) // 9 [ 6, 12 ]
 * ```
 */
export function hvp<const I extends Tensors>(
  f: TensorFunction<I, Tensor>,
  inputs: I,
  v?: Tensors | null,
  options?: ProductOptions,
): [output: Tensor, product: RowOf<I>]
export function hvp(f: (...inputs: Value[]) => unknown, inputs: unknown, v?: unknown, options?: unknown): unknown {
  const given = readOptions('hvp', v, options)
  const { createGraph, strict } = given
  const outside = isGradEnabled()
  const { list, single } = listed('hvp', 'inputs', inputs)
  const { leaves, output, weights, units, pulled } = enableGrad(() => {
    const leaves = fresh(list, createGraph, true)
    const weights = weightsFor('hvp', given.v, { list: leaves, single }, createGraph)
    const output = requireScalar('hvp', run('hvp', f, leaves, strict))
    const slopes = gradients([output], leaves, null, { createGraph: true })
    requireHistory('hvp', slopes, 'jacobian', strict)
    const units = dummies(leaves)
    const pulled = gradients(slopes, leaves, units, { createGraph: true })
    requireHistory('hvp', pulled, 'hessian', strict)
    return { leaves, output, weights, units, pulled }
  })
  const product = underMode(createGraph, outside, () =>
    filled('hvp', gradients(pulled, units, weights, { createGraph }), leaves, given, 'hessian'),
  )
  return [finished([output], createGraph)[0], unlisted(finished(product, createGraph), single)]
}

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
  return inputs.map((input, i) => {
    if (rows.length === 0) return null
    const parts = rows.map((row) => unsqueeze(row[i] as Value, 0))
    return parts.length === 0 ? zerosLike(input) : concatenate(parts, 0)
  })
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
function blocks(
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

/**
 * The Jacobian of a function at `inputs`: for every output and every input a tensor of shape output + input.
 *
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from 'wengert'
 * const jacobian = autograd.functional.jacobian((x: Tensor) => x.square(), tensor([1, 2]))
 * console.log(jacobian.toArray()) // [ [ 2, 0 ], [ 0, 4 ] ]
 * ```
 */
export function jacobian<const I extends Tensors, const O extends Tensors>(
  f: TensorFunction<I, O>,
  inputs: I,
  options?: MatrixOptions,
): MatrixOf<O, I>
export function jacobian(f: (...inputs: Value[]) => unknown, inputs: unknown, options?: unknown): unknown {
  const given = readOptions('jacobian', options)
  const { list, single } = listed('jacobian', 'inputs', inputs)
  const { outputs, matrix } = blocks('jacobian', f, list, given)
  return unlisted(
    matrix.map((row) => unlisted(finished(row, given.createGraph), single)),
    outputs.single,
  )
}

/**
 * The Hessian of a function that gives one element: for every pair of inputs a tensor of shape input + input.
 *
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from 'wengert'
 * const hessian = autograd.functional.hessian((x: Tensor, y: Tensor) => x.mul(y).sum(), [tensor([1, 2]), tensor([3, 4])])
 * console.log(hessian[0][1].toArray()) // [ [ 1, 0 ], [ 0, 1 ] ]
 * ```
 */
export function hessian<const I extends Tensors>(f: TensorFunction<I, Tensor>, inputs: I, options?: MatrixOptions): MatrixOf<I, I>
export function hessian(f: (...inputs: Value[]) => unknown, inputs: unknown, options?: unknown): unknown {
  const given = readOptions('hessian', options)
  const { createGraph, strict, vectorize } = given
  const { list, single } = listed('hessian', 'inputs', inputs)
  const scalar = (...leaves: Value[]): Value => reshape(requireScalar('hessian', run('hessian', f, leaves, strict)), [])
  const slopes = (...leaves: Value[]): readonly Value[] => {
    const { matrix } = blocks('hessian', scalar, leaves, { createGraph: true, strict: false, vectorize: false })
    requireHistory('hessian', matrix[0] as Value[], 'jacobian', strict)
    return matrix[0] as Value[]
  }
  const { matrix } = blocks('hessian', slopes, list, { createGraph, strict, vectorize })
  return unlisted(
    matrix.map((row) => unlisted(finished(row, createGraph), single)),
    single,
  )
}
