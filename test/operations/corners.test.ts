// Corners in which PyTorch's operator samples found a difference.
import { expect, test } from 'vitest'
import { atleast1d, atleast2d, atleast3d, autograd, diff, norm, ones, type Tensor, tensor } from 'wengert'

test('atleast1d and its like take a list of tensors, too', () => {
  const list = [tensor(1), ones([2]), ones([2, 3]), ones([2, 3, 4])]
  const shapes = (tensors: readonly Tensor[]): unknown[] => tensors.map(({ shape }) => shape)
  expect(shapes(atleast1d(list))).toEqual([[1], [2], [2, 3], [2, 3, 4]])
  expect(shapes(atleast2d(list))).toEqual([
    [1, 1],
    [1, 2],
    [2, 3],
    [2, 3, 4],
  ])
  expect(shapes(atleast3d(list))).toEqual([
    [1, 1, 1],
    [1, 2, 1],
    [2, 3, 1],
    [2, 3, 4],
  ])
})

test('mT of a number is the number', () => {
  expect(tensor(3).mT.item()).toBe(3)
  expect(() => ones([3]).mT).toThrow('mT: needs at least 2 dims')
})

test('the 0th difference is the tensor itself, with nothing joined on', () => {
  const x = tensor([1, 4, 9])
  expect(diff(x, 0, { prepend: tensor([0]), append: tensor([16]) }).toArray()).toEqual([1, 4, 9])
})

test('the 0-norm is recorded, but has no gradient', () => {
  const x = tensor([1, 0, -2], { requiresGrad: true })
  const counted = norm(x, 0)
  expect([counted.item(), counted.requiresGrad]).toEqual([2, true])
  expect(autograd.grad(counted, x, { allowUnused: true })).toEqual([null])
  norm(x, 0).backward()
  expect(x.grad).toBeNull()
})
