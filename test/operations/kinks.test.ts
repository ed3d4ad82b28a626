// Where there is no derivative, or an infinite one: what PyTorch 2.13 returns there.

import { expect, test } from 'vitest'
import { type Tensor, tensor, where, zeros } from 'wengert'
import { grad } from 'wengert/autograd'
import * as F from 'wengert/nn/functional'

type Inputs = readonly number[] | readonly (readonly number[])[]

/** The gradients of Σ f(…) for each input. */
function gradients(f: (...inputs: Tensor[]) => Tensor, ...values: Inputs[]): unknown[] {
  const inputs = values.map((value) => tensor(value as number[], { dtype: 'float64', requiresGrad: true }))
  f(...inputs)
    .sum()
    .backward()
  // −0 is as good as 0 here.
  return inputs.map((input) => JSON.parse(JSON.stringify(input.grad!.toArray(), words), numbers))
}

// JSON has one zero, and no word for what is not finite.
const words = (_: string, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value)
const numbers = (_: string, value: unknown) => (typeof value === 'string' ? Number(value) : value)

const inf = Number.POSITIVE_INFINITY
const nan = Number.NaN

const oneInput: readonly [string, (x: Tensor) => Tensor, Inputs, Inputs][] = [
  ['relu at 0', (x) => x.relu(), [0], [0]],
  ['relu6 at 0 and 6', (x) => F.relu6(x), [0, 6], [0, 0]],
  ['abs at 0', (x) => x.abs(), [0], [0]],
  ['sign at 0', (x) => x.sign(), [0], [0]],
  ['leakyRelu at 0', (x) => F.leakyRelu(x, 0.25), [0], [0.25]],
  ['elu at 0', (x) => F.elu(x), [0], [1]],
  ['celu at 0', (x) => F.celu(x), [0], [1]],
  ['selu at 0', (x) => F.selu(x), [0], [1.7580993408473766]],
  ['hardtanh at ±1', (x) => F.hardtanh(x), [-1, 1], [0, 0]],
  ['clamp at its bounds', (x) => x.clamp(-1, 1), [-1, 1], [1, 1]],
  ['threshold at the threshold', (x) => F.threshold(x, 0.5, 0), [0.5], [0]],
  ['softshrink at ±λ', (x) => F.softshrink(x), [-0.5, 0.5], [0, 0]],
  ['hardshrink at ±λ', (x) => F.hardshrink(x), [-0.5, 0.5], [0, 0]],
  ['hardswish at −3 and 3', (x) => F.hardswish(x), [-3, 3], [0, 1]],
  ['floor, round, trunc', (x) => x.floor().add(x.round()).add(x.trunc()), [1, 1.5], [0, 0]],
  ['frac', (x) => x.frac(), [1, 1.5], [1, 1]],
  ['smoothL1Loss at a distance of 1', (x) => F.smoothL1Loss(x, zeros([1], { dtype: 'float64' })), [1], [1]],
  ['huberLoss at a distance of 1', (x) => F.huberLoss(x, zeros([1], { dtype: 'float64' })), [1], [1]],
  ['l1Loss at a distance of 0', (x) => F.l1Loss(x, zeros([1], { dtype: 'float64' })), [0], [0]],
  ['max() splits evenly', (x) => x.max(), [1, 3, 3], [0, 0.5, 0.5]],
  ['min() splits evenly', (x) => x.min(), [1, 1, 3], [0.5, 0.5, 0]],
  ['amax splits evenly', (x) => x.amax(0), [1, 3, 3], [0, 0.5, 0.5]],
  ['max(dim) takes the returned index', (x) => x.max(0).values, [1, 3, 3], [0, 1, 0]],
  ['min(dim) takes the returned index', (x) => x.min(0).values, [1, 1, 3], [1, 0, 0]],
  ['maxPool takes the first', (x) => F.maxPool1d(x, 3), [[2, 5, 5]], [[0, 1, 0]]],
  ['sqrt at 0', (x) => x.sqrt(), [0], [inf]],
  ['sqrt of −1', (x) => x.sqrt(), [-1], [nan]],
  ['rsqrt at 0', (x) => x.rsqrt(), [0], [-inf]],
  ['log at 0 and −1', (x) => x.log(), [0, -1], [inf, -1]],
  ['1/0', (x) => x.reciprocal(), [0], [-inf]],
  ['x⁰ at 0', (x) => x.pow(0), [0], [0]],
  ['√ as a power at 0', (x) => x.pow(0.5), [0], [inf]],
  ['the 2-norm at the origin', (x) => x.norm(), [0, 0], [0, 0]],
  ['the ∞-norm splits ties, with signs', (x) => x.norm(inf), [3, -3, 1], [0.5, -0.5, 0]],
  ['std of one element', (x) => x.std(), [2], [nan]],
  ['std of constants', (x) => x.std(), [2, 2], [0, 0]],
  ['prod with one zero', (x) => x.prod(), [2, 0, 3], [0, 6, 0]],
  ['logsumexp of nothing but −∞', (x) => x.logsumexp(0), [-inf, -inf], [nan, nan]],
  ['asin at 1', (x) => x.asin(), [1], [inf]],
  ['relu at NaN', (x) => x.relu(), [nan], [1]],
  ['amax with NaN', (x) => x.amax(0), [nan, 1], [nan, nan]],
  ['elu, celu and selu at NaN', (x) => F.elu(x).add(F.celu(x)).add(F.selu(x)), [nan], [2 + 1.0507009873554805]],
  ['elu with another slope at 0', (x) => F.elu(x, 0.5), [0], [0.5]],
  ['celu with another scale at 0', (x) => F.celu(x, 0.5), [0], [1]],
  ['elu at ±∞', (x) => F.elu(x, 0.5), [inf, -inf], [1, 0]],
  ['softplus at NaN and ±∞', (x) => F.softplus(x), [nan, inf, -inf], [nan, 1, 0]],
  ['softplus with beta at NaN and ±∞', (x) => F.softplus(x, 2), [nan, inf, -inf], [nan, 1, 0]],
  ['logsigmoid at NaN and ±∞', (x) => F.logsigmoid(x), [nan, inf, -inf], [nan, 0, 1]],
  ['hardtanh at NaN', (x) => F.hardtanh(x), [nan], [1]],
  ['hardswish at ±∞', (x) => F.hardswish(x), [inf, -inf], [1, 0]],
  ['where does not protect the other branch', (x) => where(x.gt(0), x.sqrt(), 0), [0], [nan]],
]

