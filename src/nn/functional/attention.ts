// Attention. A large one is one program each way, in which only the scores of a few queries exist at a time.
import { applyFused, detach, type Fused } from '../../autograd/index.ts'
import { type DType, isFloating } from '../../core/dtype.ts'
import { DTypeError, OptionError, ShapeError } from '../../core/errors.ts'
import { broadcastShapes, printShape, type Shape, sameShape } from '../../core/shape.ts'
import { emptyValue, type Value } from '../../core/value.ts'
import { type AttentionParams, attention, attentionGradient } from '../../primitives/attention.ts'
import * as P from '../../primitives/operations.ts'
import { runProgram } from '../../primitives/program.ts'
import { softmax } from '../../tensor/operations/softmax.ts'
import { requireTensor } from '../../tensor/required-tensor.ts'
import type { Attended } from '../../tensor/shape-rules/products.ts'
import type { Arg, Out } from '../../tensor/shape-types.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { readOptions } from '../signatures/normalizations.ts'
import type { OptionsOf } from '../signatures.ts'
import { dropout } from './dropout.ts'

const NAME = 'scaledDotProductAttention'

/** Weights of all keys for each query, which are 0 where a query may look at none. */
function weightsOf([q, k, , mask]: readonly Value[], { scale, isCausal }: AttentionParams): Value {
  const key = k as Value
  const rank = key.shape.length
  let scores = P.mul(P.matmul(q as Value, P.transpose(key, rank - 2, rank - 1)), scale)
  const [queries, keys] = scores.shape.slice(-2) as [number, number]
  if (isCausal) {
    const isBefore = P.ge(P.reshape(P.iota(queries, 'int32'), [queries, 1]), P.reshape(P.iota(keys, 'int32'), [1, keys]))
    scores = P.where(isBefore, scores, Number.NEGATIVE_INFINITY)
  }
  if (mask === undefined) return softmax(scores, -1)
  scores = mask.dtype === 'bool' ? P.where(mask, scores, Number.NEGATIVE_INFINITY) : P.add(scores, mask)
  if (keys === 0) return softmax(scores, -1)
  // of these, softmax and its derivative would be NaN
  const isEmpty = P.eq(P.amax(detach(scores), [scores.shape.length - 1], true), Number.NEGATIVE_INFINITY)
  return P.where(isEmpty, 0, softmax(P.where(isEmpty, 0, scores), -1))
}

/** `extra` is, for each query, the logarithm of the sum of its scores' exponentials, by which backward finds the weights again. */
const fusedAttention: Fused<AttentionParams> = {
  name: NAME,
  saves: 'inputs',
  applies([q, k, v, mask]) {
    const leading = (value: Value | undefined): Shape => (value as Value).shape.slice(0, -2)
    return (
      [q, k, v].every((value) => value?.dtype === 'float32' && value.elementCount > 0 && sameShape(leading(value), leading(q))) &&
      (mask === undefined || mask.dtype === 'bool' || mask.dtype === 'float32')
    )
  },
  composition: (inputs, params) => P.matmul(weightsOf(inputs, params), inputs[2] as Value),
  forward(inputs, params) {
    const [q, , v] = inputs as readonly [Value, Value, Value]
    const output = emptyValue(q.storage.type, [...q.shape.slice(0, -1), v.shape.at(-1) as number])
    const logarithms = emptyValue(q.storage.type, [...q.shape.slice(0, -1), 1])
    runProgram(attention, inputs, params, [output, logarithms])
    return { output, extra: [logarithms] }
  },
  backward(g, inputs, extra, params, wanted) {
    // a mask's gradient is as large as the scores
    if (inputs.length > 3 && wanted(3)) return null
    const [q, k, v, ...mask] = inputs as readonly [Value, Value, Value, Value?]
    const gradients = [q, k, v].map(({ storage, shape }) => emptyValue(storage.type, shape))
    runProgram(attentionGradient, [g, q, k, v, ...extra, ...(mask as Value[])], params, gradients)
    return [...gradients, null].slice(0, inputs.length).map((gradient, i) => (wanted(i) ? gradient : null))
  },
}

