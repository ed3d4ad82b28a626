// Values made from nothing: filled, counted, taken from an array, drawn.
import { type DType, dtypeFacts, dtypeOfArray, type ElementArray, isFloating } from '../../core/dtype.ts'
import { DTypeError, OptionError, ShapeError } from '../../core/errors.ts'
import { checkShape, contiguousStrides, printShape, type Shape, sizeOf } from '../../core/shape.ts'
import { storageOf } from '../../core/storage.ts'
import { physicalOf, type Value, viewOf } from '../../core/value.ts'
import { bind, draw } from '../bind.ts'
import type { StructuredParams } from '../params.ts'
import { blocksFor, defaultGenerator, type Generator } from '../random.ts'

/** Every element the same. */
export function full(shape: Shape, value: number, dtype: DType): Value {
  checkShape('full', shape)
  return bind('full', [], { shape, value, dtype })
}
/** 0, 1, … length − 1. */
export const iota = (length: number, dtype: DType): Value => bind('iota', [], { length, dtype })

/** A contiguous tensor over a typed array that nobody else may write to. */
export function fromArray(array: ElementArray, shape: Shape, dtype: DType = dtypeOfArray(array)): Value {
  checkShape('tensor', shape)
  if (sizeOf(shape) !== array.length) throw new ShapeError(`tensor: ${array.length} elements do not fill the shape ${printShape(shape)}.`)
  return viewOf(storageOf(dtypeFacts(dtype), array), shape, contiguousStrides(shape), 0, array.length)
}

function drawn<P extends 'uniform' | 'normal' | 'randomIntegers' | 'randomPermutation'>(
  name: P,
  params: StructuredParams[P],
  generator: Generator,
): Value {
  const value = draw(name, generator.state, params as never)
  // of a batched value, the whole batch
  generator.advance(blocksFor(physicalOf(value).elementCount))
  return value
}

function checkFloating(name: string, dtype: DType): void {
  if (!isFloating(dtype)) throw new DTypeError(`${name}: draws are float32 or float64, got ${dtype}. Use randint for integers.`)
}

/** Uniform on [0, 1). */
export function uniform(shape: Shape, dtype: DType, generator: Generator = defaultGenerator): Value {
  checkShape('rand', shape)
  checkFloating('rand', dtype)
  return drawn('uniform', { shape, dtype }, generator)
}
/** Standard normal. */
export function normal(shape: Shape, dtype: DType, generator: Generator = defaultGenerator): Value {
  checkShape('randn', shape)
  checkFloating('randn', dtype)
  return drawn('normal', { shape, dtype }, generator)
}
/** Integers in [low, high). */
export function randomIntegers(low: number, high: number, shape: Shape, generator: Generator = defaultGenerator): Value {
  checkShape('randint', shape)
  if (!Number.isInteger(low) || !Number.isInteger(high) || low >= high)
    throw new OptionError(`randint: needs integers low < high, got ${low} and ${high}.`)
  return drawn('randomIntegers', { shape, low, high }, generator)
}
/** A random order of 0 … n − 1. */
export function randomPermutation(n: number, generator: Generator = defaultGenerator): Value {
  checkShape('randperm', [n])
  return drawn('randomPermutation', { length: n }, generator)
}
