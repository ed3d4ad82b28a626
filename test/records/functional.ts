// nn.functional: activations, pooling, normalisation and losses.

import { everyShape } from './elementwise.ts'
import {
  booleans,
  constant,
  empty,
  fails,
  fixed,
  given,
  indices,
  integers,
  notSmooth,
  type OperationRecord,
  type RecordSource,
  real,
  record,
  type Sample,
  sample,
} from './specs.ts'

const transposed = { layout: 'transposed' } as const
const reversed = { layout: 'reversed' } as const
const rough = { float32: [4e-6, 1e-5], float64: [1e-10, 1e-11] } as const

function activation(
  name: string,
  source: Partial<RecordSource> & { also?: readonly Sample[]; special?: readonly number[] } = {},
): OperationRecord {
  const { also = [], special = [0, -0, 30, -30, 100, -100, Number.NaN], ...rest } = source
  return record(name, {
    forms: ['functional'],
    domain: [-4, 4],
    ...rest,
    samples: [...everyShape(), ...also, sample(fixed([...special]))],
  })
}

export const activationRecords: readonly OperationRecord[] = [
  activation('relu6', { avoid: [0, 6], domain: [-3, 9] }),
  activation('leakyRelu', { avoid: [0], also: [sample(real([4]), 0.2), sample(real([4]), { negativeSlope: 0.3 })] }),
  activation('elu', { avoid: [0], also: [sample(real([4]), 1.7)] }),
  activation('selu', { avoid: [0] }),
  // PyTorch's 1/α is a float32, also in float64.
  activation('celu', {
    tolerances: { float32: [2e-6, 2e-6], float64: [1e-7, 1e-12] },
    avoid: [0],
    also: [sample(real([4]), 1.7)],
  }),
  activation('gelu', { also: [sample(real([4]), { approximate: 'tanh' }), sample(fixed([30, -30]), { approximate: 'tanh' })] }),
  activation('silu'),
  activation('mish'),
  activation('softplus', { also: [sample(real([4]), 2), sample(real([4]), 1, { threshold: 3 }), sample(fixed([-20, 20.5, 25, -50]))] }),
  activation('softsign', { avoid: [0] }),
  activation('tanhshrink'),
  activation('logsigmoid'),
  activation('hardtanh', {
    avoid: [-1, 1],
    also: [sample(real([4], { low: -4, high: 4 }), -2.125, { maxVal: 0.625 }), sample(real([4]), { minVal: -1, maxVal: 1 })],
  }),
  // PyTorch's slope is 1/6 as a float32, also in float64.
  activation('hardsigmoid', { avoid: [-3, 3], tolerances: { float32: [2e-6, 2e-6], float64: [1e-7, 1e-12] } }),
  activation('hardswish', { avoid: [-3, 3] }),
  activation('hardshrink', { avoid: [-0.5, 0.5] }),
  // PyTorch 1.13 makes 0 of NaN here; later ones keep it.
  activation('softshrink', { avoid: [-0.5, 0.5], special: [0, -0, 30, -30] }),
  record('threshold', {
    forms: ['functional'],
    avoid: [0.5],
    samples: [sample(real([4]), 0.5, -1), sample(real([2, 3], transposed), 0.5, 20)],
  }),
  record('glu', {
    forms: ['functional'],
    samples: [sample(real([4])), sample(real([2, 4])), sample(real([2, 3]), 0), sample(real([4], reversed))],
    errors: [fails('Shape', 'glu: ', real([3]))],
  }),
  record('prelu', {
    forms: ['functional'],
    avoid: [0],
    samples: [sample(real([2, 3]), real([1])), sample(real([2, 3]), real([3])), sample(real([2, 3, 2]), real([3]))],
  }),
]

