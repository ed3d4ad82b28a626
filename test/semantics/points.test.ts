// What is returned where there is no derivative, an infinite one, or a choice: every value exactly, in both float dtypes.
import { describe, expect, test } from 'vitest'
import { type DType, F, fmax, fmin, hypot, type Tensor, tensor, where, zerosLike } from '../../src/index.ts'
import { constant, type Data, leaf } from './assertions.ts'

const inf = Number.POSITIVE_INFINITY
const nan = Number.NaN
const slope = 0.25

/** A case: inputs, what is computed of them, and the gradients of its sum. */
type Case = readonly [compute: (...inputs: Tensor[]) => Tensor, inputs: readonly Data[], gradients: readonly Data[]]

const one = (compute: (x: Tensor) => Tensor, at: Data, gradient: Data): Case => [compute as Case[0], [at], [gradient]]
const two = (compute: (x: Tensor, y: Tensor) => Tensor, x: Data, y: Data, dx: Data, dy: Data): Case => [
  compute as Case[0],
  [x, y],
  [dx, dy],
]

// a zero has no sign here, and float32 rounds what is expected as it rounds everything
const rounded = (data: unknown, dtype: DType): unknown =>
  Array.isArray(data)
    ? data.map((part) => rounded(part, dtype))
    : (dtype === 'float32' ? Math.fround(data as number) : (data as number)) + 0

function gradients([compute, inputs]: Case, dtype: DType): unknown[] {
  const leaves = inputs.map((data) => tensor(data as number[], { dtype, requiresGrad: true }))
  compute(...leaves)
    .sum()
    .backward()
  return leaves.map((x) => rounded(x.grad?.toArray(), dtype))
}

