// Derivatives of movement, reductions, contraction, indexing and pooling.
import type { Value } from '../../core/value.ts'
import { bind } from '../../primitives/bind.ts'
import {
  diagonal,
  div,
  eq,
  expand,
  flip,
  full,
  matmul,
  mul,
  narrow,
  pad,
  permute,
  reshape,
  slice,
  sum,
  transpose,
  unsqueeze,
  where,
} from '../../primitives/operations.ts'
import type { ReductionParams, StructuredParams, StructuredPrimitive } from '../../primitives/params.ts'
import { direct, type Gradient, output, saving, type VjpRules, x, y } from '../rule.ts'

const notDifferentiable = null
const zeros = (like: Value, shape: readonly number[] = like.shape): Value => full(shape, 0, like.dtype)

/** A reduced value with its reduced dims as sizes of 1. */
const withDims = (reduced: Value, shape: readonly number[], { dims, keepdim }: ReductionParams): Value =>
  keepdim
    ? reduced
    : reshape(
        reduced,
        shape.map((size, d) => (dims.includes(d) ? 1 : size)),
      )

/** Puts g back where a slice took it from; zeros elsewhere. */
function unslice(g: Value, { starts, lengths, steps }: StructuredParams['slice'], shape: readonly number[]): Value {
  const backwards = steps.flatMap((step, d) => (step < 0 ? [d] : []))
  const lowest = starts.map((start, d) =>
    (lengths[d] as number) === 0
      ? (shape[d] as number)
      : (steps[d] as number) < 0
        ? start + ((lengths[d] as number) - 1) * (steps[d] as number)
        : start,
  )
  const interior = steps.map((step) => Math.abs(step) - 1)
  const high = shape.map((size, d) =>
    (lengths[d] as number) === 0 ? 0 : size - (lowest[d] as number) - ((lengths[d] as number) - 1) * Math.abs(steps[d] as number) - 1,
  )
  return pad(backwards.length > 0 ? flip(g, backwards) : g, lowest, high, interior)
}

/** The gradient of a largest or smallest element: split evenly among equals; where none is equal (to NaN), 0 / 0. */
const extreme: Gradient<ReductionParams> = saving([x, output], (g, [x, y], { params, shape }) => {
  const mask = eq(x, withDims(y, shape, params))
  return div(where(mask, withDims(g, shape, params), 0), sum(mask, params.dims, true))
})

/**
 * For each element along the last dim the product of the others, exact with any number of zeros. The products of pairs are known first;
 * the others of an element are its partner and the others of its pair: 3n multiplications in all.
 */
function productOfOthers(x: Value): Value {
  const last = x.shape.length - 1
  const count = x.shape[last] as number
  const rows = x.shape.slice(0, last)
  if (count < 2) return full(x.shape, 1, x.dtype)
  const even = count + (count % 2)
  const none = rows.map(() => 0)
  const pairs = reshape(even === count ? x : pad(x, [...none, 0], [...none, 1], [...none, 0], 1), [...rows, even / 2, 2])
  const left = narrow(pairs, last + 1, 0, 1)
  const right = narrow(pairs, last + 1, 1, 1)
  const others = productOfOthers(reshape(mul(left, right), [...rows, even / 2]))
  const result = reshape(mul(flip(pairs, last + 1), unsqueeze(others, last + 1)), [...rows, even])
  return even === count ? result : narrow(result, last, 0, count)
}

/** The same along several dims at once. */
function productOfOthersAlong(x: Value, dims: readonly number[]): Value {
  const kept = x.shape.flatMap((_, d) => (dims.includes(d) ? [] : [d]))
  const order = [...kept, ...dims]
  const moved = permute(x, order)
  const count = dims.reduce((product, d) => product * (x.shape[d] as number), 1)
  const products = productOfOthers(reshape(moved, [...moved.shape.slice(0, kept.length), count]))
  return permute(
    reshape(products, moved.shape),
    order.map((_, d) => order.indexOf(d)),
  )
}

const convolutionInputGradient = (dy: Value, weight: Value, params: StructuredParams['convolution'], shape: readonly number[]): Value =>
  bind('convolutionInputGradient', [dy, weight], { ...params, shape })
const convolutionWeightGradient = (x: Value, dy: Value, params: StructuredParams['convolution'], shape: readonly number[]): Value =>
  bind('convolutionWeightGradient', [x, dy], { ...params, shape })

