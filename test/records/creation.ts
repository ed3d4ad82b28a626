// Tensors from nothing, and changes of dtype.
import { booleans, fails, fixed, integers, type OperationRecord, real, record, sample } from './specs.ts'

const only = { forms: ['function'] } as const

export const creationRecords: readonly OperationRecord[] = [
  record('zeros', {
    ...only,
    torch: 'default32(torch.zeros)',
    samples: [sample([2, 3]), sample([]), sample([0, 2]), sample([2], { dtype: 'int32' }), sample([2], { dtype: 'bool' })],
    errors: [fails('Shape', 'zeros: ', [-1]), fails('Shape', 'zeros: ', [1.5])],
  }),
  record('ones', {
    ...only,
    torch: 'default32(torch.ones)',
    samples: [sample([2, 3]), sample([]), sample([2], { dtype: 'uint8' }), sample([2], { dtype: 'bool' })],
  }),
  record('full', {
    ...only,
    torch: 'default32(torch.full)',
    samples: [sample([2, 3], 1.5), sample([], 3), sample([2], 3, { dtype: 'int32' }), sample([2], 1, { dtype: 'bool' })],
  }),
  record('arange', {
    ...only,
    torch: 'default32(torch.arange)',
    samples: [
      sample(5),
      sample(1, 4),
      sample(0, 1, 0.25),
      sample(5, 0, -2),
      sample(3, 3),
      sample(5, { dtype: 'int32' }),
      sample(2, 9, 3, { dtype: 'int32' }),
      sample(0, 1, 0.1, { dtype: 'float64' }),
    ],
    errors: [fails('Option', 'arange: ', 0, 5, 0), fails('Option', 'arange: ', 0, 5, -1)],
  }),
  record('linspace', {
    ...only,
    torch: 'default32(torch.linspace)',
    samples: [sample(0, 1, 5), sample(-1, 1, 1), sample(3, 1, 4), sample(0, 1, 0), sample(0, 10, 7, { dtype: 'float64' })],
  }),
  record('logspace', { ...only, torch: 'default32(torch.logspace)', samples: [sample(0, 2, 3), sample(0, 3, 4, 2)] }),
  record('eye', { ...only, torch: 'default32(torch.eye)', samples: [sample(3), sample(2, 4), sample(0), sample(2, { dtype: 'int32' })] }),
  record('zerosLike', {
    ...only,
    samples: [sample(fixed([[1, 2]])), sample(integers([1])), sample(fixed([1]), { dtype: 'int32' })],
  }),
  record('onesLike', {
    ...only,
    samples: [sample(fixed([[1, 2]])), sample(booleans([1]))],
  }),
  record('fullLike', {
    ...only,
    samples: [sample(fixed([[1, 2]]), 7), sample(integers([1]), 3)],
  }),
  record('to', {
    forms: ['method'],
    torch: 'torch.Tensor.to',
    samples: [
      sample(real([3]), 'float64'),
      sample(real([3]), 'float32'),
      sample(fixed([1.7, -1.7, 0]), 'int32'),
      sample(fixed([1.7, 0, -0.3, Number.NaN]), 'bool'),
      sample(integers([1, 0, -3]), 'bool'),
      sample(integers([1, 0, -3]), 'float32'),
      sample(integers([1, 255, 256, -1]), 'uint8'),
      sample(booleans([1, 0]), 'int32'),
      sample(real([3], { layout: 'transposed' }), 'float64'),
    ].map((s) => (s.args[1] === 'float32' ? { ...s, notSmooth: 'float32 rounds' } : s)),
  }),
  record('allclose', {
    samples: [
      sample(fixed([1, 2]), fixed([1, 2 + 1e-9])),
      sample(fixed([1, 2]), fixed([1, 2.1])),
      sample(fixed([1, Number.NaN]), fixed([1, Number.NaN])),
      sample(fixed([1, Number.NaN]), fixed([1, Number.NaN]), { equalNan: true }),
      sample(fixed([1, 2]), fixed([1, 2.1]), { rtol: 0.1 }),
    ],
  }),
  record('equal', {
    samples: [sample(fixed([1, 2]), fixed([1, 2])), sample(fixed([1, 2]), fixed([1, 3])), sample(fixed([1, 2]), fixed([[1, 2]]))],
  }),
]
