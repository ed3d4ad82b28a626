// Sample inputs for every primitive, as one sample of a batch sees them: several ranks each.
import type { DType } from '../../src/core/dtype.ts'
import { type ElementwisePrimitive, type ElementwiseRow, elementwise } from '../../src/primitives/elementwise.ts'
import type { BindablePrimitive, ParamsOf } from '../../src/primitives/params.ts'

/** An input of given shape and dtype; `below` makes it a tensor of positions in [0, below). */
export interface InputSpec {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly below?: number
}

/** Inputs and params of one application. */
export interface Sample<Params = unknown> {
  readonly inputs: readonly InputSpec[]
  readonly params: Params
}

type SampleTable = { readonly [P in BindablePrimitive]: readonly Sample<ParamsOf<P>>[] }

const float = (...shape: number[]): InputSpec => ({ shape, dtype: 'float32' })
const double = (...shape: number[]): InputSpec => ({ shape, dtype: 'float64' })
const integer = (...shape: number[]): InputSpec => ({ shape, dtype: 'int32' })
const byte = (...shape: number[]): InputSpec => ({ shape, dtype: 'uint8' })
const bool = (...shape: number[]): InputSpec => ({ shape, dtype: 'bool' })
const below = (limit: number, ...shape: number[]): InputSpec => ({ shape, dtype: 'int32', below: limit })
const sample = <Params>(inputs: readonly InputSpec[], params: Params): Sample<Params> => ({ inputs, params })

const elementwiseSamples = (row: ElementwiseRow): Sample<null>[] => {
  if (row.arity === 1) return [[float()], [float(3)], [double(2, 3)], [integer(2, 2)], [bool(3)]].map((inputs) => sample(inputs, null))
  const head = row.unpromoted === 1 ? [bool(2, 1)] : row.arity === 3 ? [float(3)] : []
  const rest: readonly [InputSpec, InputSpec][] = [
    [float(), float()],
    [float(), float(2, 3)],
    [float(2, 3), float(3)],
    [float(3), float(2, 1)],
    [double(), float(2, 1)],
    [double(), float()],
    [integer(), byte(2, 3)],
    [integer(3), float()],
    [float(1, 3), double(2, 1, 1)],
  ]
  return rest.map((operands) => sample([...head, ...operands], null))
}

const elementwiseTable = Object.fromEntries(
  Object.entries(elementwise).map(([primitive, row]) => [primitive, elementwiseSamples(row)]),
) as unknown as { [P in ElementwisePrimitive]: readonly Sample<null>[] }

const reductions = (input: (...shape: number[]) => InputSpec) => [
  sample([input()], { dims: [], keepdim: false }),
  sample([input(3)], { dims: [0], keepdim: false }),
  sample([input(2, 3)], { dims: [], keepdim: false }),
  sample([input(2, 3)], { dims: [0, 1], keepdim: false }),
  sample([input(2, 3)], { dims: [0, 1], keepdim: true }),
  sample([input(2, 3, 4)], { dims: [0, 2], keepdim: false }),
  sample([input(2, 3, 4)], { dims: [1], keepdim: true }),
]
const running = [
  sample([float()], { dim: 0 }),
  sample([float(4)], { dim: 0 }),
  sample([float(3, 4)], { dim: 0 }),
  sample([integer(2, 3, 2)], { dim: 1 }),
]

const geometry = { stride: [1, 1], padding: [0, 0], dilation: [1, 1] } as const
const wide = { stride: [2, 1], padding: [1, 2], dilation: [1, 2] } as const
/** Shapes of x, weight and y, with params. */
const convolutions = [
  { x: [2, 2, 4, 5], weight: [3, 2, 2, 3], y: [2, 3, 3, 3], params: { ...geometry, groups: 1 } },
  { x: [1, 2, 5, 4], weight: [3, 2, 3, 2], y: [1, 3, 3, 6], params: { ...wide, groups: 1 } },
  { x: [2, 4, 3, 3], weight: [6, 2, 2, 2], y: [2, 6, 2, 2], params: { ...geometry, groups: 2 } },
  { x: [1, 3, 3, 4], weight: [3, 1, 2, 2], y: [1, 3, 2, 3], params: { ...geometry, groups: 3 } },
  { x: [2, 4, 5, 4], weight: [4, 2, 3, 2], y: [2, 4, 3, 6], params: { ...wide, groups: 2 } },
] as const
const pools = { kernel: [2, 3], stride: [2, 1], padding: [1, 1], ceilMode: false } as const
const average = { ...pools, countIncludePad: true, divisorOverride: null }

const scatters = [
  sample([float(), below(1), float()], { dim: 0 }),
  sample([float(5), below(5, 3), float(3)], { dim: 0 }),
  sample([float(3, 4), below(3, 5, 2), float(5, 2)], { dim: 0 }),
  sample([integer(2, 3, 2), below(3, 2, 4, 1), integer(2, 4, 1)], { dim: 1 }),
]
const sliceWrites = [
  sample([float(), below(1, 1), float()], { dim: 0 }),
  sample([float(5), below(5, 3), float(3)], { dim: 0 }),
  sample([float(5), below(5), float(1)], { dim: 0 }),
  sample([float(3, 4), below(4, 2), float(3, 2)], { dim: 1 }),
  sample([integer(2, 3, 2), below(3, 4), integer(2, 4, 2)], { dim: 1 }),
]

