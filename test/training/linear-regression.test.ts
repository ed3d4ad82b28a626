// The worked example, number for number: every loss, the first gradients, the final weights.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { noGrad, type Tensor, tensor } from 'wengert'
import { train } from '../../examples/linear-regression.ts'

const golden = JSON.parse(readFileSync(new URL('../fixtures/linreg.json', import.meta.url), 'utf8')) as {
  x: number[][]
  coef: number[]
  w0: number[][]
  b0: number[]
  lr: number
  losses: number[]
  grad_w_epoch0: number[][]
  grad_b_epoch0: number[]
  w_final: number[][]
  b_final: number[]
}

function problem(dtype: 'float32' | 'float64'): { x: Tensor; y: Tensor; w: Tensor; b: Tensor } {
  const x = tensor(golden.x, { dtype })
  const y = x.mul(tensor(golden.coef, { dtype })).sub(3)
  return { x, y, w: tensor(golden.w0, { dtype, requiresGrad: true }), b: tensor(golden.b0, { dtype, requiresGrad: true }) }
}

/** The largest relative error. */
function error(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length)
  return expected.reduce((worst, value, i) => Math.max(worst, Math.abs((actual[i] as number) / value - 1)), 0)
}

describe.each([
  ['float64', 1e-9],
  ['float32', 1e-4],
] as const)('linear regression in %s', (dtype, tolerance) => {
  test('the losses and the final weights', () => {
    const { x, y, w, b } = problem(dtype)
    const losses = train({ x, y, w, b }, golden.lr)
    expect(error(losses, golden.losses)).toBeLessThan(tolerance)
    expect(
      error(
        noGrad(() => w.toTypedArray()),
        golden.w_final.flat(),
      ),
    ).toBeLessThan(tolerance)
    expect(
      error(
        noGrad(() => b.toTypedArray()),
        golden.b_final,
      ),
    ).toBeLessThan(tolerance)
  })

  test('the first gradients', () => {
    const { x, y, w, b } = problem(dtype)
    x.matmul(w).add(b).sub(y).square().sum().backward()
    expect(error(w.grad!.toTypedArray(), golden.grad_w_epoch0.flat())).toBeLessThan(tolerance)
    expect(error(b.grad!.toTypedArray(), golden.grad_b_epoch0)).toBeLessThan(tolerance)
  })
})
