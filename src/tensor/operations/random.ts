// Random tensors. The stream comes from a counter-based generator: the given one, or the default that `manualSeed` sets.
import { noGrad } from '../../autograd/index.ts'
import { dtypeFacts, dtypes, isFloating } from '../../core/dtype.ts'
import { OptionError, ShapeError } from '../../core/errors.ts'
import { broadcastShapes, type Shape } from '../../core/shape.ts'
import { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/random.ts'
import type { OptionsOf } from '../signatures.ts'
import { requireShape } from './shape-arguments.ts'
import { withGrad } from './tensor-from-data.ts'

export { Generator } from '../../primitives/operations.ts'

/** Starts the default stream of random numbers anew: the same seed, the same numbers, on every platform. */
export function manualSeed(seed: number): P.Generator {
  return P.defaultGenerator.manualSeed(seed)
}

/** Uniform on [0, 1). */
export function rand(shape: Shape, options?: OptionsOf<'rand'>): Value {
  const given = readOptions('rand', options)
  requireShape('rand', shape)
  return withGrad(P.uniform([...shape], given.dtype, given.generator ?? P.defaultGenerator), given.requiresGrad)
}

/** Normal with mean 0 and standard deviation 1. */
export function randn(shape: Shape, options?: OptionsOf<'randn'>): Value {
  const given = readOptions('randn', options)
  requireShape('randn', shape)
  return withGrad(P.normal([...shape], given.dtype, given.generator ?? P.defaultGenerator), given.requiresGrad)
}

/** As `rand`, in the shape and dtype of another tensor. */
export function randLike(input: Value, options?: OptionsOf<'randLike'>): Value {
  const given = readOptions('randLike', options)
  return withGrad(P.uniform(input.shape, given.dtype ?? input.dtype, given.generator ?? P.defaultGenerator), given.requiresGrad)
}

/** As `randn`, in the shape and dtype of another tensor. */
export function randnLike(input: Value, options?: OptionsOf<'randnLike'>): Value {
  const given = readOptions('randnLike', options)
  return withGrad(P.normal(input.shape, given.dtype ?? input.dtype, given.generator ?? P.defaultGenerator), given.requiresGrad)
}

/** `randint(high, shape)` or `randint(low, high, shape)`: integers from low (0) up to but not including high. */
export function randint(
  lowOrHigh: number,
  highOrShape: number | Shape,
  shape?: Shape | OptionsOf<'randint'>,
  options?: OptionsOf<'randint'>,
): Value {
  const given = readOptions('randint', shape, options)
  const short = Array.isArray(highOrShape)
  const low = short ? 0 : lowOrHigh
  const high = short ? lowOrHigh : (highOrShape as number)
  const sizes = short ? (highOrShape as Shape) : given.shape
  if (sizes === null) throw new OptionError('randint: the shape is missing. Write randint(high, shape) or randint(low, high, shape).')
  requireShape('randint', sizes)
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high)
    throw new OptionError(`randint: needs integers low < high, got ${low} and ${high}.`)
  for (const bound of [low, high - 1]) {
    P.checkFits('randint', bound, dtypes.int32) // as they are drawn
    if (!isFloating(given.dtype)) P.checkFits('randint', bound, dtypeFacts(given.dtype))
  }
  const drawn = P.randomIntegers(low, high, [...sizes], given.generator ?? P.defaultGenerator)
  return withGrad(P.cast(drawn, given.dtype), given.requiresGrad)
}

/** The integers from 0 to n − 1 in random order. */
export function randperm(n: number, options?: OptionsOf<'randperm'>): Value {
  const given = readOptions('randperm', options)
  if (!Number.isSafeInteger(n) || n < 0) throw new ShapeError(`randperm: n must be an integer of at least 0, not ${String(n)}.`)
  return withGrad(P.cast(P.randomPermutation(n, given.generator ?? P.defaultGenerator), given.dtype), given.requiresGrad)
}

/** Normal with the given mean and standard deviation, numbers (then a shape is needed) or tensors. */
export function normal(mean: Operand, std: Operand, shape?: Shape | null | OptionsOf<'normal'>, options?: OptionsOf<'normal'>): Value {
  const given = readOptions('normal', shape, options)
  const sizes =
    given.shape ?? (mean instanceof Value || std instanceof Value ? broadcastShapes('normal', shapeOf(mean), shapeOf(std)) : null)
  if (sizes === null) throw new OptionError('normal: the shape is missing. Write normal(mean, std, shape), or give a tensor.')
  requireShape('normal', sizes)
  if (typeof std === 'number' && !(std >= 0)) throw new OptionError(`normal: std must not be negative, got ${std}.`)
  const dtype = mean instanceof Value ? mean.dtype : std instanceof Value ? std.dtype : given.dtype
  const drawn = noGrad(() => P.add(P.mul(P.normal([...sizes], dtype, given.generator ?? P.defaultGenerator), std), mean))
  return withGrad(drawn, given.requiresGrad)
}

const shapeOf = (operand: Operand): Shape => (operand instanceof Value ? operand.shape : [])
