// Operations that move elements without computing anything.
import { booleans, fails, indices, integers, type OperationRecord, real, record, sample } from './specs.ts'

const transposed = { layout: 'transposed' } as const
const reversed = { layout: 'reversed' } as const
const strided = { layout: 'strided' } as const

export const movementRecords: readonly OperationRecord[] = [
  record('reshape', {
    samples: [
      sample(real([2, 3]), [3, 2]),
      sample(real([2, 3]), [-1]),
      sample(real([2, 3]), [1, -1, 2]),
      sample(real([6]), [2, 3]),
      sample(real([]), [1, 1]),
      sample(real([1]), []),
      sample(real([0, 3]), [3, 0]),
      sample(real([3, 2], transposed), [6]),
      sample(real([4], reversed), [2, 2]),
      sample(real([2, 3], strided), [3, 2]),
      sample(integers([1, 2, 3, 4]), [2, 2]),
    ],
    errors: [
      fails('Shape', 'reshape: 6 elements of shape [2, 3] do not fit into [4]', real([2, 3]), [4]),
      fails('Shape', 'reshape: ', real([2, 3]), [-1, -1]),
      fails('Shape', 'reshape: ', real([2, 3]), [-1, 4]),
    ],
  }),
  record('view', {
    forms: ['method'],
    torch: 'torch.Tensor.view',
    samples: [sample(real([2, 3]), [3, 2]), sample(real([2, 3]), [-1]), sample(real([2, 1, 3], {}), [2, 3])],
    errors: [fails('Shape', 'view: ', real([3, 2], transposed), [6])],
  }),
  record('flatten', {
    samples: [
      sample(real([2, 3, 2])),
      sample(real([2, 3, 2]), 1),
      sample(real([2, 3, 2]), 0, { endDim: 1 }),
      sample(real([2, 3, 2]), { startDim: -2, endDim: -1 }),
      sample(real([])),
      sample(real([2, 0])),
      sample(real([2, 3], transposed)),
    ],
  }),
  record('unflatten', {
    forms: ['method'],
    torch: 'torch.Tensor.unflatten',
    samples: [sample(real([2, 6]), 1, [2, 3]), sample(real([6]), 0, [3, 2]), sample(real([2, 6]), -1, [-1, 2])],
  }),
  record('permute', {
    samples: [
      sample(real([2, 3, 4]), [2, 0, 1]),
      sample(real([2, 3]), [1, 0]),
      sample(real([2, 3, 2]), [0, -1, 1]),
      sample(real([]), []),
      sample(real([2, 0]), [1, 0]),
      sample(real([2, 3], reversed), [1, 0]),
    ],
    errors: [
      fails('Shape', 'permute: ', real([2, 3]), [0]),
      fails('Index', 'permute: ', real([2, 3]), [0, 2]),
      fails('Index', 'permute: ', real([2, 3]), [0, 0]),
    ],
  }),
  record('transpose', {
    samples: [
      sample(real([2, 3]), 0, 1),
      sample(real([2, 3, 4]), -1, 0),
      sample(real([2, 3]), 1, 1),
      sample(real([2, 3], transposed), 0, 1),
      sample(real([0, 3]), 0, 1),
    ],
    errors: [fails('Index', 'transpose: ', real([2, 3]), 0, 2)],
  }),
  record('t', { samples: [sample(real([2, 3])), sample(real([3])), sample(real([]))], errors: [fails('Shape', 't: ', real([2, 2, 2]))] }),
  record('movedim', { samples: [sample(real([2, 3, 4]), 0, 2), sample(real([2, 3, 4]), [0, 1], [2, 0]), sample(real([2, 3]), -1, 0)] }),
  record('squeeze', {
    samples: [
      sample(real([1, 2, 1, 3])),
      sample(real([1, 2, 1]), 0),
      sample(real([1, 2, 1]), 1),
      sample(real([1, 2, 1]), -1),
      sample(real([])),
      sample(real([1, 0]), 0),
    ],
  }),
  record('unsqueeze', {
    samples: [
      sample(real([2, 3]), 0),
      sample(real([2, 3]), 2),
      sample(real([2, 3]), -1),
      sample(real([]), 0),
      sample(real([0]), 1),
      sample(real([3], reversed), 0),
    ],
    errors: [fails('Index', 'unsqueeze: ', real([2, 3]), 3)],
  }),
  record('expand', {
    forms: ['method'],
    torch: 'torch.Tensor.expand',
    samples: [
      sample(real([3]), [2, 3]),
      sample(real([2, 1]), [2, 3]),
      sample(real([2, 1]), [4, -1, 3]),
      sample(real([]), [2, 2]),
      sample(real([1]), [0]),
      sample(real([3], reversed), [2, 3]),
      sample(real([1, 2], transposed), [3, 2]),
    ],
    errors: [fails('Shape', 'expand: ', real([2, 3]), [2, 4]), fails('Shape', 'expand: ', real([2, 3]), [3])],
  }),
  record('broadcastTo', { samples: [sample(real([3]), [2, 3]), sample(real([2, 1]), [2, 3]), sample(real([]), [2])] }),
  record('expandAs', {
    forms: ['method'],
    torch: 'torch.Tensor.expand_as',
    samples: [
      sample(
        real([3]),
        integers([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ),
    ],
  }),
  record('select', {
    samples: [
      sample(real([2, 3]), 0, 1),
      sample(real([2, 3]), 1, -1),
      sample(real([3]), 0, 2),
      sample(real([2, 3], transposed), -1, 0),
      sample(real([3], reversed), 0, 0),
    ],
    errors: [fails('Index', 'select: ', real([2, 3]), 0, 2), fails('Index', 'select: ', real([2, 3]), 2, 0)],
  }),
  record('narrow', {
    samples: [
      sample(real([4]), 0, 1, 2),
      sample(real([2, 5]), 1, 2, 3),
      sample(real([2, 5]), -1, 0, 0),
      sample(real([2, 5]), 1, -2, 2),
      sample(real([4], reversed), 0, 1, 2),
    ],
    errors: [fails('Index', 'narrow: ', real([4]), 0, 2, 3)],
  }),
  record('flip', {
    samples: [
      sample(real([4]), [0]),
      sample(real([2, 3]), [0, 1]),
      sample(real([2, 3]), [-1]),
      sample(real([2, 3]), []),
      sample(real([0]), [0]),
      sample(real([2, 3], transposed), [0]),
      sample(real([4], reversed), [0]),
    ],
    errors: [fails('Index', 'flip: ', real([2]), [1])],
  }),
  record('roll', {
    samples: [sample(real([5]), 2), sample(real([2, 3]), 1, 1), sample(real([2, 3]), [1, -1], [0, 1]), sample(real([2, 3]), 1)],
  }),
  record('repeat', {
    forms: ['method'],
    torch: 'torch.Tensor.repeat',
    samples: [sample(real([3]), [2]), sample(real([2, 3]), [2, 1, 2]), sample(real([]), [3]), sample(real([2]), [0])],
    errors: [fails('Shape', 'repeat: ', real([2, 3]), [2])],
  }),
  record('tile', { samples: [sample(real([3]), [2]), sample(real([2, 3]), [2]), sample(real([2, 3]), [2, 1, 2])] }),
  record('cat', {
    forms: ['function'],
    samples: [
      sample([real([2]), real([3])]),
      sample([real([2, 3]), real([1, 3])], 0),
      sample([real([2, 3]), real([2, 1]), real([2, 2])], 1),
      sample([real([2, 3]), real([2, 1])], -1),
      sample([real([2, 3])]),
      sample([real([0, 3]), real([1, 3])]),
      sample([real([3, 2], transposed), real([2, 2], reversed)]),
      sample([real([2]), integers([1, 2])]),
    ],
    errors: [
      fails('Shape', 'cat: ', [real([2, 3]), real([2, 2])]),
      fails('Index', 'cat: ', [real([2]), real([2])], 1),
      fails('Shape', 'cat: ', []),
    ],
  }),
  record('stack', {
    forms: ['function'],
    samples: [
      sample([real([2]), real([2])]),
      sample([real([2, 3]), real([2, 3])], 1),
      sample([real([2]), real([2])], -1),
      sample([real([]), real([]), real([])]),
      sample([real([0]), real([0])]),
    ],
    errors: [fails('Shape', 'stack: ', [real([2]), real([3])])],
  }),
  record('split', {
    samples: [sample(real([5]), 2), sample(real([2, 5]), 2, 1), sample(real([2, 5]), [1, 4], { dim: 1 }), sample(real([4], reversed), 2)],
  }),
  record('chunk', { samples: [sample(real([5]), 2), sample(real([2, 6]), 3, 1), sample(real([3]), 5)] }),
  record('unbind', { samples: [sample(real([3])), sample(real([2, 3]), 1), sample(real([2, 3]), -1)] }),
  record('pad', {
    forms: ['functional'],
    samples: [
      sample(real([3]), [1, 2]),
      sample(real([2, 3]), [1, 0, 0, 2]),
      sample(real([2, 3]), [1, 1], { value: 2.5 }),
      sample(real([2, 3]), [-1, 1]),
      sample(real([0]), [1, 1]),
      sample(real([2, 3], transposed), [1, 1]),
      sample(real([4], reversed), [0, 1]),
      sample(real([1, 2, 4]), [2, 1], { mode: 'reflect' }),
      sample(real([1, 2, 4]), [2, 3], { mode: 'replicate' }),
      sample(real([1, 2, 4]), [2, 3], { mode: 'circular' }),
      sample(real([1, 1, 3, 4]), [2, 1, 1, 2], { mode: 'reflect' }),
      sample(real([1, 1, 3, 4]), [2, 1, 1, 2], { mode: 'replicate' }),
    ],
    errors: [fails('Shape', 'pad: ', real([3]), [1, 1, 1, 1]), fails('Shape', 'pad: ', real([1, 1, 3]), [3, 0], { mode: 'reflect' })],
  }),
  record('ravel', { samples: [sample(real([2, 3])), sample(real([2, 3], transposed)), sample(real([]))] }),
  record('viewAs', {
    forms: ['method'],
    torch: 'torch.Tensor.view_as',
    samples: [
      sample(
        real([6]),
        integers([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ),
    ],
  }),
  record('reshapeAs', {
    forms: ['method'],
    torch: 'torch.Tensor.reshape_as',
    samples: [
      sample(
        real([6]),
        integers([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ),
    ],
  }),
  record('broadcastTensors', {
    forms: ['function'],
    torch: 'lambda xs: torch.broadcast_tensors(*xs)',
    samples: [sample([real([3]), real([2, 1])]), sample([real([]), real([2])])],
    errors: [fails('Shape', 'broadcastTensors: ', [real([3]), real([2])])],
  }),
  record('meshgrid', {
    forms: ['function'],
    torch: "lambda xs, indexing='ij': torch.meshgrid(*xs, indexing=indexing)",
    samples: [sample([real([3]), real([2])]), sample([real([3]), real([2])], { indexing: 'xy' })],
  }),
  record('contiguous', {
    forms: ['method'],
    torch: 'torch.Tensor.contiguous',
    samples: [sample(real([3])), sample(real([2, 3], transposed)), sample(real([4], reversed)), sample(real([])), sample(real([0, 2]))],
  }),
  record('clone', {
    samples: [
      sample(real([3])),
      sample(real([2, 3], transposed)),
      sample(real([4], reversed)),
      sample(real([])),
      sample(integers([1, 2])),
      sample(booleans([1, 0])),
    ],
  }),
  record('tril', {
    samples: [
      sample(real([3, 3])),
      sample(real([3, 3]), 1),
      sample(real([2, 4]), -1),
      sample(real([2, 3, 3])),
      sample(real([3, 3], transposed)),
    ],
  }),
  record('triu', { samples: [sample(real([3, 3])), sample(real([3, 3]), 1), sample(real([2, 4]), -1), sample(real([2, 3, 3]))] }),
  record('diagonal', {
    samples: [sample(real([3, 3])), sample(real([3, 4]), 1), sample(real([2, 3, 3]), { offset: -1, dim1: 1, dim2: 2 })],
  }),
  record('trace', {
    samples: [
      sample(real([3, 3])),
      sample(real([2, 3])),
      sample(
        integers([
          [1, 2],
          [3, 4],
        ]),
      ),
    ],
    errors: [fails('Shape', 'trace: ', real([2]))],
  }),
  record('diag', {
    samples: [
      sample(real([3])),
      sample(real([3]), 1),
      sample(real([2]), { diagonal: -2 }),
      sample(real([3, 3])),
      sample(real([2, 3]), 1),
      sample(real([2, 3]), -1),
      sample(real([3, 2], transposed)),
    ],
    errors: [fails('Shape', 'diag: ', real([2, 2, 2]))],
  }),
  record('diagflat', {
    samples: [sample(real([2, 2])), sample(real([3]), -1), sample(real([]), { offset: 1 }), sample(real([2, 3], transposed))],
  }),
  record('diagEmbed', {
    samples: [
      sample(real([3])),
      sample(real([2, 3])),
      sample(real([2, 3]), 1),
      sample(real([2, 3]), -2, { dim1: 0, dim2: 2 }),
      sample(real([2, 3]), { dim1: 2, dim2: 0, offset: 1 }),
      sample(real([3, 2], transposed)),
    ],
    errors: [fails('Shape', 'diagEmbed: needs two different dims', real([2, 3]), 0, { dim1: 1, dim2: -2 })],
  }),
  record('fliplr', {
    samples: [sample(real([2, 3])), sample(real([2, 3, 2], transposed))],
    errors: [fails('Shape', 'fliplr: ', real([3]))],
  }),
  record('flipud', {
    samples: [sample(real([3])), sample(real([2, 3])), sample(real([2, 3, 2], transposed))],
    errors: [fails('Shape', 'flipud: ', real([]))],
  }),
  record('rot90', {
    torch: 'lambda x, k=1, dims=(0, 1): torch.rot90(x, k, dims)',
    samples: [
      ...[0, 1, 2, 3, -1, 5].map((k) => sample(real([2, 3]), k)),
      sample(real([2, 3])),
      sample(real([2, 3, 4]), 1, { dims: [2, 0] }),
      sample(real([2, 3, 4], transposed), 3, { dims: [-1, 1] }),
    ],
    errors: [fails('Shape', 'rot90: ', real([2, 3]), 1, { dims: [0, 0] })],
  }),
  record('tensorSplit', {
    samples: [
      sample(real([7]), 3),
      sample(real([2, 5]), 2, 1),
      sample(real([2, 5]), [1, 3], 1),
      sample(real([5, 2]), [2, 2, 4], { dim: 0 }),
      sample(real([5]), [3, 1, 9]),
      sample(real([5]), [-2]),
      sample(real([2]), 3),
      sample(real([4, 3], transposed), 2),
    ],
    errors: [fails('Shape', 'tensorSplit: ', real([]), 2), fails('Shape', 'tensorSplit: ', real([3]), 0)],
  }),
  ...['hsplit', 'vsplit', 'dsplit'].map((name) =>
    record(name, {
      samples: [
        sample(real([2, 4, 2]), 2),
        sample(real([3, 3, 3]), [1, 2]),
        ...(name === 'dsplit' ? [] : [sample(real([4, 4], transposed), 2)]),
        ...(name === 'hsplit' ? [sample(real([6]), 3)] : []),
      ],
      errors: [fails('Shape', `${name}: size 3 of dim`, real([3, 3, 3]), 2), fails('Shape', `${name}: needs at least`, real([]), 2)],
    }),
  ),
  ...['vstack', 'hstack', 'dstack', 'columnStack'].map((name) =>
    record(name, {
      forms: ['function'],
      samples: [
        sample([real([3]), real([3])]),
        sample([real([2, 3]), real([2, 3], transposed)]),
        sample([real([2, 2, 1]), real([2, 2, 1])]),
        ...(name === 'columnStack' ? [sample([real([2]), real([2, 3])]), sample([real([]), real([])])] : []),
        ...(name === 'hstack' ? [sample([real([]), real([2])])] : []),
        ...(name === 'vstack' ? [sample([real([2]), real([3, 2])])] : []),
        ...(name === 'dstack' ? [sample([real([2]), real([1, 2, 3])])] : []),
      ],
      errors: [fails('Shape', `${name}: needs at least one tensor`, [])],
    }),
  ),
  record('blockDiag', {
    forms: ['function'],
    torch: 'lambda tensors: torch.block_diag(*tensors)',
    samples: [sample([real([2, 3]), real([1, 2])]), sample([real([2]), real([]), real([2, 2], transposed)]), sample([real([2, 2])])],
    errors: [fails('Shape', 'blockDiag: ', [real([2, 2, 2])])],
  }),
  ...['atleast1d', 'atleast2d', 'atleast3d'].map((name) =>
    record(name, {
      forms: ['function'],
      torch: `torch.${name.replace(/(\d)d$/, '_$1d')}`,
      samples: [sample(real([])), sample(real([3])), sample(real([2, 3])), sample(real([2, 3, 2], transposed))],
    }),
  ),
  record('repeatInterleave', {
    limits: { counts: 'how often elements repeat decides the size of the result, which may differ between the samples of a batch' },
    samples: [
      sample(real([2, 3]), 2),
      sample(real([2, 3]), 2, 1),
      sample(real([2, 3]), indices([1, 0, 2]), 1),
      sample(real([2, 3]), indices([2]), { dim: 0 }),
      sample(real([]), 3),
      sample(real([3, 2], transposed), 2, 0),
    ],
    errors: [fails('Shape', 'repeatInterleave: ', real([3]), indices([1, 2]), 0), fails('Index', 'repeatInterleave: ', real([3]), -1)],
  }),
  record('splitWithSizes', {
    forms: ['method', 'function'],
    samples: [sample(real([5]), [2, 3]), sample(real([2, 4]), [1, 0, 3], 1)],
    errors: [fails('Shape', 'splitWithSizes: sizes [1] add up to 1', real([2]), [1])],
  }),
  record('combinations', {
    forms: ['function'],
    samples: [
      sample(real([4])),
      sample(real([4]), 3),
      sample(real([3]), 2, { withReplacement: true }),
      sample(real([3]), 1),
      sample(real([2]), 3),
      sample(real([3]), 0),
    ],
    errors: [fails('Shape', 'combinations: ', real([2, 2]))],
  }),
  record('cartesianProd', {
    forms: ['function'],
    torch: 'lambda tensors: torch.cartesian_prod(*tensors)',
    samples: [sample([real([2]), real([3])]), sample([real([2]), real([1]), real([2])]), sample([real([3])])],
    errors: [fails('Shape', 'cartesianProd: ', [real([2, 2])])],
  }),
]
