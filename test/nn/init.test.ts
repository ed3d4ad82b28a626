// Initial values: bounds, deviations, defaults of layers; dropout and clipping, which draw and scale.

import { expect, test } from 'vitest'
import { F, Generator, manualSeed, nn, ones, type Tensor, tensor, zeros } from 'wengert'

const spread = (value: Tensor) => ({
  low: value.min().item() as number,
  high: value.max().item() as number,
  deviation: value.std().item() as number,
})

test('layers start as in PyTorch: uniform on ±1/√fanIn, embeddings normal', () => {
  manualSeed(0)
  for (const [weight, bias, fanIn] of [
    [new nn.Linear(400, 300).weight, new nn.Linear(400, 300).bias, 400],
    [new nn.Conv2d(16, 64, 5, { groups: 4 }).weight, new nn.Conv2d(16, 64, 5, { groups: 4 }).bias, 100],
  ] as [Tensor, Tensor, number][]) {
    const bound = 1 / Math.sqrt(fanIn)
    for (const value of [weight, bias]) {
      const { low, high, deviation } = spread(value.detach())
      expect(low).toBeGreaterThanOrEqual(-bound)
      expect(high).toBeLessThanOrEqual(bound)
      expect(deviation / (bound / Math.sqrt(3))).toBeCloseTo(1, value === weight ? 1 : 0)
    }
  }
  const table = new nn.Embedding(200, 100, 3).weight.detach()
  expect(spread(table).deviation).toBeCloseTo(1, 1)
  expect(table.at(3).abs().sum().item()).toBe(0)
})

test('initialisers keep their promises', () => {
  const generator = new Generator(1)
  const matrix = () => zeros([200, 300])
  expect(spread(nn.init.xavierUniform_(matrix(), 2, { generator })).high).toBeCloseTo(2 * Math.sqrt(6 / 500), 2)
  expect(spread(nn.init.xavierNormal_(matrix(), { generator })).deviation).toBeCloseTo(Math.sqrt(2 / 500), 2)
  expect(spread(nn.init.kaimingUniform_(matrix(), { nonlinearity: 'relu', generator })).high).toBeCloseTo(Math.sqrt(6 / 300), 2)
  expect(spread(nn.init.kaimingNormal_(matrix(), { mode: 'fanOut', nonlinearity: 'tanh', generator })).deviation).toBeCloseTo(
    5 / 3 / Math.sqrt(200),
    2,
  )
  const { low, high } = spread(nn.init.truncNormal_(matrix(), { a: -1, b: 0.5, generator }))
  expect([low >= -1, high <= 0.5]).toEqual([true, true])
  expect(nn.init.eye_(zeros([2, 3])).toArray()).toEqual([
    [1, 0, 0],
    [0, 1, 0],
  ])
  expect(nn.init.constant_(zeros([2]), 3).toArray()).toEqual([3, 3])
  expect(nn.init.uniform_(new nn.Parameter(zeros([5])), 2, { b: 3, generator }).requiresGrad).toBe(true)
  expect(
    ['linear', 'relu', 'tanh', 'leakyRelu', 'selu'].map((name) => nn.init.calculateGain(name as 'relu', name === 'leakyRelu' ? 0.2 : null)),
  ).toEqual([1, Math.SQRT2, 5 / 3, Math.sqrt(2 / 1.04), 0.75])
  expect(() => nn.init.xavierUniform_(zeros([3]))).toThrow('fans need at least 2 dims')
  expect(() => nn.init.kaimingUniform_(matrix(), { nonlinearity: 'rleu' as 'relu' })).toThrow("unknown nonlinearity 'rleu'")
})

test('the same seed gives the same model', () => {
  const build = () => {
    manualSeed(7)
    return new nn.Linear(5, 3).weight.toArray()
  }
  expect(build()).toEqual(build())
})

test('dropout keeps the mean, repeats with its generator, and rests in evaluation', () => {
  const x = ones([10_000])
  const y = F.dropout(x, 0.25, { generator: new Generator(3) })
  expect(y.mean().item()).toBeCloseTo(1, 1)
  expect(new Set(y.toArray())).toEqual(new Set([0, Math.fround(4 / 3)]))
  expect(F.dropout(x, 0.25, { generator: new Generator(3) }).equal(y)).toBe(true)
  expect(F.dropout(x, 0.25, { training: false })).toBe(x)
  expect(F.dropout(ones([3]), 1).toArray()).toEqual([0, 0, 0])
  const layer = new nn.Dropout(0.5, { generator: new Generator(3) })
  expect(layer.forward(x).equal(x)).toBe(false)
  expect(layer.eval().forward(x)).toBe(x)
})

test('clipping scales all gradients together', () => {
  const [a, b, c] = [tensor([0, 0], { requiresGrad: true }), tensor([0], { requiresGrad: true }), tensor([0], { requiresGrad: true })]
  const fill = () => {
    a.grad = tensor([3, 0])
    b.grad = tensor([4])
  }
  fill()
  expect(nn.utils.clipGradNorm_([a, b, c], 1).item()).toBe(5)
  expect([...a.grad!.toArray(), ...b.grad!.toArray()].map((value) => value.toFixed(5))).toEqual(['0.60000', '0.00000', '0.80000'])
  fill()
  nn.utils.clipGradNorm_([a, b], 10)
  expect([a.grad!.toArray(), b.grad!.toArray()]).toEqual([[3, 0], [4]])
  expect(nn.utils.clipGradNorm_([a, b], 2, Number.POSITIVE_INFINITY).item()).toBe(4)
  expect(b.grad!.item()).toBeCloseTo(2, 5)
  fill()
  nn.utils.clipGradValue_(new Set([a, b]), 3.5)
  expect(b.grad!.toArray()).toEqual([3.5])
  expect(nn.utils.clipGradNorm_(c, 1).item()).toBe(0)
  b.grad = tensor([Number.NaN])
  expect(() => nn.utils.clipGradNorm_(b, 1, { errorIfNonfinite: true })).toThrow('norm is NaN')
})

test('oneHot counts classes or takes their number', () => {
  const x = tensor([[0, 2]], { dtype: 'int32' })
  expect(F.oneHot(x).toArray()).toEqual([
    [
      [1, 0, 0],
      [0, 0, 1],
    ],
  ])
  expect(F.oneHot(x, 4).shape).toEqual([1, 2, 4])
  expect(() => F.oneHot(x, 2)).toThrow('class 2 is out of range')
  expect(() => F.oneHot(tensor([1]))).toThrow("{ dtype: 'int32' }")
})
