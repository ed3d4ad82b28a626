// Attention and its gradients as plain loops, which keep the scores of one query at a time.
import type { Value } from '../../core/value.ts'
import { broadcastStrides, offsetsOf } from '../index-space.ts'

/** What attention takes besides tensors. */
export interface AttentionParams {
  /** What scores are multiplied with. */
  readonly scale: number
  /** Whether query i looks at keys 0 … i alone. */
  readonly isCausal: boolean
}

/** Elements of a value by head, row and column. */
function matrices(
  value: Value,
  leading: readonly number[],
): { data: Value['storage']['data']; at: (head: number, row: number) => number; along: number } {
  const strides = broadcastStrides(value, leading.length + 2)
  const offsets = offsetsOf(leading, strides)
  const [step, along] = strides.slice(-2) as [number, number]
  return { data: value.storage.data, at: (head, row) => value.offset + (offsets[head] as number) + row * step, along }
}

type Matrices = ReturnType<typeof matrices>

const dot = (x: Matrices, y: Matrices, xAt: number, yAt: number, length: number): number => {
  let sum = 0
  for (let i = 0; i < length; i++) sum += (x.data[xAt + i * x.along] as number) * (y.data[yAt + i * y.along] as number)
  return sum
}

/** y += factor · x */
const addTo = (y: Matrices, yAt: number, factor: number, x: Matrices, xAt: number, length: number): void => {
  for (let i = 0; i < length; i++)
    y.data[yAt + i * y.along] = (y.data[yAt + i * y.along] as number) + factor * (x.data[xAt + i * x.along] as number)
}

/** Goes through all queries: `visit` gets the scores, scaled and masked, of the keys that it may look at. */
function eachQuery(
  q: Value,
  k: Value,
  mask: Value | null,
  { scale, isCausal }: AttentionParams,
  visit: (head: number, query: number, scores: Float64Array) => void,
): void {
  const leading = q.shape.slice(0, -2)
  const [queries, depth] = q.shape.slice(-2) as [number, number]
  const keys = k.shape.at(-2) as number
  const [left, right] = [matrices(q, leading), matrices(k, leading)]
  const masks = mask && matrices(mask, leading)
  const heads = queries * depth === 0 ? 0 : q.elementCount / (queries * depth)
  const row = new Float64Array(keys)
  for (let head = 0; head < heads; head++)
    for (let query = 0; query < queries; query++) {
      const scores = row.subarray(0, isCausal ? Math.min(keys, query + 1) : keys)
      for (let key = 0; key < scores.length; key++) {
        const score = dot(left, right, left.at(head, query), right.at(head, key), depth) * scale
        const masked = masks === null ? 0 : (masks.data[masks.at(head, query) + key * masks.along] as number)
        scores[key] = mask?.dtype === 'bool' ? (masked ? score : Number.NEGATIVE_INFINITY) : score + masked
      }
      visit(head, query, scores)
    }
}

/** Output and logarithms of sums, both dense, for queries, keys, values and perhaps a mask; all of one dtype. */
export function attend(inputs: readonly Value[], params: AttentionParams, outputs: readonly Value[]): void {
  const [q, k, v, mask = null] = inputs as readonly [Value, Value, Value, Value?]
  const [y, logarithms] = outputs as readonly [Value, Value]
  const leading = q.shape.slice(0, -2)
  const [values, results, logs] = [matrices(v, leading), matrices(y, leading), matrices(logarithms, leading)]
  const width = v.shape.at(-1) as number
  y.storage.data.fill(0)
  eachQuery(q, k, mask, params, (head, query, scores) => {
    const most = scores.reduce((x, score) => (score > x || Number.isNaN(score) ? score : x), Number.NEGATIVE_INFINITY)
    const shift = most === Number.NEGATIVE_INFINITY ? 0 : most
    let sum = 0
    for (let key = 0; key < scores.length; key++) sum += scores[key] = Math.exp((scores[key] as number) - shift)
    // where nothing is allowed, weights are 0, and are so again for a logarithm of ∞
    logs.data[logs.at(head, query)] = sum === 0 ? Number.POSITIVE_INFINITY : Math.log(sum) + shift
    if (sum === 0) return
    for (let key = 0; key < scores.length; key++)
      addTo(results, results.at(head, query), (scores[key] as number) / sum, values, values.at(head, key), width)
  })
}

/** Gradients of queries, keys and values, all dense, for the cotangent, these, the logarithms of sums, and perhaps a mask. */
export function attendGradient(inputs: readonly Value[], params: AttentionParams, outputs: readonly Value[]): void {
  const [g, q, k, v, logarithms, mask = null] = inputs as readonly [Value, Value, Value, Value, Value, Value?]
  const leading = q.shape.slice(0, -2)
  const read = [g, q, k, v, logarithms].map((value) => matrices(value, leading)) as [Matrices, Matrices, Matrices, Matrices, Matrices]
  const [cotangent, queries, keys, values, logs] = read
  const [dq, dk, dv] = outputs.map((value) => matrices(value, leading)) as [Matrices, Matrices, Matrices]
  for (const { storage } of outputs) storage.data.fill(0)
  const [depth, width] = [q.shape.at(-1) as number, v.shape.at(-1) as number]
  const slopes = new Float64Array(k.shape.at(-2) as number)
  eachQuery(q, k, mask, params, (head, query, weights) => {
    const [qAt, gAt] = [queries.at(head, query), cotangent.at(head, query)]
    const logarithm = logs.data[logs.at(head, query)] as number
    let mean = 0
    for (let key = 0; key < weights.length; key++) {
      const weight = Math.exp((weights[key] as number) - logarithm)
      weights[key] = weight
      slopes[key] = dot(cotangent, values, gAt, values.at(head, key), width)
      mean += weight * (slopes[key] as number)
      addTo(dv, dv.at(head, key), weight, cotangent, gAt, width)
    }
    for (let key = 0; key < weights.length; key++) {
      const slope = (weights[key] as number) * ((slopes[key] as number) - mean) * params.scale
      addTo(dq, dq.at(head, query), slope, keys, keys.at(head, key), depth)
      addTo(dk, dk.at(head, key), slope, queries, qAt, depth)
    }
  })
}