const lines: Readonly<Record<string, readonly Case[]>> = {
  'relu 0→0': [one((x) => x.relu(), [0], [0]), one(F.relu, [0], [0])],
  'relu6 0,6→0': [one(F.relu6, [0, 6], [0, 0])],
  'abs, sign 0→0': [one((x) => x.abs(), [0], [0]), one((x) => x.sign(), [0], [0])],
  'leaky_relu 0→slope': [one((x) => F.leakyRelu(x, slope), [0], [slope])],
  'elu, celu 0→1': [one(F.elu, [0], [1]), one(F.celu, [0], [1]), one((x) => F.celu(x, 0.5), [0], [1])],
  'selu 0→1.7581': [one(F.selu, [0], [1.6732632423543772 * 1.0507009873554805])],
  'hardtanh ±1→0': [one(F.hardtanh, [-1, 1], [0, 0])],
  'clamp at its bounds→1': [
    one((x) => x.clamp(-1, 1), [-1, 1], [1, 1]),
    one((x) => x.clampMin(-1), [-1], [1]),
    one((x) => x.clampMax(1), [1], [1]),
  ],
  'threshold at t→0': [one((x) => F.threshold(x, 0.5, 7), [0.5], [0])],
  'soft/hardshrink ±λ→0': [one(F.softshrink, [-0.5, 0.5], [0, 0]), one(F.hardshrink, [-0.5, 0.5], [0, 0])],
  'hardswish −3→0, 3→1': [one(F.hardswish, [-3, 3], [0, 1])],

  'floor, round, trunc→0': [
    one((x) => x.floor(), [-1, 0.5, 2], [0, 0, 0]),
    one((x) => x.round(), [-1, 0.5, 2], [0, 0, 0]),
    one((x) => x.trunc(), [-1, 0.5, 2], [0, 0, 0]),
  ],
  'frac→1': [one((x) => x.frac(), [-1, 0.5, 2], [1, 1, 1])],
  'smooth_l1 and huber at 1→1': [
    one((x) => F.smoothL1Loss(x, zerosLike(x), { reduction: 'sum' }), [1, -1], [1, -1]),
    one((x) => F.huberLoss(x, zerosLike(x), { reduction: 'sum' }), [1, -1], [1, -1]),
  ],
  'l1 at 0→0': [one((x) => F.l1Loss(x, zerosLike(x)), [0], [0])],
  'margin_ranking at 0→−1': [two((a, b) => F.marginRankingLoss(a, b, zerosLike(a).add(1)), [2], [2], [-1], [1])],

  'max(), min(), amax over all: ties split evenly': [
    one((x) => x.max(), [1, 3, 3, 0], [0, 0.5, 0.5, 0]),
    one((x) => x.min(), [1, 3, 1, 2], [0.5, 0, 0.5, 0]),
    one((x) => x.amax(), [1, 3, 3, 0], [0, 0.5, 0.5, 0]),
    one(
      (x) => x.amin(),
      [
        [1, 1],
        [1, 1],
      ],
      [
        [0.25, 0.25],
        [0.25, 0.25],
      ],
    ),
  ],
  'maximum, minimum(a,b): ½,½': [
    two((a, b) => a.maximum(b), [1], [1], [0.5], [0.5]),
    two((a, b) => a.minimum(b), [1], [1], [0.5], [0.5]),
    two((a, b) => a.max(b), [1], [1], [0.5], [0.5]),
    two((a, b) => a.min(b), [1], [1], [0.5], [0.5]),
  ],
  'fmax: (1,0)': [two(fmax, [1], [1], [1], [0]), two(fmin, [1], [1], [1], [0])],
  'clamp(tensor min) tie: (1,0)': [
    two((a, b) => a.clamp(b), [1], [1], [1], [0]),
    two((a, b) => a.clamp({ min: b }), [1], [1], [1], [0]),
    two((a, b) => a.clampMin(b), [1], [1], [1], [0]),
  ],
  'max_pool: first': [
    one((x) => F.maxPool1d(x, 3), [[2, 5, 5]], [[0, 1, 0]]),
    one(
      (x) => F.maxPool2d(x.unsqueeze(0), 2),
      [
        [4, 7],
        [7, 7],
      ],
      [
        [0, 1],
        [0, 0],
      ],
    ),
  ],
  'median(): split over equal values (even count: lower middle)': [
    one((x) => x.median(), [2, 1, 2, 3, 2], [1 / 3, 0, 1 / 3, 0, 1 / 3]),
    one((x) => x.median(), [4, 1, 3, 2], [0, 0, 0, 1]),
    one((x) => x.nanmedian(), [2, nan, 2, 5], [0.5, 0, 0.5, 0]),
  ],
  'cummax: last': [one((x) => x.cummax(0).values, [1, 2, 2, 1], [1, 1, 2, 0]), one((x) => x.cummin(0).values, [2, 1, 1, 3], [1, 1, 2, 0])],

  'sqrt(0) inf': [one((x) => x.sqrt(), [0], [inf])],
  'rsqrt(0) −inf': [one((x) => x.rsqrt(), [0], [-inf])],
  'log(0) inf': [one((x) => x.log(), [0], [inf])],
  'log(−1) −1': [one((x) => x.log(), [-1], [-1])],
  'sqrt(−1) nan': [one((x) => x.sqrt(), [-1], [nan])],
  '1/0 −inf': [one((x) => x.reciprocal(), [0], [-inf]), one((x) => x.pow(-1), [0], [-inf])],
  'x⁰ at 0→0': [one((x) => x.pow(0), [0], [0])],
  'x^.5 at 0→inf': [one((x) => x.pow(0.5), [0], [inf])],
  '0^y wrt y: 0 (y≥0), −inf (y<0)': [one((y) => zerosLike(y).pow(y), [2, 0.5, 0, -1, -0.5], [0, 0, 0, -inf, -inf])],
  '(−2)^2 wrt the exponent: nan': [one((y) => zerosLike(y).sub(2).pow(y), [2], [nan])],

  '2-norm at 0→0': [one((x) => x.norm(), [0, 0], [0, 0]), one((x) => x.norm(2), [0, 0], [0, 0])],
  'inf-norm ties split with sign': [one((x) => x.norm(inf), [3, -3, 1], [0.5, -0.5, 0])],
  'hypot(0,0) nan': [two(hypot, [0], [0], [nan], [nan])],
  'atan2(0,0)→0': [two((a, b) => a.atan2(b), [0], [0], [0], [0])],
  'std of one element nan': [one((x) => x.std(), [2], [nan])],
  'std of constants 0': [one((x) => x.std(), [2, 2, 2], [0, 0, 0])],
  'prod exact with zeros ([2,0,3]→[0,6,0])': [
    one((x) => x.prod(), [2, 0, 3], [0, 6, 0]),
    one((x) => x.prod(0), [2, 0, 0, 3], [0, 0, 0, 0]),
    one((x) => x.cumprod(0), [2, 0, 3], [1, 8, 0]),
  ],
  'logsumexp of all −inf nan': [one((x) => x.logsumexp(0), [-inf, -inf], [nan, nan])],
  'asin(1) inf': [one((x) => x.asin(), [1], [inf])],
  'sinc(0) 0': [one((x) => x.sinc(), [0], [0])],

  'where(x>0, sqrt(x), 0) at 0 gives nan': [one((x) => where(x.gt(0), x.sqrt(), 0), [0], [nan])],
}

describe('Points without a derivative: what is returned', () => {
  for (const [line, cases] of Object.entries(lines)) {
    test(line, () => {
      for (const dtype of ['float64', 'float32'] as const) {
        for (const each of cases) expect(gradients(each, dtype), `${each[0]} in ${dtype}`).toEqual(each[2].map((g) => rounded(g, dtype)))
      }
    })
  }

  test('max(dim), min(dim): the one returned index', () => {
    for (const of of [(x: Tensor) => x.max(1), (x: Tensor) => x.min(1)]) {
      const x = leaf([
        [2, 5, 5],
        [1, 1, 3],
        [4, 4, 4],
      ])
      const { values, indices } = of(x)
      values.sum().backward()
      const returned = (indices.toArray() as number[]).map((index) => [0, 1, 2].map((column) => Number(column === index)))
      expect(x.grad?.toArray()).toEqual(returned)
    }
  })

  test('BCE at p=1, t=0 finite (clamped, about 1e12)', () => {
    const p = leaf([1])
    const loss = F.binaryCrossEntropy(p, constant([0]))
    loss.backward()
    expect(loss.item()).toBe(100)
    expect(p.grad?.item()).toBe(1e12)
  })
})
