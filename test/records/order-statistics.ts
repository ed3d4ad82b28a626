// Operations that order elements, search among them, describe how they are distributed, or run along them.
import { booleans, fails, fixed, given, indices, integers, notSmooth, type OperationRecord, real, record, sample } from './specs.ts'

const transposed = { layout: 'transposed' } as const
const reversed = { layout: 'reversed' } as const

export const orderStatisticRecords: readonly OperationRecord[] = [
  ...['median', 'nanmedian'].flatMap((name) => [
    record(name, {
      samples: [
        sample(real([2, 3])),
        sample(real([2, 2])),
        sample(real([])),
        sample(real([3, 2], transposed)),
        sample(integers([3, 1, 2])),
        sample(fixed([1, Number.NaN, 0, 3])),
        sample(fixed([Number.POSITIVE_INFINITY, 1, Number.POSITIVE_INFINITY])),
        notSmooth('equal elements share the gradient', given([2, 1, 2, 3, 2])),
      ],
      errors: [fails('Shape', `${name}: an empty tensor`, real([0]))],
    }),
    record(name, {
      results: ['values', 'indices'],
      samples: [
        sample(real([2, 3]), 1),
        sample(real([4, 3]), 0),
        sample(real([2, 3]), -1, { keepdim: true }),
        sample(real([2, 3]), { dim: 0, keepdim: true }),
        sample(real([]), 0),
        sample(real([3, 2], transposed), 0),
        sample(real([5], reversed), 0),
        sample(
          fixed([
            [4, Number.NaN, 2],
            [3, 2, 1],
          ]),
          1,
        ),
        sample(
          integers([
            [3, 1, 9],
            [2, 5, 4],
          ]),
          1,
        ),
      ],
      errors: [
        fails('Index', `${name}: `, real([2, 3]), 2),
        fails('Index', `${name}: dim 1 of shape [2, 0] has no middle`, real([2, 0]), 1),
      ],
    }),
  ]),
  ...['quantile', 'nanquantile'].map((name) =>
    record(name, {
      samples: [
        sample(real([2, 3]), 0.5),
        sample(real([5]), 0.3, 0),
        sample(real([2, 4]), fixed([0, 0.25, 1]), 1),
        sample(real([2, 4]), fixed([0.4]), { dim: 0, keepdim: true }),
        sample(real([2, 4]), fixed([0.4, 0.7]), { keepdim: true }),
        sample(real([]), 0.5),
        ...['lower', 'higher', 'midpoint', 'nearest'].map((interpolation) => sample(real([2, 4]), 0.4, 1, { interpolation })),
        sample(fixed([1, Number.NaN, 3, 2]), 0.5),
        sample(real([3, 2], transposed), 0.25, 0),
      ],
      errors: [
        fails('Option', `${name}: q must be between 0 and 1, not 2`, real([3]), 2),
        fails('DType', `${name}: needs a float tensor`, integers([1, 2]), 0.5),
        fails('Shape', `${name}: an empty tensor`, real([0]), 0.5),
      ],
    }),
  ),
  record('cov', {
    samples: [
      sample(real([2, 5])),
      sample(real([5])),
      sample(real([3, 4]), { correction: 0 }),
      sample(real([2, 4]), { fweights: integers([1, 2, 1, 3]) }),
      sample(real([2, 4]), { aweights: fixed([0.5, 1, 2, 0.25]) }),
      sample(real([2, 4]), { fweights: integers([1, 2, 1, 3]), aweights: fixed([0.5, 1, 2, 0.25]), correction: 2 }),
      sample(real([4, 2], transposed)),
    ],
    errors: [fails('Shape', 'cov: ', real([2, 2, 2])), fails('Shape', 'cov: weights', real([2, 4]), { fweights: integers([1, 2]) })],
  }),
  record('corrcoef', {
    samples: [sample(real([2, 5])), sample(real([3, 4])), sample(fixed([1, 2, 4]))],
    errors: [fails('Shape', 'corrcoef: ', real([2, 2, 2]))],
  }),
  record('dist', {
    samples: [
      sample(real([2, 3]), real([2, 3])),
      sample(real([2, 3]), real([3]), 1),
      sample(real([3]), real([3]), { p: 3 }),
      sample(real([3]), real([3]), Number.POSITIVE_INFINITY),
    ],
    errors: [fails('Option', 'dist: p must not be negative', real([2]), real([2]), -1)],
  }),
  record('sumToSize', {
    forms: ['method', 'function'],
    torch: 'torch.Tensor.sum_to_size',
    samples: [
      sample(real([2, 3]), [3]),
      sample(real([2, 3]), [2, 1]),
      sample(real([2, 3, 2]), [1, 2]),
      sample(real([2]), [2]),
      sample(real([2, 1]), []),
    ],
    errors: [fails('Shape', 'sumToSize: ', real([2, 3]), [2])],
  }),
  record('isin', {
    forms: ['function'],
    samples: [
      sample(
        integers([
          [1, 2],
          [3, 4],
        ]),
        integers([2, 3, 9]),
      ),
      sample(fixed([1, 2, 3]), fixed([2, 7]), { invert: true }),
      sample(integers([1, 2]), 2),
      sample(2, integers([1, 2])),
    ],
  }),
  record('searchsorted', {
    forms: ['function'],
    samples: [
      sample(
        fixed([1, 3, 5, 5, 9]),
        fixed([
          [0, 3, 5],
          [6, 9, 10],
        ]),
      ),
      sample(fixed([1, 3, 5, 5, 9]), fixed([3, 5, Number.NaN]), { right: true }),
      sample(
        fixed([
          [1, 3, 5],
          [2, 4, 6],
        ]),
        fixed([
          [3, 6],
          [4, 1],
        ]),
        { side: 'right' },
      ),
      sample(integers([1, 3, 5]), integers([3, 4])),
      sample(fixed([1, 3, 5]), 4),
      sample(fixed([5, 1, 3]), fixed([0, 4, 6]), { sorter: indices([1, 2, 0]) }),
    ],
    errors: [fails('Shape', 'searchsorted: ', real([2, 3]), real([3]))],
  }),
  record('bucketize', {
    forms: ['function'],
    samples: [
      sample(
        fixed([
          [0, 1],
          [2.5, 9],
        ]),
        fixed([1, 2, 3]),
      ),
      sample(fixed([1, 2, 3]), fixed([1, 2, 3]), { right: true }),
      sample(2, fixed([1, 2, 3])),
    ],
    errors: [fails('Shape', 'bucketize: boundaries must be a vector', real([2]), real([2, 2]))],
  }),
  record('kthvalue', {
    results: ['values', 'indices'],
    samples: [
      sample(real([2, 3]), 2),
      sample(real([4, 3]), 3, 0),
      sample(real([2, 3]), 1, { keepdim: true }),
      sample(real([]), 1),
      sample(real([3, 2], transposed), 2, 0),
      sample(integers([3, 1, 2]), 2),
      sample(fixed([Number.NaN, 1, 2]), 3),
    ],
    errors: [fails('Index', 'kthvalue: k must be an integer from 1 to 3', real([2, 3]), 4)],
  }),
  record('aminmax', {
    // PyTorch 1.13 has no derivative of aminmax, and 2.13 has this one
    torch: 'lambda x, dim=(), keepdim=False: (torch.amin(x, dim, keepdim), torch.amax(x, dim, keepdim))',
    results: ['min', 'max'],
    samples: [
      sample(real([2, 3])),
      sample(real([2, 3]), { dim: 1 }),
      sample(real([2, 3]), { dim: 0, keepdim: true }),
      sample(real([])),
      notSmooth('equal extremes share the gradient', given([1, 2, 2, 1])),
    ],
    errors: [fails('Index', 'aminmax: ', real([2, 3]), { dim: 2 })],
  }),
  ...['cummax', 'cummin'].map((name) =>
    record(name, {
      results: ['values', 'indices'],
      samples: [
        sample(real([5]), 0),
        sample(real([2, 3]), 1),
        sample(real([2, 3, 2]), -2),
        sample(real([]), 0),
        sample(real([0]), 0),
        sample(real([3, 2], transposed), 0),
        sample(real([4], reversed), 0),
        sample(integers([2, 3, 1]), 0),
        sample(fixed([1, Number.NaN, 2, 0]), 0),
        notSmooth('the last of equal elements', given([1, 2, 2, 1, 1, 2]), 0),
      ],
      errors: [fails('Index', `${name}: `, real([2]), 1)],
    }),
  ),
  record('cumprod', {
    samples: [
      sample(real([5]), 0),
      sample(real([2, 3]), 1),
      sample(real([7, 2]), 0),
      sample(real([2, 3], transposed), -1),
      sample(real([0]), 0),
      sample(real([]), 0),
      sample(given([2, 0, 3, 0, 4]), 0),
      sample(integers([1, 2, 3]), 0),
      sample(integers([1, 2]), 0, { dtype: 'float64' }),
    ],
    errors: [fails('Index', 'cumprod: ', real([2]), 1)],
  }),
  record('diff', {
    samples: [
      sample(real([5])),
      sample(real([2, 4]), 2),
      sample(real([4, 2]), { dim: 0 }),
      sample(real([2, 3]), 1, { prepend: real([2, 1]), append: real([2, 2]) }),
      sample(real([1])),
      sample(real([3]), 0),
      sample(integers([1, 4, 9])),
      sample(booleans([1, 0, 0, 1])),
      sample(real([3, 2], transposed)),
    ],
    errors: [fails('Shape', 'diff: ', real([]))],
  }),
  ...['trapezoid', 'cumulativeTrapezoid'].map((name) =>
    record(name, {
      forms: ['function'],
      samples: [
        sample(real([5])),
        sample(real([2, 4]), { dx: 0.5 }),
        sample(real([4, 2]), { dim: 0 }),
        sample(real([2, 4]), real([4])),
        sample(real([4, 2]), real([4]), { dim: 0 }),
        sample(real([2, 4]), real([2, 4])),
        sample(real([3, 2], transposed)),
      ],
      errors: [fails('Shape', `${name}: x of shape [3] must have size 4`, real([2, 4]), real([3]))],
    }),
  ),
]
