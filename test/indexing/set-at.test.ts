// x.setAt([…], value): writes exactly where `at` reads, broadcasts, converts, and leaves everything alone when it refuses.
import { describe, expect, test } from 'vitest'
import { arange, autograd, ones, slice, type Tensor, tensor, WengertError, zeros } from 'wengert'
import { cases } from './cases.ts'

const cube = (): Tensor => arange(24, { dtype: 'int32' }).reshape([2, 3, 4])
const set = (x: Tensor, indices: readonly unknown[], value: Tensor | number): Tensor => x.setAt(indices as number[], value)

describe('every kind of index', () => {
  test.each(cases)('setAt([%s])', (_, indices, shape, elements) => {
    const x = cube()
    expect(set(x, indices, -1)).toBe(x)
    expect(Array.from(x.toTypedArray())).toEqual(Array.from({ length: 24 }, (_, i) => (elements.includes(i) ? -1 : i)))
    if (new Set(elements).size < elements.length) return // repeated positions: the last wins
    const y = cube()
    set(y, indices, arange(100, 100 + elements.length, { dtype: 'int32' }).reshape([...shape]))
    const expected = Array.from({ length: 24 }, (_, i) => (elements.includes(i) ? 100 + elements.indexOf(i) : i))
    expect(Array.from(y.toTypedArray())).toEqual(expected)
  })
})

test('through a view into its base', () => {
  const x = zeros([3, 3])
  x.t().setAt([0, slice(1)], tensor([1, 2]))
  x.at(2).setAt([[1, 2]], 5)
  expect(x.toArray()).toEqual([
    [0, 0, 0],
    [1, 0, 0],
    [2, 5, 5],
  ])
})

test('values broadcast and take the tensor’s dtype', () => {
  const x = zeros([2, 3])
  x.setAt([slice(), 1], tensor([[1], [2]]).at(slice(), 0))
  x.setAt([0], tensor([[7, 8, 9]], { dtype: 'int32' }))
  expect(x.toArray()).toEqual([
    [7, 8, 9],
    [0, 2, 0],
  ])
  expect(x.dtype).toBe('float32')
})

test('a source that overlaps its destination is read first', () => {
  const x = arange(5)
  x.setAt([slice(1)], x.at(slice(null, -1)))
  expect(x.toArray()).toEqual([0, 0, 1, 2, 3])
})

test('repeated positions: the last wins', () => {
  expect(
    zeros([3])
      .setAt([[1, 1]], tensor([5, 6]))
      .toArray(),
  ).toEqual([0, 6, 0])
})

test('derivatives: what was overwritten gets none, what was written gets its part', () => {
  const leaf = tensor([1, 2, 3], { requiresGrad: true })
  const value = tensor([10, 20], { requiresGrad: true })
  const y = leaf.mul(2)
  y.setAt([[0, 2]], value)
  const weights = tensor([1, 2, 3])
  const [a, b] = autograd.grad(y.mul(weights).sum(), [leaf, value])
  expect(a?.toArray()).toEqual([0, 4, 0])
  expect(b?.toArray()).toEqual([1, 3])

  // y[1] = x[0] · 5 gives [6, 0, 1]
  const x = ones([3], { requiresGrad: true })
  const z = x.clone()
  z.setAt([1], x.at(0).mul(5))
  expect(autograd.grad(z.sum(), [x])[0]?.toArray()).toEqual([6, 0, 1])
})

test.each([
  [
    'a shape that does not fit',
    [0],
    tensor([1, 2]),
    'Shape: setAt: a value of shape [2] does not fit the indexed part, which has shape [3, 4].',
  ],
  ['out of range', [2], 1, 'Index: setAt: index 2 is out of range for dim 0 of size 2.'],
  ['out of range in an array', [[0, 7]], 1, 'Index: setAt: index 7 is out of range for dim 0 of size 2.'],
  [
    'a fraction among integers',
    [0],
    0.5,
    "DType: setAt: 0.5 beside a tensor of int32 would be cut off. Convert the tensor with .to('float32').",
  ],
  [
    'a fraction among gathered integers',
    [[0]],
    0.5,
    "DType: setAt: 0.5 beside a tensor of int32 would be cut off. Convert the tensor with .to('float32').",
  ],
])('refused, with nothing changed: %s', (_, indices, value, expected) => {
  const x = cube()
  let message = 'nothing thrown'
  try {
    set(x, indices, value)
  } catch (error) {
    if (error instanceof WengertError) message = `${error.code}: ${error.message}`
    else throw error
  }
  expect(message).toBe(expected)
  expect(x.toArray()).toEqual(cube().toArray())
})

test('a leaf that requires a gradient is not changed', () => {
  const x = zeros([2], { requiresGrad: true })
  expect(() => x.setAt([0], 1)).toThrow(WengertError)
  expect(() => x.setAt([[0]], 1)).toThrow(WengertError)
  expect(x.detach().toArray()).toEqual([0, 0])
})