function twoDimensional(name: string): OperationRecord {
  const max = name === 'maxPool2d'
  return record(name, {
    forms: ['functional'],
    samples: [
      sample(real([1, 1, 4, 4]), 2),
      sample(real([2, 2, 5, 4]), 2),
      sample(real([1, 2, 5, 5]), [2, 3], { stride: [1, 2] }),
      sample(real([1, 1, 5, 5]), 3, 1, { padding: 1 }),
      sample(real([1, 1, 5, 5]), 2, { ceilMode: true }),
      sample(real([2, 4, 4]), 2),
      sample(real([1, 2, 4, 4], transposed), 2),
      sample(real([1, 1, 4, 4], reversed), [3, 2], { padding: [1, 0] }),
      ...(max
        ? [
            sample(real([1, 1, 7, 6]), 2, { stride: 1, dilation: [3, 2] }),
            sample(real([1, 2, 4, 4]), 2, { returnIndices: true }),
            notSmooth(
              'of equal values the first wins',
              given([
                [
                  [
                    [1, 1, 2, 2],
                    [1, 1, 2, 2],
                  ],
                ],
              ]),
              2,
            ),
            sample(
              fixed([
                [
                  [
                    [1, Number.NaN],
                    [3, 4],
                  ],
                ],
              ]),
              2,
            ),
          ]
        : [
            sample(real([1, 1, 5, 5]), 3, 2, { padding: 1, countIncludePad: false }),
            sample(real([1, 1, 4, 4]), 2, { divisorOverride: 3 }),
          ]),
    ],
    errors: [
      fails('Shape', `${name}: `, real([4, 4]), 2),
      fails('Shape', `${name}: `, real([1, 1, 2, 2]), 3),
      fails('Shape', `${name}: `, real([1, 1, 4, 4]), 2, { padding: 2 }),
    ],
  })
}

function oneDimensional(name: string): OperationRecord {
  const max = name === 'maxPool1d'
  return record(name, {
    forms: ['functional'],
    samples: [
      sample(real([1, 1, 6]), 2),
      sample(real([2, 3, 5]), 2),
      sample(real([1, 2, 7]), 3, { stride: 2, padding: 1 }),
      sample(real([1, 2, 7]), 3, 1),
      sample(real([2, 6]), 2),
      sample(real([1, 2, 5]), 2, { ceilMode: true }),
      sample(real([1, 2, 6], transposed), 2),
      ...(max
        ? [sample(real([1, 1, 7]), 2, { stride: 1, dilation: 3 })]
        : [sample(real([1, 1, 5]), 3, 2, { padding: 1, countIncludePad: false })]),
    ],
    errors: [fails('Shape', `${name}: `, real([4]), 2)],
  })
}

export const poolingRecords: readonly OperationRecord[] = [
  twoDimensional('maxPool2d'),
  twoDimensional('avgPool2d'),
  oneDimensional('maxPool1d'),
  oneDimensional('avgPool1d'),
  record('adaptiveAvgPool2d', {
    forms: ['functional'],
    samples: [sample(real([1, 2, 4, 4]), [1, 1]), sample(real([1, 2, 4, 6]), [2, 3]), sample(real([1, 1, 5, 5]), 2)],
  }),
  record('adaptiveAvgPool1d', { forms: ['functional'], samples: [sample(real([1, 2, 6]), 3), sample(real([1, 1, 5]), 2)] }),
]

