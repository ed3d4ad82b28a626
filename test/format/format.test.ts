// Printing. The expected texts are what PyTorch prints, in our words (requiresGrad, gradFn, dtype=float64, true, size=[…]).
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { arange, ones, slice, type Tensor, tensor, zeros } from 'wengert'
import { exponential, fixed } from '../../src/tensor/number-format.ts'

const cases: readonly (readonly [string, () => Tensor, string])[] = [
  ['a whole number', () => tensor(3), 'tensor(3.)'],
  ['a fraction', () => tensor(3.14159), 'tensor(3.1416)'],
  ['a tiny number', () => tensor(0.00001234), 'tensor(1.2340e-05)'],
  ['a large one', () => tensor(123456789), 'tensor(1.2346e+08)'],
  ['minus zero', () => tensor(-0), 'tensor(-0.)'],
  ['NaN', () => tensor(Number.NaN), 'tensor(nan)'],
  ['infinity', () => tensor(Number.NEGATIVE_INFINITY), 'tensor(-inf)'],
  ['a float64 number', () => tensor(0.5, { dtype: 'float64' }), 'tensor(0.5000, dtype=float64)'],
  ['an integer', () => tensor(5, { dtype: 'int32' }), 'tensor(5, dtype=int32)'],
  ['a boolean', () => tensor(true), 'tensor(true)'],
  ['whole numbers', () => tensor([1, 2, 3]), 'tensor([1., 2., 3.])'],
  [
    'fractions',
    () =>
      tensor([
        [1.5, 2],
        [3, -4],
      ]),
    `tensor([[ 1.5000,  2.0000],
        [ 3.0000, -4.0000]])`,
  ],
  ['integers', () => tensor([1, 2, -30], { dtype: 'int32' }), 'tensor([  1,   2, -30], dtype=int32)'],
  ['small integers', () => tensor(new Uint8Array([1, 2, 255])), 'tensor([  1,   2, 255], dtype=uint8)'],
  ['booleans', () => tensor([true, false]), 'tensor([ true, false])'],
  ['a ratio of 1000', () => tensor([1000.5, 1.0005]), 'tensor([1.0005e+03, 1.0005e+00])'],
  ['a larger ratio', () => tensor([1001.5, 1]), 'tensor([1.0015e+03, 1.0000e+00])'],
  ['whole numbers, a larger ratio', () => tensor([1001, 1]), 'tensor([1.0010e+03, 1.0000e+00])'],
  ['above 1e8', () => tensor([2e8, 1e8]), 'tensor([2.0000e+08, 1.0000e+08])'],
  ['at 1e8', () => tensor([1e8, 1e6]), 'tensor([100000000.,   1000000.])'],
  ['below 1e-4', () => tensor([0.00009, 0.001]), 'tensor([9.0000e-05, 1.0000e-03])'],
  ['zeros do not count', () => tensor([0, 0.5, 1e-3]), 'tensor([0.0000, 0.5000, 0.0010])'],
  ['whole with NaN', () => tensor([Number.NaN, 1, Number.NEGATIVE_INFINITY]), 'tensor([nan, 1., -inf])'],
  ['fractions with NaN', () => tensor([Number.NaN, 1.5, Number.POSITIVE_INFINITY]), 'tensor([   nan, 1.5000,    inf])'],
  ['scientific with NaN', () => tensor([Number.NaN, 1e-7, 1]), 'tensor([       nan, 1.0000e-07, 1.0000e+00])'],
  ['nothing finite', () => tensor([Number.NaN, Number.POSITIVE_INFINITY]), 'tensor([nan, inf])'],
  ['halves go to even', () => tensor([0.03125, 0.09375, -0.03125]), 'tensor([ 0.0312,  0.0938, -0.0312])'],
  ['halves go to even in exponents', () => tensor([100005, 1, 100015]), 'tensor([1.0000e+05, 1.0000e+00, 1.0002e+05])'],
  [
    'a width for all',
    () =>
      tensor([
        [1, -10],
        [100, 0.5],
      ]),
    `tensor([[  1.0000, -10.0000],
        [100.0000,   0.5000]])`,
  ],
  ['float64 numbers', () => tensor([1e-3, 1], { dtype: 'float64' }), 'tensor([0.0010, 1.0000], dtype=float64)'],
  ['nothing', () => tensor([]), 'tensor([])'],
  ['nothing in two dims', () => zeros([2, 0]), 'tensor([], size=[2, 0])'],
  ['no integers', () => zeros([0], { dtype: 'int32' }), 'tensor([], dtype=int32)'],
  ['no booleans in two dims', () => zeros([0, 2], { dtype: 'bool' }), 'tensor([], size=[0, 2], dtype=bool)'],
  [
    'three dims',
    () => arange(12).reshape([2, 2, 3]),
    `tensor([[[ 0.,  1.,  2.],
         [ 3.,  4.,  5.]],

        [[ 6.,  7.,  8.],
         [ 9., 10., 11.]]])`,
  ],
  [
    'four dims',
    () => arange(8).reshape([2, 1, 2, 2]),
    `tensor([[[[0., 1.],
          [2., 3.]]],


        [[[4., 5.],
          [6., 7.]]]])`,
  ],
  [
    'a long line',
    () => arange(30),
    `tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,
        14., 15., 16., 17., 18., 19., 20., 21., 22., 23., 24., 25., 26., 27.,
        28., 29.])`,
  ],
  [
    'long rows',
    () => arange(60).div(7).reshape([2, 30]),
    `tensor([[0.0000, 0.1429, 0.2857, 0.4286, 0.5714, 0.7143, 0.8571, 1.0000, 1.1429,
         1.2857, 1.4286, 1.5714, 1.7143, 1.8571, 2.0000, 2.1429, 2.2857, 2.4286,
         2.5714, 2.7143, 2.8571, 3.0000, 3.1429, 3.2857, 3.4286, 3.5714, 3.7143,
         3.8571, 4.0000, 4.1429],
        [4.2857, 4.4286, 4.5714, 4.7143, 4.8571, 5.0000, 5.1429, 5.2857, 5.4286,
         5.5714, 5.7143, 5.8571, 6.0000, 6.1429, 6.2857, 6.4286, 6.5714, 6.7143,
         6.8571, 7.0000, 7.1429, 7.2857, 7.4286, 7.5714, 7.7143, 7.8571, 8.0000,
         8.1429, 8.2857, 8.4286]])`,
  ],
  [
    '1000 elements are all shown, here their start',
    () => arange(1000),
    `tensor([  0.,   1.,   2.,   3.,   4.,   5.,   6.,   7.,   8.,   9.,  10.,  11.,
         12.,  13.,  14.,  15.,  16.,  17.,  18.,  19.,  20.,  21.,  22.,  23.,`,
  ],
  ['1001 elements', () => arange(1001), 'tensor([   0.,    1.,    2.,  ...,  998.,  999., 1000.])'],
  [
    'many rows',
    () => arange(1200).reshape([300, 4]),
    `tensor([[0.0000e+00, 1.0000e+00, 2.0000e+00, 3.0000e+00],
        [4.0000e+00, 5.0000e+00, 6.0000e+00, 7.0000e+00],
        [8.0000e+00, 9.0000e+00, 1.0000e+01, 1.1000e+01],
        ...,
        [1.1880e+03, 1.1890e+03, 1.1900e+03, 1.1910e+03],
        [1.1920e+03, 1.1930e+03, 1.1940e+03, 1.1950e+03],
        [1.1960e+03, 1.1970e+03, 1.1980e+03, 1.1990e+03]])`,
  ],
  [
    'many columns',
    () => arange(1200).reshape([2, 600]),
    `tensor([[0.0000e+00, 1.0000e+00, 2.0000e+00,  ..., 5.9700e+02, 5.9800e+02,
         5.9900e+02],
        [6.0000e+02, 6.0100e+02, 6.0200e+02,  ..., 1.1970e+03, 1.1980e+03,
         1.1990e+03]])`,
  ],
  [
    'many of both',
    () => arange(1600).reshape([40, 40]),
    `tensor([[0.0000e+00, 1.0000e+00, 2.0000e+00,  ..., 3.7000e+01, 3.8000e+01,
         3.9000e+01],
        [4.0000e+01, 4.1000e+01, 4.2000e+01,  ..., 7.7000e+01, 7.8000e+01,
         7.9000e+01],
        [8.0000e+01, 8.1000e+01, 8.2000e+01,  ..., 1.1700e+02, 1.1800e+02,
         1.1900e+02],
        ...,
        [1.4800e+03, 1.4810e+03, 1.4820e+03,  ..., 1.5170e+03, 1.5180e+03,
         1.5190e+03],
        [1.5200e+03, 1.5210e+03, 1.5220e+03,  ..., 1.5570e+03, 1.5580e+03,
         1.5590e+03],
        [1.5600e+03, 1.5610e+03, 1.5620e+03,  ..., 1.5970e+03, 1.5980e+03,
         1.5990e+03]])`,
  ],
  [
    'three long dims',
    () => arange(1331).reshape([11, 11, 11]),
    `tensor([[[0.0000e+00, 1.0000e+00, 2.0000e+00,  ..., 8.0000e+00,
          9.0000e+00, 1.0000e+01],
         [1.1000e+01, 1.2000e+01, 1.3000e+01,  ..., 1.9000e+01,
          2.0000e+01, 2.1000e+01],
         [2.2000e+01, 2.3000e+01, 2.4000e+01,  ..., 3.0000e+01,
          3.1000e+01, 3.2000e+01],
         ...,
         [8.8000e+01, 8.9000e+01, 9.0000e+01,  ..., 9.6000e+01,
          9.7000e+01, 9.8000e+01],
         [9.9000e+01, 1.0000e+02, 1.0100e+02,  ..., 1.0700e+02,
          1.0800e+02, 1.0900e+02],
         [1.1000e+02, 1.1100e+02, 1.1200e+02,  ..., 1.1800e+02,
          1.1900e+02, 1.2000e+02]],

        [[1.2100e+02, 1.2200e+02, 1.2300e+02,  ..., 1.2900e+02,
          1.3000e+02, 1.3100e+02],
         [1.3200e+02, 1.3300e+02, 1.3400e+02,  ..., 1.4000e+02,
          1.4100e+02, 1.4200e+02],
         [1.4300e+02, 1.4400e+02, 1.4500e+02,  ..., 1.5100e+02,
          1.5200e+02, 1.5300e+02],
         ...,
         [2.0900e+02, 2.1000e+02, 2.1100e+02,  ..., 2.1700e+02,
          2.1800e+02, 2.1900e+02],
         [2.2000e+02, 2.2100e+02, 2.2200e+02,  ..., 2.2800e+02,
          2.2900e+02, 2.3000e+02],
         [2.3100e+02, 2.3200e+02, 2.3300e+02,  ..., 2.3900e+02,
          2.4000e+02, 2.4100e+02]],

        [[2.4200e+02, 2.4300e+02, 2.4400e+02,  ..., 2.5000e+02,
          2.5100e+02, 2.5200e+02],
         [2.5300e+02, 2.5400e+02, 2.5500e+02,  ..., 2.6100e+02,
          2.6200e+02, 2.6300e+02],
         [2.6400e+02, 2.6500e+02, 2.6600e+02,  ..., 2.7200e+02,
          2.7300e+02, 2.7400e+02],
         ...,
         [3.3000e+02, 3.3100e+02, 3.3200e+02,  ..., 3.3800e+02,
          3.3900e+02, 3.4000e+02],
         [3.4100e+02, 3.4200e+02, 3.4300e+02,  ..., 3.4900e+02,
          3.5000e+02, 3.5100e+02],
         [3.5200e+02, 3.5300e+02, 3.5400e+02,  ..., 3.6000e+02,
          3.6100e+02, 3.6200e+02]],

        ...,

        [[9.6800e+02, 9.6900e+02, 9.7000e+02,  ..., 9.7600e+02,
          9.7700e+02, 9.7800e+02],
         [9.7900e+02, 9.8000e+02, 9.8100e+02,  ..., 9.8700e+02,
          9.8800e+02, 9.8900e+02],
         [9.9000e+02, 9.9100e+02, 9.9200e+02,  ..., 9.9800e+02,
          9.9900e+02, 1.0000e+03],
         ...,
         [1.0560e+03, 1.0570e+03, 1.0580e+03,  ..., 1.0640e+03,
          1.0650e+03, 1.0660e+03],
         [1.0670e+03, 1.0680e+03, 1.0690e+03,  ..., 1.0750e+03,
          1.0760e+03, 1.0770e+03],
         [1.0780e+03, 1.0790e+03, 1.0800e+03,  ..., 1.0860e+03,
          1.0870e+03, 1.0880e+03]],

        [[1.0890e+03, 1.0900e+03, 1.0910e+03,  ..., 1.0970e+03,
          1.0980e+03, 1.0990e+03],
         [1.1000e+03, 1.1010e+03, 1.1020e+03,  ..., 1.1080e+03,
          1.1090e+03, 1.1100e+03],
         [1.1110e+03, 1.1120e+03, 1.1130e+03,  ..., 1.1190e+03,
          1.1200e+03, 1.1210e+03],
         ...,
         [1.1770e+03, 1.1780e+03, 1.1790e+03,  ..., 1.1850e+03,
          1.1860e+03, 1.1870e+03],
         [1.1880e+03, 1.1890e+03, 1.1900e+03,  ..., 1.1960e+03,
          1.1970e+03, 1.1980e+03],
         [1.1990e+03, 1.2000e+03, 1.2010e+03,  ..., 1.2070e+03,
          1.2080e+03, 1.2090e+03]],

        [[1.2100e+03, 1.2110e+03, 1.2120e+03,  ..., 1.2180e+03,
          1.2190e+03, 1.2200e+03],
         [1.2210e+03, 1.2220e+03, 1.2230e+03,  ..., 1.2290e+03,
          1.2300e+03, 1.2310e+03],
         [1.2320e+03, 1.2330e+03, 1.2340e+03,  ..., 1.2400e+03,
          1.2410e+03, 1.2420e+03],
         ...,
         [1.2980e+03, 1.2990e+03, 1.3000e+03,  ..., 1.3060e+03,
          1.3070e+03, 1.3080e+03],
         [1.3090e+03, 1.3100e+03, 1.3110e+03,  ..., 1.3170e+03,
          1.3180e+03, 1.3190e+03],
         [1.3200e+03, 1.3210e+03, 1.3220e+03,  ..., 1.3280e+03,
          1.3290e+03, 1.3300e+03]]])`,
  ],
  [
    'what is cut off does not decide the format',
    () => zeros([2000]).setAt([slice(900, 910)], 0.123),
    'tensor([0., 0., 0.,  ..., 0., 0., 0.])',
  ],
  ['a leaf', () => ones([2], { requiresGrad: true }), 'tensor([1., 1.], requiresGrad=true)'],
  ['a result', () => ones([2], { requiresGrad: true }).mul(3), 'tensor([3., 3.], gradFn=<MulBackward0>)'],
  [
    'a suffix that goes to the next line',
    () => ones([16], { requiresGrad: true }).mul(1.5),
    `tensor([1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000,
        1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000],
       gradFn=<MulBackward0>)`,
  ],
  ['both suffixes', () => ones([2], { requiresGrad: true, dtype: 'float64' }).sum(), 'tensor(2., dtype=float64, gradFn=<SumBackward0>)'],
]

