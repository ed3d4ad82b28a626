// Operations that combine the elements of some dimensions into one.
import {
  booleans,
  fails,
  fixed,
  given,
  integers,
  notSmooth,
  type OperationRecord,
  type RecordSource,
  real,
  record,
  type Sample,
  sample,
  snakeCase,
  spelled,
} from './specs.ts'

const transposed = { layout: 'transposed' } as const
const reversed = { layout: 'reversed' } as const
const strided = { layout: 'strided' } as const

/** The dims that a reduction over any set of dimensions takes. */
function overDims(extra: readonly Sample[] = [], withEmpty = true): Sample[] {
  return [
    sample(real([2, 3])),
    sample(real([])),
    sample(real([1])),
    sample(real([2, 3]), 0),
    sample(real([2, 3]), -1),
    sample(real([2, 3]), 1, { keepdim: true }),
    sample(real([2, 3, 2]), [0, 2]),
    sample(real([2, 3, 2]), [0, -1], { keepdim: true }),
    sample(real([2, 3, 2]), { dim: 1 }),
    sample(real([]), 0),
    sample(real([3, 2], transposed), 0),
    sample(real([5], reversed), 0),
    sample(real([2, 3], strided), 1),
    ...(withEmpty ? [sample(real([2, 0]), 1), sample(real([0]))] : []),
    sample(real([2, 0]), 0),
    ...extra,
  ]
}

/** A mean also over nothing, where the weight of each element is 1 / 0. */
const meanDims = (extra: readonly Sample[] = []): Sample[] => [
  ...overDims(extra, false),
  notSmooth('the mean of nothing is 0 / 0', real([2, 0]), 1),
  notSmooth('the mean of nothing is 0 / 0', real([0])),
]

const badDims = (name: string) => [
  fails('Index', `${name}: dim 2 is out of range`, real([2, 3]), 2),
  fails('Index', `${name}: `, real([2, 3]), -3),
]

function along(name: string, source: RecordSource): OperationRecord {
  return record(name, source)
}

