// Second derivatives that other libraries get wrong, against their formulas at 0.7.

import { describe, expect, test } from 'vitest'
import { type Tensor, tensor } from 'wengert'
import { grad } from 'wengert/autograd'

const at = 0.7

function secondDerivative(f: (x: Tensor) => Tensor): number {
  const x = tensor(at, { dtype: 'float64', requiresGrad: true })
  const [first] = grad(f(x), x, { createGraph: true })
  const [second] = grad(first as Tensor, x)
  return (second as Tensor).item() as number
}

const tanh = Math.tanh(at)
const sigmoid = 1 / (1 + Math.exp(-at))

describe('second derivatives at 0.7', () => {
  test('x · eˣ', () => {
    expect(secondDerivative((x) => x.mul(x.exp()))).toBeCloseTo((at + 2) * Math.exp(at), 12)
  })
  test('x · tanh x', () => {
    expect(secondDerivative((x) => x.mul(x.tanh()))).toBeCloseTo(2 * (1 - tanh ** 2) * (1 - at * tanh), 12)
  })
  test('x · σ(x)', () => {
    const slope = sigmoid * (1 - sigmoid)
    expect(secondDerivative((x) => x.mul(x.sigmoid()))).toBeCloseTo(slope * (2 + at * (1 - 2 * sigmoid)), 12)
  })
  test('logSoftmax', () => {
    // d²/dxᵢdxⱼ of logSoftmax₀ is −(δᵢⱼ sᵢ − sᵢ sⱼ)
    const x = tensor([at, -0.3, 1.1], { dtype: 'float64', requiresGrad: true })
    const [first] = grad(x.logSoftmax(0).at(0), x, { createGraph: true })
    const softmax = [at, -0.3, 1.1].map(Math.exp).map((e, _, all) => e / all.reduce((a, b) => a + b))
    for (let i = 0; i < 3; i++) {
      const [row] = grad((first as Tensor).at(i), x, { retainGraph: true })
      softmax.forEach((s, j) => {
        expect((row as Tensor).at(j).item()).toBeCloseTo(-((i === j ? s : 0) - (softmax[i] as number) * s), 12)
      })
    }
  })
})