test.each(oneInput)('%s', (_, f, at, expected) => {
  expect(gradients(f, at)).toEqual([expected])
})

test('minimum and maximum of equal operands: half each', () => {
  expect(gradients((a, b) => a.maximum(b), [1], [1])).toEqual([[0.5], [0.5]])
  expect(gradients((a, b) => a.minimum(b), [1], [1])).toEqual([[0.5], [0.5]])
})

test('minimum and maximum with NaN: the whole gradient to both', () => {
  expect(gradients((a, b) => a.maximum(b), [nan, 1], [1, nan])).toEqual([
    [1, 1],
    [1, 1],
  ])
  expect(gradients((a, b) => a.minimum(b), [nan, 1], [1, nan])).toEqual([
    [1, 1],
    [1, 1],
  ])
})

test('remainder with respect to the divisor: the quotient of the value', () => {
  expect(gradients((a, b) => a.remainder(b), [1, -1, 1, 1, -1], [0.1, inf, inf, -inf, -inf])[1]).toEqual([-9, 1, 0, 1, 0])
})

test('elu, celu and selu have no second derivative at 0', () => {
  for (const f of [F.elu, F.celu, F.selu, (x: Tensor) => F.elu(x, 0.5), (x: Tensor) => F.celu(x, 0.5)]) {
    const x = tensor([0], { dtype: 'float64', requiresGrad: true })
    const [slope] = grad(f(x).sum(), [x], { createGraph: true }) as [Tensor]
    expect(grad(slope.sum(), [x], { allowUnused: true })[0]?.item() ?? 0).toBe(0)
  }
})

test('hardswish at −∞ is NaN, as −∞ · 0', () => {
  expect(F.hardswish(tensor([-inf, inf, nan, -5])).toArray()).toEqual([nan, inf, nan, -0])
})

test('clamp_ by a bound that requires a gradient, also as an option', () => {
  for (const byName of [false, true]) {
    const x = tensor([1, 3], { requiresGrad: true })
    const low = tensor([2, 2], { requiresGrad: true })
    const y = x.mul(1)
    if (byName) y.clamp_({ min: low })
    else y.clamp_(low)
    y.sum().backward()
    expect([x.grad!.toArray(), low.grad!.toArray()]).toEqual([
      [0, 1],
      [1, 0],
    ])
  }
})

test('clamp to a tensor: the input wins a tie', () => {
  expect(gradients((a, b) => a.clamp(b), [1], [1])).toEqual([[1], [0]])
})

test('powers of zero and of negative numbers, with respect to the exponent', () => {
  expect(gradients((a, b) => a.pow(b), [0, 0, 0], [2, 0, -1])[1]).toEqual([0, 0, -inf])
  expect(gradients((a, b) => a.pow(b), [-2], [2])[1]).toEqual([nan])
})

test('hypot and atan2 at the origin', () => {
  expect(gradients((a, b) => a.hypot(b), [0], [0])).toEqual([[nan], [nan]])
  expect(
    tensor([1e200, inf], { dtype: 'float64' })
      .hypot(tensor([1e200, nan], { dtype: 'float64' }))
      .toArray(),
  ).toEqual([Math.SQRT2 * 1e200, inf])
  expect(gradients((a, b) => a.atan2(b), [0], [0])).toEqual([[0], [0]])
})

test('binary cross-entropy at a certain wrong answer is finite', () => {
  const p = tensor([1], { dtype: 'float64', requiresGrad: true })
  F.binaryCrossEntropy(p, zeros([1], { dtype: 'float64' })).backward()
  expect(p.grad!.item()).toBeCloseTo(1e12, -10)
})