export const reductionRecords: readonly OperationRecord[] = [
  record('sum', {
    samples: overDims([
      sample(integers([1, 2, 3])),
      sample(booleans([1, 0, 1])),
      sample(
        integers(
          [
            [1, 2],
            [3, 4],
          ],
          'uint8',
        ),
        1,
      ),
      sample(integers([1, 2]), { dtype: 'float64' }),
      sample(real([2, 3]), [0, 1]),
    ]),
    errors: [...badDims('sum'), fails('Index', 'sum: ', real([2, 3]), [0, 0])],
  }),
  record('mean', { samples: meanDims(), errors: [...badDims('mean'), fails('DType', 'mean: ', integers([1, 2]))] }),
  record('prod', {
    samples: [
      sample(real([2, 3])),
      sample(real([])),
      sample(real([2, 3]), 1),
      sample(real([2, 3]), 0, { keepdim: true }),
      sample(real([0])),
      sample(real([2, 0]), 1),
      sample(integers([1, 2, 3])),
      sample(given([2, 0, 3])),
      sample(
        given([
          [2, 0, 3],
          [0, 4, 0],
          [1, 2, 3],
        ]),
        1,
      ),
      sample(real([3, 2], transposed), 0),
    ],
    errors: badDims('prod').slice(0, 1),
  }),
  ...['amax', 'amin'].map((name) =>
    record(name, {
      samples: [
        ...overDims([], false).filter((s) => !(Array.isArray(s.args) && JSON.stringify(s.args[0]).includes('"shape":[2,0]'))),
        sample(real([2, 0]), 0),
        sample(fixed([1, Number.NaN, 2])),
        sample(integers([3, 1, 2])),
        notSmooth(
          'equal extremes share the gradient',
          given([
            [1, 2, 2],
            [3, 3, 3],
          ]),
          1,
        ),
        notSmooth('equal extremes share the gradient', given([1, 1, 1])),
      ],
      errors: [fails('Index', `${name}: `, real([2, 3]), 2)],
    }),
  ),
  ...['max', 'min'].flatMap((name) => [
    record(name, {
      results: null,
      samples: [
        sample(real([2, 3])),
        sample(real([])),
        sample(real([1])),
        sample(real([3, 2], transposed)),
        sample(integers([3, 1])),
        sample(fixed([1, Number.NaN])),
        notSmooth('equal extremes share the gradient', given([2, 1, 2, 1])),
        sample(real([2, 3]), real([3])),
      ],
      errors: [fails('Shape', `${name}: `, real([0]))],
    }),
    {
      ...record(name, {
        results: ['values', 'indices'],
        samples: [
          sample(real([2, 3]), 1),
          sample(real([2, 3]), 0),
          sample(real([2, 3]), -1, { keepdim: true }),
          sample(real([2, 3]), { dim: 0, keepdim: true }),
          sample(real([]), 0),
          sample(real([3, 2], transposed), 0),
          sample(real([4], reversed), 0),
          sample(real([2, 0]), 0),
          sample(
            fixed([
              [1, Number.NaN, 2],
              [3, 2, 1],
            ]),
            1,
          ),
          sample(
            integers([
              [3, 1],
              [2, 5],
            ]),
            1,
          ),
        ],
        errors: [fails('Index', `${name}: `, real([2, 3]), 2)],
      }),
    },
  ]),
  ...['argmax', 'argmin'].map((name) =>
    record(name, {
      samples: [
        sample(
          fixed([
            [1, 5, 3],
            [7, 2, 6],
          ]),
        ),
        sample(
          fixed([
            [1, 5, 3],
            [7, 2, 6],
          ]),
          0,
        ),
        sample(
          fixed([
            [1, 5, 3],
            [7, 2, 6],
          ]),
          -1,
        ),
        sample(
          fixed([
            [1, 5, 3],
            [7, 2, 6],
          ]),
          1,
          { keepdim: true },
        ),
        sample(fixed(3)),
        sample(integers([3, 9, 1])),
        sample(fixed([1, Number.NaN, 5])),
      ],
      errors: [fails('Index', `${name}: `, real([2, 3]), 2)],
    }),
  ),
  ...['any', 'all'].map((name) =>
    record(name, {
      samples: [
        sample(
          booleans([
            [1, 0],
            [1, 1],
          ]),
        ),
        sample(
          booleans([
            [1, 0],
            [1, 1],
          ]),
          0,
        ),
        sample(
          booleans([
            [1, 0],
            [1, 1],
          ]),
          -1,
        ),
        sample(
          booleans([
            [1, 0],
            [1, 1],
          ]),
          1,
          { keepdim: true },
        ),
        sample(booleans([])),
        sample(fixed([0, 0.5])),
        sample(integers([0, 0])),
      ],
      errors: [fails('Index', `${name}: `, booleans([1]), 1)],
    }),
  ),
  record('cumsum', {
    samples: [
      sample(real([4]), 0),
      sample(real([2, 3]), 1),
      sample(real([2, 3]), 0),
      sample(real([2, 3], transposed), -1),
      sample(real([4], reversed), 0),
      sample(real([0]), 0),
      sample(real([]), 0),
      sample(integers([1, 2, 3]), 0),
    ],
    errors: [fails('Index', 'cumsum: ', real([2]), 1)],
  }),
  record('nansum', {
    samples: overDims([
      sample(fixed([1, Number.NaN, 2])),
      sample(
        given([
          [1, 2],
          [3, 4],
        ]),
        1,
        { dtype: 'float64' },
      ),
      sample(integers([1, 2, 3])),
      notSmooth('NaN', given([1, Number.NaN, 2]), 0),
    ]),
    errors: badDims('nansum').slice(0, 1),
  }),
  record('nanmean', {
    samples: meanDims([sample(fixed([1, Number.NaN, 2])), sample(fixed([Number.NaN])), notSmooth('NaN', given([1, Number.NaN, 2]), 0)]),
    errors: [...badDims('nanmean').slice(0, 1), fails('DType', 'nanmean: ', integers([1, 2]))],
  }),
  ...['var', 'std'].map((name) =>
    record(name, {
      samples: [
        sample(real([2, 3])),
        sample(real([5]), 0),
        sample(real([2, 3]), 1),
        sample(real([2, 3]), [0, 1]),
        sample(real([2, 3]), 1, { keepdim: true }),
        spelled(`lambda x, d: torch.${name}(x, d, unbiased=False)`, real([2, 3]), 1, { correction: 0 }),
        spelled(`lambda x, dim: torch.${name}(x, dim, correction=2)`, real([4, 3]), 0, { correction: 2 }),
        sample(real([4, 2], transposed), 0),
        sample(real([5], reversed)),
      ].map((s) =>
        s.options && 'correction' in s.options
          ? {
              ...s,
              torch: `lambda x, d, correction: torch.${name}(x, dim=d if isinstance(d, (tuple, list)) else (d,), correction=correction)`,
            }
          : s,
      ),
      errors: [fails('Index', `${name}: `, real([2, 3]), 2), fails('DType', `${name}: `, integers([1, 2]))],
    }),
  ),
  ...['varMean', 'stdMean'].map((name) =>
    record(name, {
      // PyTorch has no method of this name.
      forms: ['function'],
      samples: [
        sample(real([2, 3])),
        sample(real([2, 3]), 1),
        sample(real([2, 3]), 0, { keepdim: true }),
        spelled(`lambda x, dim, correction: torch.${snakeCase(name)}(x, (dim,), correction=correction)`, real([2, 3]), 1, {
          correction: 0,
        }),
      ],
    }),
  ),
  record('norm', {
    samples: [
      sample(real([2, 3])),
      sample(real([2, 3]), 2, { dim: 1 }),
      sample(real([2, 3]), 1, { dim: 0, keepdim: true }),
      sample(real([2, 3]), 3),
      sample(real([2, 3]), Number.POSITIVE_INFINITY),
      sample(real([2, 3]), Number.POSITIVE_INFINITY, { dim: 1 }),
      sample(real([5], reversed)),
      sample(real([])),
      notSmooth('the norm at the origin', given([0, 0, 0])),
    ],
  }),
  record('logsumexp', {
    samples: [
      sample(real([5]), 0),
      sample(real([2, 3]), 1),
      sample(real([2, 3]), -1, { keepdim: true }),
      sample(real([2, 3]), [0, 1]),
      sample(fixed([1000, 1000, -1000]), 0),
      sample(fixed([Number.NEGATIVE_INFINITY, 0]), 0),
      sample(fixed([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]), 0),
      sample(real([3, 2], transposed), 0),
      sample(real([]), 0),
    ],
    errors: [fails('Index', 'logsumexp: ', real([2]), 1)],
  }),
  record('countNonzero', {
    samples: [
      sample(
        fixed([
          [0, 1],
          [2, 0],
        ]),
      ),
      sample(
        fixed([
          [0, 1],
          [2, 0],
        ]),
        1,
      ),
    ],
  }),
  along('softmax', softmaxRecord('softmax')),
  along('logSoftmax', softmaxRecord('logSoftmax')),
  along('softmin', { ...softmaxRecord('softmin'), forms: ['functional'] }),
]

function softmaxRecord(name: string): RecordSource {
  const short = name === 'softmin' ? 'F.softmin' : `torch.${name === 'softmax' ? 'softmax' : 'log_softmax'}`
  return {
    forms: ['method', 'function', 'functional'],
    torch: short,
    samples: [
      sample(real([5]), 0),
      sample(real([2, 3]), 1),
      sample(real([2, 3]), 0),
      sample(real([2, 3]), -1),
      sample(real([2, 3, 2]), 1),
      sample(real([]), 0),
      sample(real([1]), 0),
      sample(real([0, 3]), 1),
      sample(real([3, 2], transposed), 0),
      sample(real([4], reversed), 0),
      sample(real([2, 3], strided), 1),
      sample(fixed([1000, 999, -1000]), 0),
      sample(integers([1, 2, 3]), 0, { dtype: 'float64' }),
    ],
    errors: [fails('Index', `${name}: `, real([2, 3]), 2)],
  }
}
