// Reading and writing at positions: at, setAt, gather, scatter and their kin.
import {
  booleans,
  constant,
  empty,
  fails,
  fixed,
  indices,
  integers,
  type Library,
  type OperationRecord,
  real,
  record,
  sample,
  slice,
  spelled,
} from './specs.ts'

const transposed = { layout: 'transposed' } as const
const reversed = { layout: 'reversed' } as const

/** A copy, assigned to: what `setAt` did to it, and to the gradient of what was there. */
function assign(_: Library, x: unknown, at: unknown, value: unknown): unknown {
  const copy = (x as { clone(): unknown }).clone() as { setAt(at: unknown, value: unknown): unknown }
  copy.setAt(at, value)
  return copy
}

const masks = 'a mask picks as many elements as it has ones, which may differ between the samples of a batch'

export const indexingRecords: readonly OperationRecord[] = [
  record('at', {
    forms: ['method'],
    limits: { masks },
    torch: 'index',
    samples: [
      sample(real([3]), 0),
      sample(real([3]), -1),
      sample(real([2, 3]), 1),
      sample(real([2, 3]), 1, 2),
      sample(real([2, 3]), slice(), 1),
      sample(real([4, 3]), slice(1, 3)),
      sample(real([5]), slice(null, null, 2)),
      sample(real([5]), slice(1, -1)),
      sample(real([5]), slice(-3)),
      sample(real([5]), slice(4, 2)),
      sample(real([5]), slice(0, 100, 3)),
      sample(real([5]), slice(null, null, -1)),
      sample(real([5]), slice(null, null, -2)),
      sample(real([5]), slice(3, 0, -1)),
      sample(real([2, 5]), slice(), slice(-1, -4, -2)),
      sample(real([2, 3]), null),
      sample(real([2, 3]), slice(), null, 0),
      sample(real([2, 3, 2]), '...', 1),
      sample(real([2, 3, 2]), 0, '...'),
      sample(real([2, 3, 2]), '...', slice(0, 1), null),
      sample(real([]), '...'),
      sample(real([]), null),
      sample(real([3, 2]), [0, 2]),
      sample(real([3, 2]), [2, 2, -1]),
      sample(
        real([3, 2]),
        indices([
          [0, 1],
          [2, 0],
        ]),
      ),
      sample(real([3, 2]), indices([0, 2]), indices([1, 0])),
      sample(real([3, 2]), indices([[0], [2]]), indices([1, 0])),
      sample(real([3, 4]), slice(), [3, 0]),
      sample(real([3, 4]), 1, [3, 0]),
      sample(real([2, 3, 4]), [1, 0], slice(), [0, 3]),
      sample(real([2, 3, 4]), slice(), [1, 0], [0, 3]),
      sample(
        real([2, 3]),
        booleans([
          [1, 0, 1],
          [0, 1, 0],
        ]),
      ),
      sample(real([3, 2]), booleans([1, 0, 1])),
      sample(real([3, 2]), slice(), booleans([0, 1])),
      sample(real([3]), booleans([0, 0, 0])),
      sample(real([3, 2]), empty([0], 'int32', true)),
      sample(real([3, 2], transposed), slice(0, 2), 1),
      sample(real([4], reversed), slice(1, 3)),
      sample(real([4], reversed), [0, 3]),
      sample(
        integers([
          [1, 2],
          [3, 4],
        ]),
        1,
      ),
    ],
    errors: [
      fails('Index', 'at: ', real([3]), 3),
      fails('Index', 'at: ', real([3]), -4),
      fails('Index', 'at: ', real([3]), 0, 0),
      fails('Index', 'at: ', real([3]), [0, 3]),
      fails('Index', 'at: ', real([3]), 0.5),
      fails('Index', 'at: ', real([3]), Number.NaN),
      fails('Index', 'at: ', real([3]), '...', '...'),
      fails('Index', 'at: ', real([3]), booleans([1, 0])),
      fails('Index', 'at: ', real([3]), constant([2])),
    ],
  }),
  record('setAt', {
    forms: ['method'],
    limits: { masks, destination: 'what is written to takes part wherever what is written does' },
    torch: 'assign',
    run: assign,
    samples: [
      sample(real([3]), [0], 5),
      sample(real([2, 3]), [1], real([3])),
      sample(real([2, 3]), [slice(), 1], real([2])),
      sample(real([2, 3]), [slice(), slice(null, null, 2)], real([])),
      sample(real([4]), [slice(1, 3)], real([1])),
      sample(real([5]), [slice(null, null, -2)], real([3])),
      sample(real([2, 3]), ['...'], real([3])),
      sample(real([3, 2]), [[0, 2]], real([2, 2])),
      sample(real([3, 2]), [indices([0, 2]), indices([1, 0])], real([2])),
      sample(
        real([2, 3]),
        [
          booleans([
            [1, 0, 1],
            [0, 1, 0],
          ]),
        ],
        -1,
      ),
      sample(
        real([2, 3]),
        [
          booleans([
            [1, 0, 1],
            [0, 1, 0],
          ]),
        ],
        real([3]),
      ),
      sample(real([3, 2], transposed), [0], real([2])),
      sample(integers([1, 2, 3]), [0], 7),
    ],
    errors: [fails('Index', 'setAt: ', constant([3]), [3], 1), fails('Shape', 'setAt: ', constant([3]), [slice(0, 2)], constant([3]))],
  }),
  record('gather', {
    samples: [
      sample(
        real([2, 3]),
        1,
        indices([
          [0, 2],
          [1, 1],
        ]),
      ),
      sample(real([2, 3]), 0, indices([[0, 1, 1]])),
      sample(real([4]), -1, indices([3, 0, 0])),
      sample(real([2, 3], transposed), 1, indices([[2], [0]])),
      sample(real([4], reversed), 0, indices([3, 0, 0])),
      sample(real([3]), 0, empty([0], 'int32', true)),
      sample(real([]), 0, indices(0)),
      sample(integers([4, 5, 6]), 0, indices([2, 0])),
    ],
    errors: [
      fails('Index', 'gather: ', real([3]), 0, indices([3])),
      fails('Index', 'gather: ', real([3]), 1, indices([0])),
      fails('Shape', 'gather: ', real([2, 3]), 1, indices([0])),
      fails('DType', 'gather: ', real([3]), 0, constant([2])),
    ],
  }),
  ...['scatterAdd', 'scatter'].map((name) =>
    record(name, {
      samples: [
        sample(
          real([2, 3]),
          1,
          indices([
            [0, 2],
            [1, 0],
          ]),
          real([2, 2]),
        ),
        sample(real([3]), 0, indices([2, 0]), real([2])),
        // A source larger than the index: PyTorch has no gradient for it.
        sample(real([2, 3]), 0, indices([[1, 0, 1]]), constant([2, 3])),
        sample(real([3], reversed), 0, indices([2, 0]), constant([3])),
        ...(name === 'scatterAdd' ? [sample(real([3]), 0, indices([1, 1, 1]), real([3]))] : [sample(real([3]), 0, indices([1]), 5)]),
      ],
      errors: [fails('Index', `${name}: `, real([3]), 0, indices([3]), real([1]))],
    }),
  ),
  record('indexSelect', {
    samples: [
      sample(real([3]), 0, indices([2, 0, 2])),
      sample(real([2, 3]), 1, indices([1])),
      sample(real([2, 3]), -1, indices([0, 0])),
      sample(real([2, 3], transposed), 0, indices([1, 1])),
      sample(real([3]), 0, empty([0], 'int32', true)),
    ],
    errors: [fails('Index', 'indexSelect: ', real([3]), 0, indices([3])), fails('Shape', 'indexSelect: ', real([3]), 0, indices([[0]]))],
  }),
  record('indexAdd', {
    samples: [
      sample(real([3]), 0, indices([2, 0]), real([2])),
      sample(real([2, 3]), 1, indices([1, 1]), real([2, 2])),
      sample(real([3]), 0, indices([1]), real([1]), { alpha: 2 }),
    ],
  }),
  record('indexCopy', { samples: [sample(real([3]), 0, indices([2, 0]), real([2])), sample(real([2, 3]), 1, indices([1]), real([2, 1]))] }),
  record('indexFill', { samples: [sample(real([3]), 0, indices([2, 0]), 7), sample(real([2, 3]), 1, indices([1]), -1)] }),
  record('maskedSelect', {
    limits: { masks },
    samples: [
      sample(real([3]), booleans([1, 0, 1])),
      sample(real([2, 3]), booleans([1, 0, 1])),
      sample(
        real([2, 2], transposed),
        booleans([
          [0, 1],
          [1, 0],
        ]),
      ),
    ],
  }),
  record('takeAlongDim', {
    samples: [
      sample(
        real([2, 3]),
        indices([
          [0, 2],
          [1, 1],
        ]),
        1,
      ),
    ],
  }),
  record('nonzero', {
    samples: [
      sample(fixed([0, 1, 0, 2])),
      sample(
        booleans([
          [1, 0],
          [1, 1],
        ]),
      ),
      sample(integers([0])),
      sample(fixed([])),
    ],
  }),
  record('argsort', {
    samples: [
      sample(fixed([3, 1, 2]), 0),
      sample(
        fixed([
          [3, 1, 2],
          [4, 6, 5],
        ]),
      ),
      sample(
        fixed([
          [3, 1, 2],
          [4, 6, 5],
        ]),
        0,
      ),
      sample(fixed([3, 1, 2]), { descending: true }),
      sample(fixed([1, 1, 0]), { stable: true }),
    ].slice(0, 4),
  }),
  record('sort', {
    results: ['values', 'indices'],
    samples: [
      sample(real([4])),
      sample(real([2, 3]), 0),
      sample(real([2, 3]), -1, { descending: true }),
      sample(real([3, 2], transposed), 0),
      sample(real([]), 0),
      sample(fixed([2, Number.NaN, 1])),
    ],
  }),
  record('topk', {
    results: ['values', 'indices'],
    samples: [
      sample(real([5]), 2),
      sample(real([2, 4]), 3, { dim: 1 }),
      sample(real([2, 4]), 1, 0),
      sample(real([2, 4]), 2, { largest: false }),
    ],
  }),
  record('embedding', {
    forms: ['functional'],
    torch: 'lambda input, weight, **kw: F.embedding(input, weight, **kw)',
    samples: [
      sample(indices([0, 2, 2]), real([3, 2])),
      sample(
        indices([
          [0, 1],
          [1, 0],
        ]),
        real([3, 2]),
      ),
      sample(indices(1), real([3, 2])),
      sample(empty([0], 'int32', true), real([3, 2])),
      spelled('lambda i, w, padding_idx: F.embedding(i, w, padding_idx)', indices([0, 2, 2]), real([3, 2]), { paddingIdx: 2 }),
    ].map((s) => (s.options ? { ...s, notSmooth: 'the padding row has no gradient although the value depends on it' } : s)),
    errors: [fails('Index', 'embedding: ', indices([3]), real([3, 2])), fails('DType', 'embedding: ', constant([2]), real([3, 2]))],
  }),
  record('oneHot', {
    forms: ['functional'],
    samples: [sample(indices([0, 2, 1])), sample(indices([0, 2, 1]), 4), sample(indices([[0], [1]]), 2)],
    errors: [fails('Index', 'oneHot: ', indices([3]), 3)],
  }),
  record('take', {
    samples: [
      sample(
        real([2, 3]),
        indices([
          [0, 5],
          [-1, 2],
        ]),
      ),
      sample(real([3]), indices([1, 1])),
      sample(real([]), indices([0])),
      sample(real([3, 2], { layout: 'transposed' }), indices([1, 2])),
    ],
    errors: [fails('Index', 'take: index 6 is out of range', real([2, 3]), indices([6]))],
  }),
  record('argwhere', {
    samples: [
      sample(
        fixed([
          [0, 1],
          [2, 0],
        ]),
      ),
      sample(fixed([0, 0])),
      sample(fixed([1, 0, 3])),
    ],
  }),
  record('selectScatter', {
    samples: [
      sample(real([2, 3]), real([3]), 0, 1),
      sample(real([2, 3]), real([2]), 1, -1),
      sample(real([3, 2], { layout: 'transposed' }), real([3]), 1, 0),
    ],
    errors: [
      fails('Shape', 'selectScatter: src must have the shape [3]', real([2, 3]), real([2]), 0, 1),
      fails('Index', 'selectScatter: ', real([2, 3]), real([3]), 0, 2),
    ],
  }),
  record('sliceScatter', {
    // PyTorch 1.13 misreads calls without a step
    samples: [
      sample(real([4, 2]), real([2, 2]), 0, { start: 1, end: 3, step: 1 }),
      sample(real([2, 6]), real([2, 3]), 1, { step: 2 }),
      sample(real([2, 6]), real([2, 2]), { dim: 1, start: -5, end: 100, step: 3 }),
      sample(real([3]), real([0]), { start: 2, end: 1, step: 1 }),
    ],
    errors: [fails('Shape', 'sliceScatter: src must have the shape [2, 2]', real([4, 2]), real([3, 2]), 0, { start: 1, end: 3 })],
  }),
  record('diagonalScatter', {
    samples: [
      sample(real([3, 3]), real([3])),
      sample(real([3, 4]), real([3]), 1),
      sample(real([3, 3]), real([2]), -1),
      sample(real([2, 3, 3]), real([2, 3]), { dim1: 1, dim2: 2 }),
    ],
    errors: [fails('Shape', 'diagonalScatter: src must have the shape [3]', real([3, 3]), real([2]))],
  }),
]
