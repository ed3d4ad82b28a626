// Matrix products and convolutions.
import { fails, integers, type OperationRecord, real, record, sample } from './specs.ts'

const transposed = { layout: 'transposed' } as const
const reversed = { layout: 'reversed' } as const
const strided = { layout: 'strided' } as const
const rough = { float32: [2e-6, 1e-5], float64: [1e-10, 1e-11] } as const

export const contractionRecords: readonly OperationRecord[] = [
  record('matmul', {
    tolerances: rough,
    samples: [
      sample(real([2, 3]), real([3, 4])),
      sample(real([1, 1]), real([1, 1])),
      sample(real([3]), real([3])),
      sample(real([3]), real([3, 2])),
      sample(real([2, 3]), real([3])),
      sample(real([3]), real([2, 3, 2])),
      sample(real([2, 2, 3]), real([3])),
      sample(real([2, 2, 3]), real([2, 3, 2])),
      sample(real([2, 2, 3]), real([3, 2])),
      sample(real([2, 3]), real([2, 3, 2])),
      sample(real([2, 1, 2, 3]), real([3, 3, 2])),
      sample(real([1, 2, 3]), real([4, 3, 1])),
      sample(real([0, 3]), real([3, 2])),
      sample(real([2, 0]), real([0, 3])),
      sample(real([2, 3]), real([3, 0])),
      sample(real([0, 2, 3]), real([3, 2])),
      sample(real([2, 3], transposed), real([3, 2], transposed)),
      sample(real([2, 3], reversed), real([3, 2], strided)),
      sample(real([2, 2, 3], transposed), real([2, 3, 2])),
      sample(real([3, 5]), real([5, 17])),
      sample(
        integers([
          [1, 2],
          [3, 4],
        ]),
        integers([
          [5, 6],
          [7, 8],
        ]),
      ),
    ],
    errors: [
      fails('Shape', 'matmul: inner sizes differ: [2, 3] × [4, 5]', real([2, 3]), real([4, 5])),
      fails('Shape', 'matmul: ', real([3]), real([4])),
      fails('Shape', 'matmul: ', real([]), real([3])),
      fails('Shape', 'matmul: ', real([2, 2, 3]), real([3, 3, 2])),
      fails(
        'DType',
        'matmul: ',
        real([2, 2]),
        integers([
          [1, 2],
          [3, 4],
        ]),
      ),
    ],
  }),
  record('mm', {
    tolerances: rough,
    samples: [sample(real([2, 3]), real([3, 4])), sample(real([2, 3], transposed), real([3, 1]))],
    errors: [fails('Shape', 'mm: ', real([2, 3]), real([3]))],
  }),
  record('bmm', {
    tolerances: rough,
    samples: [sample(real([2, 2, 3]), real([2, 3, 2]))],
    errors: [fails('Shape', 'bmm: ', real([2, 3]), real([3, 2]))],
  }),
  record('mv', {
    tolerances: rough,
    samples: [sample(real([2, 3]), real([3]))],
    errors: [fails('Shape', 'mv: ', real([2, 3]), real([2]))],
  }),
  record('dot', {
    tolerances: rough,
    samples: [sample(real([3]), real([3])), sample(real([0]), real([0])), sample(real([3], reversed), real([3]))],
    errors: [fails('Shape', 'dot: ', real([2]), real([3]))],
  }),
  record('outer', { tolerances: rough, samples: [sample(real([3]), real([2])), sample(real([3], reversed), real([2]))] }),
  record('addmm', {
    tolerances: rough,
    samples: [sample(real([2, 4]), real([2, 3]), real([3, 4])), sample(real([4]), real([2, 3]), real([3, 4]), { beta: 0.5, alpha: 2 })],
  }),
  record('addmv', {
    tolerances: rough,
    samples: [sample(real([2]), real([2, 3]), real([3])), sample(real([]), real([2, 3]), real([3]), { beta: 0.5, alpha: 2 })],
    errors: [fails('Shape', 'addmv: ', real([2]), real([2, 3]), real([2]))],
  }),
  record('addr', {
    tolerances: rough,
    samples: [sample(real([2, 3]), real([2]), real([3])), sample(real([3]), real([2]), real([3]), { beta: 0.5, alpha: 2 })],
    errors: [fails('Shape', 'addr: ', real([2]), real([2, 3]), real([2]))],
  }),
  ...['addbmm', 'baddbmm'].map((name) =>
    record(name, {
      tolerances: rough,
      samples: [
        sample(real(name === 'addbmm' ? [2, 4] : [3, 2, 4]), real([3, 2, 5]), real([3, 5, 4])),
        sample(real([4]), real([3, 2, 5]), real([3, 5, 4]), { beta: 0.5, alpha: 2 }),
      ],
      errors: [fails('Shape', `${name}: batch sizes differ`, real([2, 4]), real([3, 2, 5]), real([2, 5, 4]))],
    }),
  ),
  record('vdot', { tolerances: rough, samples: [sample(real([3]), real([3])), sample(real([0]), real([0]))] }),
  record('inner', {
    tolerances: rough,
    samples: [
      sample(real([3]), real([3])),
      sample(real([2, 3]), real([4, 3])),
      sample(real([2, 2, 3]), real([3])),
      sample(real([]), real([2])),
      sample(real([2, 3], transposed), real([2, 3])),
    ],
    errors: [fails('Shape', 'inner: sizes of the summed dims differ', real([2, 3]), real([2]))],
  }),
  record('tensordot', {
    forms: ['function'],
    tolerances: rough,
    samples: [
      sample(real([2, 3, 4]), real([3, 4, 2])),
      sample(real([2, 3]), real([3, 2]), 1),
      sample(real([2]), real([3]), 0),
      sample(real([2, 3, 4]), real([4, 2]), [
        [0, 2],
        [1, 0],
      ]),
      sample(real([2, 3]), real([2, 3]), { dims: 0 }),
    ],
    errors: [fails('Shape', 'tensordot: sizes of the summed dims differ', real([2, 3]), real([2, 3]), 1)],
  }),
  record('kron', {
    tolerances: rough,
    samples: [
      sample(real([2, 3]), real([3, 2])),
      sample(real([2]), real([3])),
      sample(real([2]), real([2, 1, 2])),
      sample(real([]), real([2, 2])),
      sample(integers([1, 2]), integers([3, 4])),
    ],
  }),
  record('cross', {
    tolerances: rough,
    samples: [
      sample(real([3]), real([3])),
      sample(real([2, 3]), real([2, 3]), 1),
      sample(real([3, 2]), real([3, 2]), { dim: 0 }),
      sample(real([4, 3]), real([4, 3]), -1),
      sample(real([3, 3], transposed), real([3, 3])),
    ],
    errors: [fails('Shape', 'cross: ', real([2, 2]), real([2, 2]))],
  }),
  record('einsum', {
    forms: ['function'],
    torch: 'lambda equation, operands: torch.einsum(equation, *operands)',
    tolerances: rough,
    samples: [
      sample('ij,jk->ik', [real([2, 3]), real([3, 4])]),
      sample('ij,jk', [real([2, 3]), real([3, 4])]),
      sample('bij,bjk->bik', [real([2, 2, 3]), real([2, 3, 2])]),
      sample('ii', [real([3, 3])]),
      sample('ii->i', [real([3, 3])]),
      sample('ij->ji', [real([2, 3])]),
      sample('ij->', [real([2, 3])]),
      sample('i,j->ij', [real([2]), real([3])]),
      sample('ij,ij->j', [real([2, 3]), real([2, 3])]),
      sample('ij,j,k->k', [real([2, 3]), real([3]), real([4])]),
      sample('...ij,...jk->...ik', [real([2, 2, 3]), real([3, 2])]),
      sample('b...,b->...', [real([2, 3]), real([2])]),
      sample('i,i->', [real([3]), real([3])]),
      sample('iji,kj->k', [real([2, 3, 2]), real([4, 3])]),
      sample('bn,anm,bm->ba', [real([2, 3]), real([4, 3, 2]), real([2, 2])]),
      sample(' i j , j -> i ', [real([2, 3], transposed), real([3], reversed)]),
      sample('ij,jk', [real([1, 3]), real([3, 0])]),
    ],
    errors: [
      fails('Option', "einsum: 'ij,jk->ik' has 2 operands, but 1 tensors are given", 'ij,jk->ik', [real([2, 3])]),
      fails('Shape', 'einsum: ', 'ij,jk->ik', [real([2, 3]), real([2, 4])]),
      fails('Shape', 'einsum: ', 'ij->i', [real([2])]),
      fails('Option', 'einsum: ', 'ij->k', [real([2, 3])]),
      fails('Option', 'einsum: ', 'i1->i', [real([2, 3])]),
    ],
  }),
  record('linear', {
    forms: ['functional'],
    tolerances: rough,
    samples: [
      sample(real([2, 3]), real([4, 3])),
      sample(real([2, 3]), real([4, 3]), real([4])),
      sample(real([3]), real([4, 3]), real([4])),
      sample(real([2, 2, 3]), real([4, 3]), real([4])),
      sample(real([0, 3]), real([4, 3]), real([4])),
      sample(real([2, 3], transposed), real([4, 3], transposed), real([4], reversed)),
    ],
    errors: [fails('Shape', 'linear: ', real([2, 3]), real([3, 4]))],
  }),
  record('conv1d', {
    forms: ['functional'],
    tolerances: rough,
    samples: [
      sample(real([1, 1, 5]), real([1, 1, 3])),
      sample(real([2, 2, 6]), real([3, 2, 3]), real([3])),
      sample(real([2, 2, 6]), real([3, 2, 3]), null, { stride: 2, padding: 1 }),
      sample(real([1, 2, 7]), real([2, 2, 2]), real([2]), { dilation: 3 }),
      sample(real([1, 4, 5]), real([4, 2, 3]), real([4]), { groups: 2, padding: 1 }),
      sample(real([2, 5]), real([3, 2, 2]), real([3])),
      sample(real([1, 2, 6], transposed), real([2, 2, 3], reversed), null, { stride: 3 }),
      sample(real([1, 2, 5]), real([2, 2, 3]), null, { padding: 'same' }),
      sample(real([1, 2, 5]), real([2, 2, 3]), null, { padding: 'valid' }),
      sample(real([1, 1, 5]), real([1, 1, 4]), null, { padding: 'same' }),
    ],
    errors: [fails('Shape', 'conv1d: ', real([1, 2, 5]), real([3, 3, 3])), fails('Shape', 'conv1d: ', real([1, 1, 2]), real([1, 1, 3]))],
  }),
  record('conv2d', {
    forms: ['functional'],
    tolerances: rough,
    samples: [
      sample(real([1, 1, 4, 4]), real([1, 1, 3, 3])),
      sample(real([2, 2, 4, 5]), real([3, 2, 2, 3]), real([3])),
      sample(real([2, 2, 5, 4]), real([2, 2, 3, 3]), null, { stride: 2, padding: 1 }),
      sample(real([1, 2, 5, 6]), real([2, 2, 2, 2]), real([2]), { stride: [2, 1], padding: [0, 1], dilation: [1, 2] }),
      sample(real([1, 4, 3, 3]), real([4, 2, 2, 2]), real([4]), { groups: 2 }),
      sample(real([1, 3, 4, 4]), real([3, 1, 3, 3]), real([3]), { groups: 3, padding: 1 }),
      sample(real([1, 2, 5, 5]), real([1, 2, 1, 1]), null, { stride: 3 }),
      sample(real([2, 4, 4]), real([1, 2, 3, 3]), real([1])),
      sample(real([2, 1, 7, 7]), real([2, 1, 2, 2]), null, { stride: 3 }),
      sample(real([2, 2, 4, 4], transposed), real([2, 2, 3, 3], reversed), real([2]), { padding: 2 }),
      sample(real([1, 2, 5, 5]), real([2, 2, 3, 3]), null, { padding: 'same', dilation: 2 }),
      sample(real([0, 2, 4, 4]), real([3, 2, 3, 3]), real([3])),
    ],
    errors: [
      fails('Shape', 'conv2d: ', real([1, 2, 4, 4]), real([3, 3, 3, 3])),
      fails('Shape', 'conv2d: ', real([1, 1, 2, 2]), real([1, 1, 3, 3])),
      fails('Shape', 'conv2d: ', real([4, 4]), real([1, 1, 3, 3])),
      fails('Shape', 'conv2d: ', real([1, 3, 4, 4]), real([2, 1, 3, 3]), null, { groups: 3 }),
    ],
  }),
]
