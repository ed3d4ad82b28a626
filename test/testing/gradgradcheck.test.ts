// Second derivatives: found where wrong, passed where right.
import { describe, expect, test } from 'vitest'
import { autograd, GradError, type Tensor, tensor } from 'wengert'
import { gradcheck, gradgradcheck } from 'wengert/testing'

const variable = (values: readonly number[]): Tensor => tensor([...values], { dtype: 'float64', requiresGrad: true })

/** x³, whose gradient is right, and knows of no dependence on x. */
const frozen = autograd.customFunction({
  name: 'Frozen',
  forward(ctx, x: Tensor) {
    ctx.save({ x })
    return x.pow(3)
  },
  backward: (ctx, gradient: Tensor) => gradient.mul((ctx.saved as { x: Tensor }).x.detach().square().mul(3)),
})

describe.each([false, true])('fastMode %s', (fastMode) => {
  test('right ones pass', () => {
    expect(gradgradcheck((x) => x.pow(3), variable([0.5, 2]), { fastMode })).toBe(true)
    expect(gradgradcheck((x, y) => [x.mul(y).sin(), y.exp()], [variable([1, 2]), variable([3, 4])], { fastMode })).toBe(true)
  })

  test('with given gradients of the outputs', () => {
    expect(gradgradcheck((x) => x.exp(), variable([1, 2]), variable([1, -1]), { fastMode })).toBe(true)
    expect(
      gradgradcheck((x) => [x.exp(), x.sin()], variable([1, 2]), [variable([1, -1]), tensor([1, 1], { dtype: 'float64' })], { fastMode }),
    ).toBe(true)
  })

  test('a second derivative that is missing', () => {
    const f = (x: Tensor) => frozen(x) as Tensor
    expect(gradcheck(f, variable([1, 2]), { fastMode })).toBe(true)
    expect(() => gradgradcheck(f, variable([1, 2]), { fastMode })).toThrow(GradError)
    expect(() => gradgradcheck(f, variable([1, 2]), { fastMode })).toThrow(
      /^gradgradcheck: Jacobian mismatch for output 0 with respect to input 0,\nnumerical:/,
    )
    expect(gradgradcheck(f, variable([1, 2]), { fastMode, raiseException: false })).toBe(false)
  })

  test('forward over reverse', () => {
    expect(gradgradcheck((x, y) => x.mul(y).sin(), [variable([1, 2]), variable([3, 4])], { fastMode, checkForwardAD: true })).toBe(true)
  })
})

test('inputs without a gradient are left alone, and the others are restored', () => {
  const x = variable([1, 2])
  const scale = tensor([2, 3], { dtype: 'float64' })
  expect(gradgradcheck((x, n, scale) => x.pow(n).mul(scale), [x, 3, scale])).toBe(true)
  expect([x.toArray(), x.grad, scale.requiresGrad]).toEqual([[1, 2], null, false])
})

test('a linear function, and one that gives nothing to differentiate', () => {
  expect(gradgradcheck((x) => x.mul(3), variable([1]))).toBe(true)
  expect(gradgradcheck(() => tensor([1], { dtype: 'float64' }), variable([1]))).toBe(true)
})
