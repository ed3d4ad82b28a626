// Variance, standard deviation and norms.
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/statistics.ts'
import type { OptionsOf } from '../signatures.ts'
import { countOf, floatInput, reducedDims } from './reductions.ts'

type Dim = number | readonly number[] | null

// Σ (x − mean)² / (n − correction), and the mean with its dims kept.
function moments(
  name: string,
  input: Value,
  given: { dim: Dim; correction: number },
): { variance: Value; mean: Value; dims: readonly number[] } {
  const x = floatInput(name, input)
  const dims = reducedDims(name, given.dim, x) ?? x.shape.map((_, dim) => dim)
  const count = countOf(x, dims)
  const mean = P.div(P.sum(x, dims, true), count)
  const variance = P.div(P.sum(P.square(P.sub(x, mean)), dims, true), Math.max(0, count - given.correction))
  return { variance, mean, dims }
}

const dropDims = (value: Value, dims: readonly number[], keepdim: boolean): Value =>
  keepdim
    ? value
    : P.reshape(
        value,
        value.shape.filter((_, dim) => !dims.includes(dim)),
      )

/** `xᵉ` where x > 0, and 0 with derivative 0 where x = 0 (√0 alone has an infinite one). */
function rootOrZero(x: Value, exponent: number): Value {
  const zero = P.eq(x, 0)
  const safe = P.where(zero, 1, x)
  return P.where(zero, 0, exponent === 0.5 ? P.sqrt(safe) : P.pow(safe, exponent))
}

/** Σ (x − mean)² / (n − correction) over `dim`, over everything without one. */
export function variance(input: Value, dim?: Dim | OptionsOf<'var'>, options?: OptionsOf<'var'>): Value {
  const given = readOptions('var', dim, options)
  const result = moments('var', input, given)
  return dropDims(result.variance, result.dims, given.keepdim)
}

/** √variance over `dim`, over everything without one; the derivative for equal elements is 0. */
export function std(input: Value, dim?: Dim | OptionsOf<'std'>, options?: OptionsOf<'std'>): Value {
  const given = readOptions('std', dim, options)
  const result = moments('std', input, given)
  return rootOrZero(dropDims(result.variance, result.dims, given.keepdim), 0.5)
}

/** Variance and mean over `dim`. */
export function varMean(input: Value, dim?: Dim | OptionsOf<'varMean'>, options?: OptionsOf<'varMean'>): { var: Value; mean: Value } {
  const given = readOptions('varMean', dim, options)
  const result = moments('varMean', input, given)
  return { var: dropDims(result.variance, result.dims, given.keepdim), mean: dropDims(result.mean, result.dims, given.keepdim) }
}

/** Standard deviation and mean over `dim`. */
export function stdMean(input: Value, dim?: Dim | OptionsOf<'stdMean'>, options?: OptionsOf<'stdMean'>): { std: Value; mean: Value } {
  const given = readOptions('stdMean', dim, options)
  const result = moments('stdMean', input, given)
  return {
    std: rootOrZero(dropDims(result.variance, result.dims, given.keepdim), 0.5),
    mean: dropDims(result.mean, result.dims, given.keepdim),
  }
}

/** `(Σ |x|ᵖ)^(1/p)` over `dim`; p = ∞ the largest |x|, −∞ the smallest, 0 the number of elements that are not 0 (which has no gradient), 'fro' as 2. At 0 the derivative is 0. */
export function norm(input: Value, p?: number | 'fro' | OptionsOf<'norm'>, options?: OptionsOf<'norm'>): Value {
  const given = readOptions('norm', p, options)
  const x = floatInput('norm', input, given.dtype)
  const dims = reducedDims('norm', given.dim, x)
  const order = given.p === 'fro' ? 2 : given.p
  const sum = (terms: Value): Value => P.sum(terms, dims, given.keepdim)
  if (order === 2) return rootOrZero(sum(P.square(x)), 0.5)
  const absolute = P.abs(x)
  if (order === 1) return sum(absolute)
  if (order === Number.POSITIVE_INFINITY) return P.amax(absolute, dims, given.keepdim)
  if (order === Number.NEGATIVE_INFINITY) return P.amin(absolute, dims, given.keepdim)
  if (order === 0) return sum(P.indicator(x))
  if (order < 0) return P.pow(sum(P.pow(absolute, order)), 1 / order)
  return rootOrZero(sum(order < 1 ? rootOrZero(absolute, order) : P.pow(absolute, order)), 1 / order)
}
