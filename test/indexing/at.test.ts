// x.at(…): PyTorch's results for every kind of index, which results are views, and what is refused.
import { describe, expect, test } from 'vitest'
import { arange, autograd, slice, type Tensor, tensor, WengertError, zeros } from 'wengert'
import { cases } from './cases.ts'

const cube = (): Tensor => arange(24, { dtype: 'int32' }).reshape([2, 3, 4])
const at = (x: Tensor, indices: readonly unknown[]): Tensor => x.at(...(indices as [number]))
const int = (data: unknown): Tensor => tensor(data as number[], { dtype: 'int32' })

/** Arrays as tensors: integers int32, booleans bool. */
const asTensors = (indices: readonly unknown[]): unknown[] =>
  indices.map((index) => (!Array.isArray(index) ? index : typeof index.flat(9)[0] === 'boolean' ? tensor(index) : int(index)))

describe.each([
  ['a contiguous tensor', cube],
  ['a transposed one', () => arange(24, { dtype: 'int32' }).reshape([2, 3, 4]).transpose(0, 2).contiguous().transpose(0, 2)],
  [
    'a slice of a larger one',
    () =>
      zeros([4, 3, 5], { dtype: 'int32' })
        .at(slice(1, null, 2), '...', slice(1))
        .copy_(cube()),
  ],
  [
    'a reversed one',
    () =>
      cube()
        .flip([0, 1, 2])
        .at(slice(null, null, -1), slice(null, null, -1), slice(null, null, -1)),
  ],
])('reading %s', (_, make) => {
  test.each(cases)('at(%s)', (_, indices, shape, elements) => {
    for (const form of [indices, asTensors(indices)]) {
      const result = at(make(), form)
      expect(result.shape).toEqual(shape)
      expect(Array.from(result.toTypedArray())).toEqual(elements)
    }
  })
})

test.each([
  [[slice(null, null, -1)], [4, 3, 2, 1, 0]],
  [[slice(3, null, -1)], [3, 2, 1, 0]],
  [[slice(null, 1, -1)], [4, 3, 2]],
  [[slice(null, null, -2)], [4, 2, 0]],
  [[slice(3, 0, -2)], [3, 1]],
  [[slice(-2, -5, -1)], [3, 2, 1]],
  [[slice(9, -9, -3)], [4, 1]],
  [[slice(0, 3, -1)], []],
])('negative steps as in NumPy: %j', (indices, expected: number[]) => {
  const x = arange(5)
  const result = at(x, indices)
  expect(result.toArray()).toEqual(expected)
  result.fill_(9)
  expect(x.toArray()).toEqual([0, 1, 2, 3, 4].map((i) => (expected.includes(i) ? 9 : i)))
})

test('numbers, slices, null and the ellipsis give views, positions and masks copies', () => {
  for (const [, indices] of cases) {
    const x = cube()
    const basic = indices.every((index) => !Array.isArray(index) && typeof index !== 'boolean')
    const result = at(x, indices)
    if (result.elementCount === 0) continue
    result.fill_(-1)
    expect(x.eq(-1).any().item()).toBe(basic)
  }
})

test('a 0-d integer tensor selects, and gives a view', () => {
  const x = cube()
  x.at(int(1), int(-1)).fill_(0)
  expect(x.at(1, 2).toArray()).toEqual([0, 0, 0, 0])
})

test('derivatives go back to where elements came from, repeated ones add up', () => {
  const x = tensor([1, 2, 3], { requiresGrad: true })
  const y = x
    .at([0, 0, 2])
    .mul(tensor([1, 10, 100]))
    .sum()
  expect(autograd.grad(y, [x])[0]?.toArray()).toEqual([11, 0, 100])
  const z = x.at(x.gt(1.5)).square().sum()
  expect(autograd.grad(z, [x])[0]?.toArray()).toEqual([0, 4, 6])
  const w = x
    .at(slice(null, null, -2))
    .mul(tensor([5, 7]))
    .sum()
  expect(autograd.grad(w, [x])[0]?.toArray()).toEqual([7, 0, 5])
})

test.each([
  ['too large', [0, 5], 'Index: at: index 5 is out of range for dim 1 of size 3.'],
  ['too small', [-3], 'Index: at: index -3 is out of range for dim 0 of size 2.'],
  ['in an array', [[0, 2]], 'Index: at: index 2 is out of range for dim 0 of size 2.'],
  ['in a tensor after null', [null, 0, int([1, -4])], 'Index: at: index -4 is out of range for dim 1 of size 3.'],
  ['NaN', [Number.NaN], 'Index: at: index must be an integer, not NaN. Round it first.'],
  ['a fraction', [0.5], 'Index: at: index must be an integer, not 0.5. Round it first.'],
  [
    'fractions in an array',
    [[0.5]],
    'Index: at: an array of positions holds integers, or booleans as a mask, not [0.5]. Use slice(start, stop) for a range.',
  ],
  [
    'floats',
    [tensor([0, 1])],
    "Index: at: a tensor of positions must be int32, uint8 or bool, not float32. Make it with { dtype: 'int32' }.",
  ],
  ['too many', [0, 0, 0, 0], 'Index: at: 4 indices are too many for shape [2, 3, 4]. Give at most 3.'],
  ['two ellipses', ['...', '...'], "Index: at: '...' may stand only once. Write slice() for single dims."],
  ['a string', ['1:2'], "Option: at: cannot index with '1:2'. Use a number, slice(), null, '...', an array or a tensor."],
  ['a mask of another size', [[true, false, true]], 'Index: at: a mask of shape [3] does not fit dims 0 to 0 of shape [2, 3, 4].'],
  [
    'positions that do not broadcast',
    [
      [0, 1],
      [0, 1, 2],
    ],
    'Shape: at: shapes [2] and [3] do not broadcast: sizes 2 and 3 differ. Reshape or expand one of them.',
  ],
])('refused: %s', (_, indices, expected) => {
  let message = 'nothing thrown'
  try {
    at(cube(), indices)
  } catch (error) {
    if (error instanceof WengertError) message = `${error.code}: ${error.message}`
    else throw error
  }
  expect(message).toBe(expected)
})

test('slices refuse what is no integer', () => {
  expect(() => slice(0.5)).toThrow('slice: start must be an integer or null, not 0.5. Use null, or leave it out, for an open end.')
  expect(() => slice(0, 3, 0)).toThrow('slice: step must not be 0. Leave it out for every position.')
})
