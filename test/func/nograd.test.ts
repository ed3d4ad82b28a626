import { expect, test } from 'vitest'
import { enableGrad, func, noGrad, type Tensor, tensor } from 'wengert'

const { grad } = func
test('no_grad as PyTorch', () => {
  const nog = (b: Tensor) => noGrad(() => b.square())
  expect(grad((a: Tensor) => grad((b: Tensor) => nog(b).mul(b))(a))(tensor(2)).item()).toBe(0)
  expect(noGrad(() => grad(grad((b: Tensor) => b.pow(3)))(tensor(2))).item()).toBe(12)
  const w = tensor(3, { requiresGrad: true })
  expect(grad((b: Tensor) => noGrad(() => w.mul(2)).mul(b))(tensor(2)).requiresGrad).toBe(false)
  expect(grad((a: Tensor) => noGrad(() => grad((b: Tensor) => b.pow(3))(a)))(tensor(2)).item()).toBe(0)
  expect(grad((a: Tensor) => noGrad(() => enableGrad(() => grad((b: Tensor) => b.pow(3))(a))))(tensor(2)).item()).toBe(12)
  expect(grad((b: Tensor) => w.mul(2).mul(b))(tensor(2)).requiresGrad).toBe(true)
})