export const normalizationRecords: readonly OperationRecord[] = [
  record('layerNorm', {
    forms: ['functional'],
    tolerances: rough,
    samples: [
      sample(real([2, 4]), [4]),
      sample(real([2, 4]), [4], real([4]), { bias: real([4]) }),
      sample(real([2, 3, 4]), [3, 4], real([3, 4]), { bias: real([3, 4]) }),
      sample(real([2, 4]), [4], { eps: 0.1 }),
      sample(real([2, 4], transposed), [4], real([4], reversed)),
      sample(real([4]), [4]),
    ],
    errors: [fails('Shape', 'layerNorm: ', real([2, 4]), [3])],
  }),
  record('batchNorm', {
    forms: ['functional'],
    writes: true,
    // The running statistics are results, too.
    torch: 'lambda x, mean, var, **options: [F.batch_norm(x, mean, var, **options)] + [t for t in (mean, var) if t is not None]',
    run: (library, x, mean, variance, options) => {
      const output = library['batchNorm']?.(x, mean, variance, options)
      return [output, mean, variance].filter((tensor) => tensor !== null)
    },
    tolerances: rough,
    samples: [
      sample(real([3, 2]), constant([2]), constant([2], { low: 0.5, high: 2 })),
      sample(real([3, 2]), constant([2]), constant([2], { low: 0.5, high: 2 }), { weight: real([2]), bias: real([2]) }),
      sample(real([3, 2]), null, null, { training: true }),
      sample(real([3, 2]), constant([2]), constant([2], { low: 0.5, high: 2 }), {
        training: true,
        momentum: 0.3,
        weight: real([2]),
        bias: real([2]),
      }),
      sample(real([2, 2, 3]), null, null, { training: true, weight: real([2]), bias: real([2]) }),
      sample(real([2, 3, 2, 2]), null, null, { training: true, weight: real([3]), bias: real([3]), eps: 0.01 }),
      sample(real([2, 3, 2, 2], transposed), constant([3]), constant([3], { low: 0.5, high: 2 }), { weight: real([3]), bias: real([3]) }),
    ],
    errors: [fails('Shape', 'batchNorm: ', real([1, 2]), null, null, { training: true })],
  }),
  record('scaledDotProductAttention', {
    forms: ['functional'],
    torch: 'attention',
    tolerances: rough,
    samples: [
      sample(real([3, 4]), real([5, 4]), real([5, 2])),
      sample(real([2, 3, 4]), real([2, 5, 4]), real([2, 5, 4])),
      sample(real([2, 1, 3, 2], transposed), real([3, 4, 2], reversed), real([1, 3, 4, 2])),
      sample(real([2, 3, 2]), real([2, 5, 2]), real([2, 5, 2]), { isCausal: true }),
      sample(real([5, 2]), real([3, 2]), real([3, 2]), { isCausal: true, scale: 0.3 }),
      sample(
        real([2, 3, 2]),
        real([2, 4, 2]),
        real([2, 4, 3]),
        booleans([
          [1, 0, 1, 1],
          [0, 0, 0, 0],
          [0, 1, 0, 0],
        ]),
      ),
      sample(real([2, 3, 2]), real([2, 4, 2]), real([2, 4, 3]), { attnMask: real([3, 4]), scale: 1 }),
      sample(
        real([2, 2]),
        real([3, 2]),
        real([3, 2]),
        fixed([
          [0.5, Number.NEGATIVE_INFINITY, 0],
          [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
        ]),
      ),
      sample(real([2, 3]), empty([0, 3], 'float'), empty([0, 2], 'float')),
    ],
    errors: [
      fails('Shape', 'scaledDotProductAttention: ', real([3, 4]), real([5, 3]), real([5, 2])),
      fails('Shape', 'scaledDotProductAttention: ', real([3, 4]), real([5, 4]), real([4, 2])),
      fails('Shape', 'scaledDotProductAttention: ', real([4]), real([5, 4]), real([5, 2])),
      fails('Shape', 'scaledDotProductAttention: ', real([2, 3, 4]), real([3, 5, 4]), real([5, 2])),
      fails('Shape', 'scaledDotProductAttention: ', real([3, 4]), real([5, 4]), real([5, 2]), { attnMask: real([5, 3]) }),
      fails('DType', 'scaledDotProductAttention: ', integers([[1]]), integers([[1]]), integers([[1]])),
      fails('DType', 'scaledDotProductAttention: ', real([1, 1]), real([1, 1]), integers([[1]])),
      fails('DType', 'scaledDotProductAttention: ', real([1, 1]), real([1, 1]), real([1, 1]), integers([[1]])),
      fails('Option', 'scaledDotProductAttention: ', real([1, 1]), real([1, 1]), real([1, 1]), { attnMask: real([1, 1]), isCausal: true }),
      fails('Option', 'scaledDotProductAttention: ', real([1, 1]), real([1, 1]), real([1, 1]), { dropoutP: 1.5 }),
    ],
  }),
  record('normalize', {
    forms: ['functional'],
    samples: [
      sample(real([2, 3])),
      sample(real([2, 3]), 1),
      sample(real([2, 3]), { p: 1, dim: 0 }),
      notSmooth(
        'a row of zeros',
        given([
          [0, 0],
          [1, 2],
        ]),
      ),
    ],
  }),
  record('pairwiseDistance', {
    forms: ['functional'],
    samples: [
      sample(real([2, 3]), real([2, 3])),
      sample(real([2, 3]), real([2, 3]), 1),
      sample(real([2, 3]), real([2, 3]), { keepdim: true }),
    ],
  }),
  record('cosineSimilarity', {
    forms: ['functional'],
    samples: [
      sample(real([2, 3]), real([2, 3])),
      sample(real([2, 3]), real([2, 3]), { dim: 0 }),
      sample(real([1, 2, 3]), real([2, 1, 3]), -2),
    ],
  }),
]

const reductions = ['mean', 'sum', 'none'] as const

/** A loss of an input and a target of the same shape, with every reduction. */
function regressionLoss(
  name: string,
  also: readonly Sample[] = [],
  targetRange?: { low: number; high: number },
  source: Partial<RecordSource> = {},
): OperationRecord {
  return record(name, {
    forms: ['functional'],
    ...source,
    samples: [
      sample(real([3]), real([3], targetRange)),
      ...reductions.map((reduction) => sample(real([2, 3]), real([2, 3], targetRange), { reduction })),
      sample(real([]), real([], targetRange)),
      sample(real([0]), constant([0]), { reduction: 'sum' }),
      sample(real([2, 3], transposed), constant([2, 3], targetRange)),
      sample(real([4], reversed), constant([4], targetRange)),
      ...also,
    ],
    errors: source.errors ?? [fails('Option', `${name}: `, real([3]), real([3]), { reduction: 'average' })],
  })
}

const signs = fixed([
  [1, -1, 1],
  [-1, -1, 1],
])
const probabilities = { low: 0.05, high: 0.95 }

export const lossRecords: readonly OperationRecord[] = [
  regressionLoss('mseLoss'),
  regressionLoss('l1Loss'),
  regressionLoss('smoothL1Loss', [
    sample(real([4]), real([4]), { beta: 0.5 }),
    sample(real([4]), real([4]), { beta: 2, reduction: 'sum' }),
    sample(real([4]), real([4]), { beta: 0 }),
  ]),
  regressionLoss('huberLoss', [sample(real([4]), real([4]), { delta: 0.5 })]),
  regressionLoss(
    'binaryCrossEntropy',
    [
      sample(real([2, 3]), constant([2, 3]), { weight: constant([3]) }),
      sample(fixed([0, 1, 0, 1]), fixed([0, 1, 1, 0]), { reduction: 'none' }),
    ],
    probabilities,
    { domain: [0.05, 0.95] },
  ),
  regressionLoss(
    'binaryCrossEntropyWithLogits',
    [
      sample(real([2, 3]), constant([2, 3], probabilities), { weight: constant([3], probabilities) }),
      sample(real([2, 3]), constant([2, 3], probabilities), { posWeight: constant([3], { low: 0.5, high: 3 }) }),
      sample(real([2, 3]), constant([2, 3], probabilities), {
        weight: constant([2, 3], probabilities),
        posWeight: constant([3], { low: 0.5, high: 3 }),
        reduction: 'none',
      }),
      sample(fixed([100, -100, 1000]), fixed([0, 1, 1]), { reduction: 'none' }),
    ],
    probabilities,
  ),
  record('nllLoss', {
    forms: ['functional'],
    samples: [
      sample(real([3, 4]), indices([0, 3, 1])),
      ...reductions.map((reduction) => sample(real([3, 4]), indices([0, 3, 1]), { reduction })),
      sample(real([4]), indices(2)),
      ...reductions.map((reduction) =>
        sample(real([3, 4]), indices([0, 3, 1]), { weight: constant([4], { low: 0.5, high: 2 }), reduction }),
      ),
      sample(real([3, 4]), indices([0, -100, 1])),
      ...reductions.map((reduction) => sample(real([3, 4]), indices([0, 3, 1]), { ignoreIndex: 3, reduction })),
      sample(real([3, 4]), indices([0, 3, 1]), { ignoreIndex: 1, weight: constant([4], { low: 0.5, high: 2 }) }),
      sample(
        real([2, 3, 2]),
        indices([
          [0, 2],
          [1, 1],
        ]),
      ),
      sample(
        real([2, 3, 2, 2]),
        indices([
          [
            [0, 2],
            [1, 1],
          ],
          [
            [2, 2],
            [0, 1],
          ],
        ]),
        { reduction: 'none' },
      ),
      sample(real([3, 4], transposed), indices([0, 3, 1])),
    ],
    errors: [
      fails('Index', 'nllLoss: ', real([2, 3]), indices([0, 3])),
      fails('Shape', 'nllLoss: ', real([2, 3]), indices([0, 1, 2])),
      fails('Option', 'nllLoss: ', real([2, 3]), indices([0, 1]), { reduction: 'average' }),
      fails('DType', 'nllLoss: ', real([2, 3]), constant([2])),
    ],
  }),
  record('crossEntropy', {
    forms: ['functional'],
    samples: [
      sample(real([3, 4]), indices([0, 3, 1])),
      ...reductions.map((reduction) => sample(real([3, 4]), indices([0, 3, 1]), { reduction })),
      sample(real([4]), indices(2)),
      ...reductions.map((reduction) =>
        sample(real([3, 4]), indices([0, 3, 1]), { weight: constant([4], { low: 0.5, high: 2 }), reduction }),
      ),
      sample(real([3, 4]), indices([0, -100, 1])),
      ...reductions.map((reduction) => sample(real([3, 4]), indices([0, 3, 1]), { ignoreIndex: 3, reduction })),
      ...reductions.map((reduction) => sample(real([3, 4]), indices([0, 3, 1]), { labelSmoothing: 0.1, reduction })),
      ...reductions.map((reduction) =>
        sample(real([3, 4]), indices([0, 3, 1]), { labelSmoothing: 0.3, weight: constant([4], { low: 0.5, high: 2 }), reduction }),
      ),
      ...reductions.map((reduction) =>
        sample(real([3, 4]), indices([0, 3, 1]), {
          labelSmoothing: 0.2,
          ignoreIndex: 0,
          weight: constant([4], { low: 0.5, high: 2 }),
          reduction,
        }),
      ),
      ...reductions.map((reduction) => sample(real([3, 4]), real([3, 4], probabilities), { reduction })),
      ...reductions.map((reduction) =>
        sample(real([3, 4]), constant([3, 4], probabilities), {
          labelSmoothing: 0.1,
          weight: constant([4], { low: 0.5, high: 2 }),
          reduction,
        }),
      ),
      sample(real([4]), constant([4], probabilities)),
      sample(
        real([2, 3, 2]),
        indices([
          [0, 2],
          [1, 1],
        ]),
      ),
      sample(real([2, 3, 2]), constant([2, 3, 2], probabilities)),
      sample(
        real([2, 3, 2, 2]),
        indices([
          [
            [0, 2],
            [1, 1],
          ],
          [
            [2, 2],
            [0, 1],
          ],
        ]),
        { reduction: 'none' },
      ),
      sample(real([3, 4], transposed), indices([0, 3, 1])),
      sample(
        fixed([
          [1000, -1000],
          [-1000, 1000],
        ]),
        indices([1, 1]),
        { reduction: 'none' },
      ),
    ],
    errors: [
      fails('Index', 'crossEntropy: ', real([2, 3]), indices([0, 3])),
      fails('Shape', 'crossEntropy: ', real([2, 3]), indices([0, 1, 2])),
      fails('Option', 'crossEntropy: ', real([2, 3]), indices([0, 1]), { reduction: 'average' }),
      fails('Option', 'crossEntropy: ', real([2, 3]), indices([0, 1]), { labelSmooting: 0.1 }),
    ],
  }),
  record('marginRankingLoss', {
    forms: ['functional'],
    samples: [
      sample(real([2, 3]), real([2, 3]), signs),
      ...reductions.map((reduction) => sample(real([2, 3]), real([2, 3]), signs, { margin: 0.3, reduction })),
      sample(real([2, 3], transposed), real([2, 3], reversed), signs),
    ],
    errors: [fails('Option', 'marginRankingLoss: ', real([3]), real([3]), real([3]), { reduction: 'average' })],
  }),
  ...['hingeEmbeddingLoss', 'softMarginLoss'].map((name) =>
    record(name, {
      forms: ['functional'],
      samples: [
        ...reductions.map((reduction) => sample(real([2, 3]), signs, { reduction })),
        ...(name === 'hingeEmbeddingLoss' ? [sample(real([2, 3]), signs, { margin: 0.3 })] : [sample(fixed([50, -50]), fixed([1, 1]))]),
        sample(real([2, 3], transposed), signs),
      ],
      errors: [fails('Option', `${name}: `, real([3]), real([3]), { reduction: 'average' })],
    }),
  ),
  record('cosineEmbeddingLoss', {
    forms: ['functional'],
    samples: [
      ...reductions.map((reduction) => sample(real([3, 4]), real([3, 4]), fixed([1, -1, 1]), { reduction })),
      sample(real([3, 4]), real([3, 4]), fixed([1, -1, -1]), { margin: -0.9 }),
    ],
    errors: [fails('Option', 'cosineEmbeddingLoss: ', real([3, 2]), real([3, 2]), real([3]), { reduction: 'average' })],
  }),
  regressionLoss(
    'klDiv',
    [
      sample(real([2, 3]), constant([2, 3], probabilities), { reduction: 'batchmean' }),
      sample(real([2, 3]), real([2, 3]), { logTarget: true }),
    ],
    probabilities,
  ),
]
