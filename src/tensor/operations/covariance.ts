// Covariances and correlations of variables, one a row, and distances.
import { OptionError, ShapeError } from '../../core/errors.ts'
import { printShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/statistics.ts'
import type { OptionsOf } from '../signatures.ts'
import { floatInput } from './reductions.ts'
import { norm } from './statistics.ts'

/** The matrix of covariances of variables, one a row, over observations, one a column; `fweights` counts and `aweights` weighs them. */
export function cov(input: Value, options?: OptionsOf<'cov'>): Value {
  const { correction, fweights, aweights } = readOptions('cov', options)
  if (input.shape.length > 2) throw new ShapeError(`cov: takes at most 2 dims, got shape ${printShape(input.shape)}. Reshape it first?`)
  const x = floatInput('cov', input)
  const rows = x.shape.length === 2 ? x : P.reshape(x, [1, x.elementCount])
  const count = rows.shape[1] as number
  for (const weight of [fweights, aweights]) {
    if (weight !== null && (weight.shape.length > 1 || weight.elementCount !== count))
      throw new ShapeError(
        `cov: weights must have one element for each of the ${count} observations, not shape ${printShape(weight.shape)}.`,
      )
  }
  // weights keep their dtypes, as in PyTorch
  const [counts, shares] = [fweights, aweights].map((weight) => (weight === null ? null : P.reshape(weight, [count])))
  const weights = counts && shares ? P.mul(counts, shares) : (counts ?? shares ?? P.full([count], 1, x.dtype))
  const total = P.sum(weights, null)
  const taken = shares && correction !== 0 ? P.div(P.mul(P.sum(P.mul(weights, shares), null), correction), total) : correction
  const centred = P.sub(rows, P.div(P.sum(P.mul(rows, weights), 1, true), total))
  const product = P.matmul(centred, P.transpose(P.mul(centred, weights), 0, 1))
  const result = P.div(product, P.clamp(P.sub(total, taken), 0, null))
  return x.shape.length === 2 && rows.shape[0] !== 1 ? result : result.elementCount === 1 ? P.reshape(result, []) : result
}

/** The matrix of correlations of variables, one a row: covariances over products of standard deviations, within ±1. */
export function corrcoef(input: Value): Value {
  if (input.shape.length > 2)
    throw new ShapeError(`corrcoef: takes at most 2 dims, got shape ${printShape(input.shape)}. Reshape it first?`)
  const covariance = cov(input)
  if (covariance.shape.length === 0) return P.div(covariance, covariance)
  const deviation = P.sqrt(P.diagonal(covariance))
  return P.clamp(P.div(P.div(covariance, P.unsqueeze(deviation, 1)), P.unsqueeze(deviation, 0)), -1, 1)
}

/** The p-norm of the difference, over everything. */
export function dist(input: Value, other: Value, p?: number | OptionsOf<'dist'>): Value {
  const given = readOptions('dist', p).p
  if (given < 0) throw new OptionError(`dist: p must not be negative, got ${given}.`)
  return norm(P.sub(input, other), given)
}