/** Throws unless query, key and value fit together; gives the shape of their scores. */
function scoresShape(query: Value, key: Value, value: Value): Shape {
  const named = { query, key, value }
  for (const [name, tensor] of Object.entries(named)) {
    requireTensor(NAME, name, tensor)
    if (!isFloating(tensor.dtype))
      throw new DTypeError(`${NAME}: ${name} must be float32 or float64, not ${tensor.dtype}. Convert it with to().`)
    if (tensor.dtype !== query.dtype)
      throw new DTypeError(`${NAME}: query is ${query.dtype}, ${name} ${tensor.dtype}. Convert one with to('${query.dtype}').`)
    if (tensor.shape.length < 2)
      throw new ShapeError(`${NAME}: ${name} must have shape […, length, size], not ${printShape(tensor.shape)}. Unsqueeze it?`)
  }
  const shapes = `got ${printShape(query.shape)}, ${printShape(key.shape)} and ${printShape(value.shape)}`
  if (query.shape.at(-1) !== key.shape.at(-1)) throw new ShapeError(`${NAME}: query and key must have the same last size, ${shapes}.`)
  if (key.shape.at(-2) !== value.shape.at(-2)) throw new ShapeError(`${NAME}: key and value must have equally many rows, ${shapes}.`)
  const leading = [key, value].reduce<Shape>(
    (shape, tensor) => broadcastShapes(NAME, shape, tensor.shape.slice(0, -2)),
    query.shape.slice(0, -2),
  )
  return [...leading, query.shape.at(-2) as number, key.shape.at(-2) as number]
}

function checkMask(mask: Value, scores: Shape, dtype: DType): void {
  if (mask.dtype !== 'bool' && mask.dtype !== dtype)
    throw new DTypeError(`${NAME}: attnMask must be bool or ${dtype} as the query is, not ${mask.dtype}. Convert it with to().`)
  const more = scores.length - mask.shape.length
  if (more < 0 || mask.shape.some((size, dim) => size !== 1 && size !== scores[dim + more]))
    throw new ShapeError(
      `${NAME}: attnMask must broadcast to the shape of the scores, ${printShape(scores)}, got ${printShape(mask.shape)}. Reshape or expand it.`,
    )
}

/**
 * Attention: `softmax(query · keyᵀ · scale + mask) · value`, with shapes `[…, L, E] × […, S, E] × […, S, V] → […, L, V]`; leading dims broadcast.
 *
 * - `attnMask` broadcasts to `[…, L, S]`. Bool: true where a query may look at a key. Of the query's dtype: added to the scores.
 *   A query that may look at no key gets zeros.
 * - `isCausal`: query i may look at keys 0 … i; then there is no mask.
 * - `scale` is `1 / √E` by default.
 * - Weights become 0 with probability `dropoutP`, always: give 0 when evaluating.
 *
 * Of float32 operands with equal leading dims, the scores of all queries are never stored, neither forward nor backward, unless there is dropout or
 * the mask wants a gradient: memory grows with L + S, not with L · S.
 *
 * Throws a ShapeError or DTypeError where operands do not fit, an OptionError for a mask beside `isCausal`.
 *
 * @example
 * ```ts
 * import { F, tensor } from 'wengert'
 * const [q, k, v] = [tensor([[8], [-8]]), tensor([[-8], [8]]), tensor([[1, 2], [3, 4]])]
 * console.log(F.scaledDotProductAttention(q, k, v).toArray()) // [ [ 3, 4 ], [ 1, 2 ] ]
 * console.log(F.scaledDotProductAttention(q, k, v, { isCausal: true }).toArray()) // [ [ 1, 2 ], [ 1, 2 ] ]
 * ```
 */
export function scaledDotProductAttention<A extends Shape, B extends Shape, C extends Shape, D extends DType>(
  query: Tensor<A, D>,
  key: Tensor<B, D>,
  value: Arg<Attended<A, B, C>, Tensor<C, D>, 'scaledDotProductAttention'>,
  attnMask?: Tensor | null | OptionsOf<'scaledDotProductAttention'>,
  options?: OptionsOf<'scaledDotProductAttention'>,
): Tensor<Out<Attended<A, B, C>>, D>
export function scaledDotProductAttention(
  query: Value,
  key: Value,
  value: Value,
  attnMask?: Tensor | null | OptionsOf<'scaledDotProductAttention'>,
  options?: OptionsOf<'scaledDotProductAttention'>,
): Value {
  const scores = scoresShape(query, key, value)
  const { attnMask: mask, dropoutP, isCausal, scale } = readOptions(NAME, attnMask, options)
  if (mask !== null && isCausal) throw new OptionError(`${NAME}: attnMask and isCausal exclude each other. Put both into the mask.`)
  if (!(dropoutP >= 0 && dropoutP <= 1)) throw new OptionError(`${NAME}: dropoutP must be between 0 and 1, not ${dropoutP}.`)
  if (mask !== null) checkMask(mask, scores, query.dtype)
  const params = { scale: scale ?? 1 / Math.sqrt(query.shape.at(-1) as number), isCausal }
  const inputs = [query, key, value, ...(mask === null ? [] : [mask])]
  if (dropoutP === 0) return applyFused(fusedAttention, inputs, params)
  return P.matmul(dropout(weightsOf(inputs, params) as Tensor, dropoutP), value)
}