test.each(cases)('%s', (name, make, expected) => {
  const text = make().toString()
  expect(name.startsWith('1000 elements') ? text.split('\n').slice(0, 2).join('\n') : text).toBe(expected)
})

test('util.inspect and template strings print the same, and print views as what they show', () => {
  const x = arange(6).reshape([2, 3])
  expect(inspect(x)).toBe(String(x))
  expect(`${x.t().at(slice(null, null, -1))}`).toBe('tensor([[2., 5.],\n        [1., 4.],\n        [0., 3.]])')
})

test('printing leaves no trace', () => {
  const x = ones([2], { requiresGrad: true })
  const y = x.mul(2)
  String(y)
  y.sum().backward()
  expect(x.grad?.toArray()).toEqual([2, 2])
})

test.each([
  [0.5, 0, '0'],
  [1.5, 0, '2'],
  [2.5, 0, '2'],
  [0.125, 2, '0.12'],
  [-0.375, 2, '-0.38'],
  [1e22, 1, '10000000000000000000000.0'],
  [-0.00001, 4, '-0.0000'],
])('%%.f of %d with %d digits', (x, digits, expected) => {
  expect(fixed(x, digits)).toBe(expected)
})

test.each([
  [0, 4, '0.0000e+00'],
  [100005, 4, '1.0000e+05'],
  [100015, 4, '1.0002e+05'],
  [9.99996, 4, '1.0000e+01'],
  [5e-324, 4, '4.9407e-324'],
  [Number.NaN, 4, 'nan'],
])('%%.e of %d with %d digits', (x, digits, expected) => {
  expect(exponential(x, digits)).toBe(expected)
})