export const structuredRules: VjpRules<Exclude<StructuredPrimitive, 'write'>> = {
  cast: [direct((g) => g)], // the engine gives every gradient its tensor's dtype
  reshape: [direct((g, { shape }) => reshape(g, shape))],
  permute: [
    direct((g, { params }) =>
      permute(
        g,
        params.dims.map((_, d) => params.dims.indexOf(d)),
      ),
    ),
  ],
  expand: [direct((g) => g)], // the engine sums what was broadcast
  slice: [direct((g, { params, shape }) => unslice(g, params, shape))],
  diagonal: [direct((g, { params, shape }) => bind('diagonalScatter', [g], { ...params, shape }))],
  diagonalScatter: [direct((g, { params }) => diagonal(g, params.offset, params.dim1, params.dim2))],
  pad: [
    direct((g, { params, shape }) =>
      slice(
        g,
        params.low,
        shape,
        params.interior.map((zeros) => zeros + 1),
      ),
    ),
  ],
  flip: [direct((g, { params }) => flip(g, params.dims))],
  concatenate: ({ inputs, params: { dim } }) => {
    let end = 0
    return inputs.map((input) => {
      const start = end
      end += input.shape[dim] as number
      return direct((g, { shape }) => narrow(g, dim, start, shape[dim] as number))
    })
  },

  // a 0-d gradient expands as it is
  sum: [direct((g, { params, shape }) => expand(g.shape.length === 0 ? g : withDims(g, shape, params), shape))],
  prod: [saving([x], (g, [x], { params, shape }) => mul(withDims(g, shape, params), productOfOthersAlong(x, params.dims)))],
  amax: [extreme],
  amin: [extreme],
  any: notDifferentiable,
  all: notDifferentiable,
  argmax: notDifferentiable,
  argmin: notDifferentiable,

  matmul: [saving([y], (g, [y]) => matmul(g, transpose(y, -1, -2))), saving([x], (g, [x]) => matmul(transpose(x, -1, -2), g))],
  // convolution is linear in both operands, so its two gradients and it are each other's
  convolution: [
    saving([y], (g, [weight], { params, shape }) => convolutionInputGradient(g, weight, params, shape)),
    saving([x], (g, [x], { params, shape }) => convolutionWeightGradient(x, g, params, shape)),
  ],
  convolutionInputGradient: [
    saving([y], (g, [weight], { params }) => bind('convolution', [g, weight], params)),
    saving([x], (g, [dy], { params, shape }) => convolutionWeightGradient(g, dy, params, shape)),
  ],
  convolutionWeightGradient: [
    saving([y], (g, [dy], { params, shape }) => convolutionInputGradient(dy, g, params, shape)),
    saving([x], (g, [x], { params }) => bind('convolution', [x, g], params)),
  ],

  gather: [saving([y], (g, [index], { params, shape }) => bind('scatterAdd', [zeros(g, shape), index, g], params)), null],
  scatter: [
    saving([y], (g, [index], { params }) => bind('scatter', [g, index, zeros(g, index.shape)], params)),
    null,
    saving([y], (g, [index], { params }) => bind('gather', [g, index], params)),
  ],
  scatterAdd: [direct((g) => g), null, saving([y], (g, [index], { params }) => bind('gather', [g, index], params))],
  indexSelect: [saving([y], (g, [index], { params, shape }) => bind('indexAdd', [zeros(g, shape), index, g], params)), null],
  indexAdd: [direct((g) => g), null, saving([y], (g, [index], { params }) => bind('indexSelect', [g, index], params))],
  indexCopy: [
    saving([y], (g, [index], { params }) => {
      const written = g.shape.map((size, d) => (d === params.dim ? index.elementCount : size))
      return bind('indexCopy', [g, index, zeros(g, written)], params)
    }),
    null,
    saving([y], (g, [index], { params }) => bind('indexSelect', [g, index], params)),
  ],
  nonzero: notDifferentiable,
  cumsum: [direct((g, { params }) => flip(bind('cumsum', [flip(g, params.dim)], params), params.dim))],
  cumargmax: notDifferentiable,
  cumargmin: notDifferentiable,
  argsort: notDifferentiable,

  maxPoolIndices: notDifferentiable,
  averagePool: [direct((g, { params, shape }) => bind('averagePoolGradient', [g], { ...params, shape }))],
  averagePoolGradient: [direct((g, { params }) => bind('averagePool', [g], params))],

  full: notDifferentiable,
  iota: notDifferentiable,
  uniform: notDifferentiable,
  normal: notDifferentiable,
  randomIntegers: notDifferentiable,
  randomPermutation: notDifferentiable,
}
