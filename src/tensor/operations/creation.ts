// Tensors out of nothing: constants and ranges.
import { detach, requiresGrad } from '../../autograd/index.ts'
import type { DType } from '../../core/dtype.ts'
import { OptionError, ShapeError } from '../../core/errors.ts'
import type { Shape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { isLifted } from '../../primitives/levels.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/creation.ts'
import type { OptionsOf } from '../signatures.ts'
import { requireShape } from './shape-arguments.ts'
import { store, withGrad } from './tensor-from-data.ts'

export { fromTypedArray, type TensorData, tensor } from './tensor-from-data.ts'

function filled(name: string, shape: Shape, value: number | boolean, dtype: DType, requiresGrad: boolean): Value {
  requireShape(name, shape)
  const [element] = store(name, [value], dtype)
  return withGrad(P.full([...shape], element as number, dtype), requiresGrad)
}

/** Every element 0. */
export function zeros(shape: Shape, options?: OptionsOf<'zeros'>): Value {
  const given = readOptions('zeros', options)
  return filled('zeros', shape, 0, given.dtype, given.requiresGrad)
}

/** Every element 1. */
export function ones(shape: Shape, options?: OptionsOf<'ones'>): Value {
  const given = readOptions('ones', options)
  return filled('ones', shape, 1, given.dtype, given.requiresGrad)
}

/** Elements that nobody has set yet; here they are 0. */
export function empty(shape: Shape, options?: OptionsOf<'empty'>): Value {
  const given = readOptions('empty', options)
  return filled('empty', shape, 0, given.dtype, given.requiresGrad)
}

/** Every element the given value; without a dtype a number makes float32, a boolean bool. */
export function full(shape: Shape, fillValue: number | boolean, options?: OptionsOf<'full'>): Value {
  const given = readOptions('full', options)
  requireFill('full', fillValue)
  return filled('full', shape, fillValue, given.dtype ?? (typeof fillValue === 'boolean' ? 'bool' : 'float32'), given.requiresGrad)
}

function requireFill(name: string, value: unknown): void {
  if (typeof value !== 'number' && typeof value !== 'boolean')
    throw new OptionError(`${name}: fillValue must be a number or a boolean, not ${typeof value}.`)
}

// Inside vmap, one for each call where `input` is: each call may then write its own into it.
const asBatchedAs = (input: Value, made: Value): Value =>
  isLifted(input) && !requiresGrad(made) ? P.where(P.full([], 1, 'bool'), made, P.cast(P.sum(detach(input), null), made.dtype)) : made

/** Zeros in the shape and dtype of another tensor. */
export function zerosLike(input: Value, options?: OptionsOf<'zerosLike'>): Value {
  const given = readOptions('zerosLike', options)
  return asBatchedAs(input, filled('zerosLike', input.shape, 0, given.dtype ?? input.dtype, given.requiresGrad))
}

/** Ones in the shape and dtype of another tensor. */
export function onesLike(input: Value, options?: OptionsOf<'onesLike'>): Value {
  const given = readOptions('onesLike', options)
  return asBatchedAs(input, filled('onesLike', input.shape, 1, given.dtype ?? input.dtype, given.requiresGrad))
}

/** As `empty`, in the shape and dtype of another tensor. */
export function emptyLike(input: Value, options?: OptionsOf<'emptyLike'>): Value {
  const given = readOptions('emptyLike', options)
  return asBatchedAs(input, filled('emptyLike', input.shape, 0, given.dtype ?? input.dtype, given.requiresGrad))
}

/** Every element the given value, in the shape and dtype of another tensor. */
export function fullLike(input: Value, fillValue: number | boolean, options?: OptionsOf<'fullLike'>): Value {
  const given = readOptions('fullLike', options)
  requireFill('fullLike', fillValue)
  return asBatchedAs(input, filled('fullLike', input.shape, fillValue, given.dtype ?? input.dtype, given.requiresGrad))
}

/** Zeros of another tensor's dtype. */
export const newZeros = (input: Value, shape: Shape, options?: OptionsOf<'zeros'>): Value =>
  asBatchedAs(input, zeros(shape, { dtype: input.dtype, ...options }))

/** Ones of another tensor's dtype. */
export const newOnes = (input: Value, shape: Shape, options?: OptionsOf<'ones'>): Value =>
  asBatchedAs(input, ones(shape, { dtype: input.dtype, ...options }))

/** One value everywhere, of another tensor's dtype. */
export const newFull = (input: Value, shape: Shape, fillValue: number | boolean, options?: OptionsOf<'full'>): Value =>
  asBatchedAs(input, full(shape, fillValue, { dtype: input.dtype, ...options }))

function requireNumbers(name: string, values: Readonly<Record<string, unknown>>): void {
  for (const [parameter, value] of Object.entries(values)) {
    if (typeof value !== 'number' || Number.isNaN(value))
      throw new OptionError(`${name}: ${parameter} must be a number, not ${String(value)}.`)
  }
}

/** `arange(end)`, `arange(start, end)` or `arange(start, end, step)`: ⌈(end − start) / step⌉ numbers from start on, end left out. */
export function arange(
  startOrEnd: number,
  end?: number | OptionsOf<'arange'>,
  step?: number | OptionsOf<'arange'>,
  options?: OptionsOf<'arange'>,
): Value {
  const given = readOptions('arange', end, step, ...(options === undefined ? [] : [options]))
  const first = given.end === null ? 0 : startOrEnd
  const last = given.end ?? startOrEnd
  requireNumbers('arange', { start: first, end: last, step: given.step })
  if (given.step === 0) throw new OptionError('arange: step must not be 0. Use full for equal numbers.')
  const exact = (last - first) / given.step
  if (exact < 0) throw new OptionError(`arange: a step of ${given.step} does not lead from ${first} to ${last}. Change its sign?`)
  const count = Math.ceil(exact)
  if (!Number.isSafeInteger(count)) throw new OptionError(`arange: from ${first} to ${last} by ${given.step} is no finite range.`)
  const elements = Array.from({ length: count }, (_, i) => first + i * given.step)
  return withGrad(P.fromArray(store('arange', elements, given.dtype), [count], given.dtype), given.requiresGrad)
}

/** `steps` numbers from start to end, both included, at equal distances. */
export function linspace(start: number, end: number, steps: number, options?: OptionsOf<'linspace'>): Value {
  const given = readOptions('linspace', options)
  const elements = evenly('linspace', start, end, steps)
  return withGrad(P.fromArray(store('linspace', elements, given.dtype), [steps], given.dtype), given.requiresGrad)
}

/** `base` to the power of `steps` exponents from start to end at equal distances. */
export function logspace(
  start: number,
  end: number,
  steps: number,
  base?: number | OptionsOf<'logspace'>,
  options?: OptionsOf<'logspace'>,
): Value {
  const given = readOptions('logspace', base, options)
  const elements = evenly('logspace', start, end, steps).map((exponent) => given.base ** exponent)
  return withGrad(P.fromArray(store('logspace', elements, given.dtype), [steps], given.dtype), given.requiresGrad)
}

// Counted from the nearer end, so that both ends are exact.
function evenly(name: string, start: number, end: number, steps: number): number[] {
  requireNumbers(name, { start, end })
  if (!Number.isSafeInteger(steps) || steps < 0)
    throw new ShapeError(`${name}: steps must be an integer of at least 0, not ${String(steps)}.`)
  const distance = steps > 1 ? (end - start) / (steps - 1) : 0
  return Array.from({ length: steps }, (_, i) => (i < steps / 2 ? start + distance * i : end - distance * (steps - 1 - i)))
}

/** The n × m matrix with ones on its diagonal, square without m. */
export function eye(n: number, m?: number | null | OptionsOf<'eye'>, options?: OptionsOf<'eye'>): Value {
  const given = readOptions('eye', m, options)
  const columns = given.m ?? n
  requireShape('eye', [n, columns])
  const rowNumbers = P.reshape(P.iota(n, 'int32'), [n, 1])
  const diagonal = P.eq(rowNumbers, P.reshape(P.iota(columns, 'int32'), [1, columns]))
  return withGrad(P.cast(diagonal, given.dtype), given.requiresGrad)
}