/** The samples, by primitive; none where a rule is impossible. */
export const samples: SampleTable = {
  ...elementwiseTable,
  cast: [sample([float()], { dtype: 'int32' }), sample([integer(2, 3)], { dtype: 'float64' })],
  reshape: [
    sample([float()], { shape: [1, 1] }),
    sample([float(6)], { shape: [2, 3] }),
    sample([float(2, 3, 2)], { shape: [6, 1, 2] }),
    sample([float(1)], { shape: [] }),
  ],
  permute: [sample([float()], { dims: [] }), sample([float(2, 3)], { dims: [1, 0] }), sample([float(2, 3, 4)], { dims: [2, 0, 1] })],
  expand: [
    sample([float()], { shape: [2, 3] }),
    sample([float(3)], { shape: [2, 3] }),
    sample([float(2, 1)], { shape: [2, 4] }),
    sample([float(1, 3)], { shape: [2, 1, 2, 3] }),
  ],
  slice: [
    sample([float()], { starts: [], lengths: [], steps: [] }),
    sample([float(5)], { starts: [3], lengths: [2], steps: [-2] }),
    sample([float(3, 4)], { starts: [1, 0], lengths: [2, 2], steps: [1, 2] }),
  ],
  diagonal: [
    sample([float(3, 4)], { offset: 0, dim1: 0, dim2: 1 }),
    sample([float(3, 2, 4)], { offset: 1, dim1: 0, dim2: 2 }),
    sample([float(3, 2, 4)], { offset: -1, dim1: 2, dim2: 1 }),
  ],
  diagonalScatter: [
    sample([float(3)], { offset: 0, dim1: 0, dim2: 1, shape: [3, 4] }),
    sample([float(2, 3)], { offset: 1, dim1: 0, dim2: 2, shape: [3, 2, 4] }),
  ],
  pad: [
    sample([float()], { low: [], high: [], interior: [], value: 0 }),
    sample([float(3)], { low: [1], high: [2], interior: [1], value: 0 }),
    sample([integer(2, 2)], { low: [0, 1], high: [1, 0], interior: [0, 2], value: 7 }),
  ],
  flip: [sample([float()], { dims: [] }), sample([float(3)], { dims: [0] }), sample([float(2, 3, 2)], { dims: [0, 2] })],
  concatenate: [
    sample([float(2), float(3)], { dim: 0 }),
    sample([float(2, 3), integer(2, 1), double(2, 2)], { dim: 1 }),
    sample([bool(1, 2), bool(2, 2)], { dim: 0 }),
  ],
  sum: [...reductions(float), ...reductions(bool)],
  prod: [...reductions(double), ...reductions(integer)],
  amax: reductions(float),
  amin: reductions(integer),
  any: reductions(bool),
  all: reductions(float),
  argmax: reductions(float),
  argmin: reductions(integer),
  matmul: [
    sample([float(2, 3), float(3, 4)], null),
    sample([float(1, 3), float(3, 4)], null),
    sample([float(2, 3), float(3, 1)], null),
    sample([float(1, 3), float(3, 1)], null),
    sample([float(2, 2, 3), float(3, 4)], null),
    sample([double(2, 3), double(5, 3, 1)], null),
    sample([float(1, 3), float(2, 1, 3, 4)], null),
    sample([float(2, 1, 2, 3), float(4, 3, 2)], null),
    sample([integer(2, 3), integer(3, 2)], null),
  ],
  convolution: convolutions.map(({ x, weight, params }) => sample([float(...x), float(...weight)], params)),
  convolutionInputGradient: convolutions.map(({ x, weight, y, params }) =>
    sample([float(...y), float(...weight)], { ...params, shape: x }),
  ),
  convolutionWeightGradient: convolutions.map(({ x, weight, y, params }) =>
    sample([float(...x), float(...y)], { ...params, shape: weight }),
  ),
  gather: scatters.map(({ inputs: [x, index], params }) => sample([x as InputSpec, index as InputSpec], params)),
  scatter: scatters,
  scatterAdd: scatters,
  indexSelect: sliceWrites.map(({ inputs: [x, index], params }) => sample([x as InputSpec, index as InputSpec], params)),
  indexAdd: sliceWrites,
  indexCopy: sliceWrites,
  nonzero: [],
  cumsum: running,
  cumargmax: running,
  cumargmin: running,
  argsort: running.flatMap(({ inputs, params }) => [
    sample(inputs, { ...params, descending: false }),
    sample(inputs, { ...params, descending: true }),
  ]),
  maxPoolIndices: [
    sample([float(2, 2, 4, 5)], { ...pools, dilation: [1, 1] }),
    sample([float(1, 1, 5, 5)], { ...pools, dilation: [2, 1], ceilMode: true }),
  ],
  averagePool: [sample([float(2, 2, 4, 5)], average), sample([float(1, 1, 5, 5)], { ...average, countIncludePad: false, ceilMode: true })],
  averagePoolGradient: [
    sample([float(2, 2, 3, 5)], { ...average, shape: [2, 2, 4, 5] }),
    sample([float(1, 1, 3, 5)], { ...average, divisorOverride: 2, shape: [1, 1, 4, 5] }),
  ],
  full: [sample([], { shape: [2], value: 3, dtype: 'int32' }), sample([], { shape: [], value: 1.5, dtype: 'float32' })],
  iota: [sample([], { length: 4, dtype: 'int32' })],
  uniform: [sample([integer(4)], { shape: [2, 3], dtype: 'float32' }), sample([integer(4)], { shape: [], dtype: 'float64' })],
  normal: [sample([integer(4)], { shape: [3], dtype: 'float32' })],
  randomIntegers: [sample([integer(4)], { shape: [2, 2], low: -3, high: 5 })],
  randomPermutation: [sample([integer(4)], { length: 6 })],
}
