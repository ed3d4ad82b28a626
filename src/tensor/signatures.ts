// The signature table: names, order, kinds and defaults of the parameters of every operation. It says what the options are,
// refuses misspelt ones, and the reference tables in docs/ are made from it. Grammar and law: signature-reader.ts.
import { type OptionReader, type Options, optionReader, type ReadOptions } from './signature-reader.ts'

/** Signatures of creation functions. */
export const creation = {
  tensor: "data: data, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  fromTypedArray:
    "array: data, shape: shape | null = null, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  zeros: "shape: shape, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  ones: "shape: shape, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  empty: "shape: shape, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  full: "shape: shape, fillValue: number | boolean, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  arange:
    "startOrEnd: number, end: number | null = null, step: number = 1, /, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  linspace: "start: number, end: number, steps: int, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  logspace:
    "start: number, end: number, steps: int, base: number = 10, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  eye: "n: int, m: int | null = null, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  rand: "shape: shape, *, generator: generator | null = null, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  randn:
    "shape: shape, *, generator: generator | null = null, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  randint:
    "lowOrHigh: int, highOrShape: int | shape, shape: shape | null = null, /, *, generator: generator | null = null, dtype: dtype = 'int32', device: device = 'cpu', requiresGrad: boolean = false",
  randperm: "n: int, *, generator: generator | null = null, dtype: dtype = 'int32', device: device = 'cpu', requiresGrad: boolean = false",
  normal:
    "mean: operand, std: operand, shape: shape | null = null, *, generator: generator | null = null, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  zerosLike: "input: tensor, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  onesLike: "input: tensor, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  emptyLike: "input: tensor, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  fullLike:
    "input: tensor, fillValue: number | boolean, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  randLike:
    "input: tensor, *, generator: generator | null = null, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  randnLike:
    "input: tensor, *, generator: generator | null = null, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  manualSeed: 'seed: int',
} as const

/** Signatures of elementwise operations. Their in-place forms (`add_`) take the same arguments. */
export const elementwise = {
  abs: 'input: tensor',
  neg: 'input: tensor',
  sign: 'input: tensor',
  reciprocal: 'input: tensor',
  square: 'input: tensor',
  sqrt: 'input: tensor',
  rsqrt: 'input: tensor',
  exp: 'input: tensor',
  expm1: 'input: tensor',
  exp2: 'input: tensor',
  log: 'input: tensor',
  log1p: 'input: tensor',
  log2: 'input: tensor',
  log10: 'input: tensor',
  sin: 'input: tensor',
  cos: 'input: tensor',
  tan: 'input: tensor',
  asin: 'input: tensor',
  acos: 'input: tensor',
  atan: 'input: tensor',
  sinh: 'input: tensor',
  cosh: 'input: tensor',
  tanh: 'input: tensor',
  asinh: 'input: tensor',
  acosh: 'input: tensor',
  atanh: 'input: tensor',
  erf: 'input: tensor',
  erfc: 'input: tensor',
  erfinv: 'input: tensor',
  lgamma: 'input: tensor',
  digamma: 'input: tensor',
  polygamma: 'n: int, input: tensor',
  mvlgamma: 'input: tensor, p: int',
  sinc: 'input: tensor',
  positive: 'input: tensor',
  sgn: 'input: tensor',
  logit: 'input: tensor, eps: number | null = null',
  deg2rad: 'input: tensor',
  rad2deg: 'input: tensor',
  sigmoid: 'input: tensor',
  relu: 'input: tensor',
  floor: 'input: tensor',
  ceil: 'input: tensor',
  trunc: 'input: tensor',
  frac: 'input: tensor',
  round: 'input: tensor, *, decimals: int = 0',
  isnan: 'input: tensor',
  isinf: 'input: tensor',
  isfinite: 'input: tensor',
  isposinf: 'input: tensor',
  isneginf: 'input: tensor',
  signbit: 'input: tensor',
  logicalNot: 'input: tensor',
  add: 'input: operand, other: operand, *, alpha: number = 1',
  sub: 'input: operand, other: operand, *, alpha: number = 1',
  mul: 'input: operand, other: operand',
  div: "input: operand, other: operand, *, roundingMode: 'trunc' | 'floor' | null = null",
  floorDivide: 'input: operand, other: operand',
  remainder: 'input: operand, other: operand',
  fmod: 'input: operand, other: operand',
  pow: 'input: operand, exponent: operand',
  minimum: 'input: operand, other: operand',
  maximum: 'input: operand, other: operand',
  fmin: 'input: operand, other: operand',
  fmax: 'input: operand, other: operand',
  copysign: 'input: operand, other: operand',
  ldexp: 'input: tensor, other: operand',
  heaviside: 'input: tensor, values: operand',
  atan2: 'input: operand, other: operand',
  hypot: 'input: operand, other: operand',
  logaddexp: 'input: operand, other: operand',
  logaddexp2: 'input: operand, other: operand',
  xlogy: 'input: operand, other: operand',
  eq: 'input: operand, other: operand',
  ne: 'input: operand, other: operand',
  lt: 'input: operand, other: operand',
  le: 'input: operand, other: operand',
  gt: 'input: operand, other: operand',
  ge: 'input: operand, other: operand',
  logicalAnd: 'input: operand, other: operand',
  logicalOr: 'input: operand, other: operand',
  logicalXor: 'input: operand, other: operand',
  isclose: 'input: tensor, other: operand, rtol: number = 0.00001, atol: number = 1e-8, equalNan: boolean = false',
  where: 'condition: tensor, input: operand, other: operand',
  clamp: 'input: tensor, min: operand | null = null, max: operand | null = null',
  clampMin: 'input: tensor, min: operand',
  clampMax: 'input: tensor, max: operand',
  lerp: 'input: tensor, end: tensor, weight: operand',
  addcmul: 'input: tensor, tensor1: operand, tensor2: operand, *, value: number = 1',
  addcdiv: 'input: tensor, tensor1: operand, tensor2: operand, *, value: number = 1',
  nanToNum: 'input: tensor, nan: number = 0, posinf: number | null = null, neginf: number | null = null',
  to: 'input: tensor, target: dtype | device | tensor',
  clone: 'input: tensor',
  zero_: 'input: tensor',
  fill_: 'input: tensor, value: operand',
  copy_: 'input: tensor, source: operand',
  normal_: 'input: tensor, mean: number = 0, std: number = 1, /, *, generator: generator | null = null',
  uniform_: 'input: tensor, from: number = 0, to: number = 1, /, *, generator: generator | null = null',
  bernoulli_: 'input: tensor, p: number = 0.5, *, generator: generator | null = null',
} as const

/** Signatures of reductions, orderings and comparisons of whole tensors. */
export const reductions = {
  sum: 'input: tensor, dim: dims | null = null, keepdim: boolean = false, *, dtype: dtype | null = null',
  mean: 'input: tensor, dim: dims | null = null, keepdim: boolean = false, *, dtype: dtype | null = null',
  prod: 'input: tensor, dim: dim | null = null, keepdim: boolean = false, *, dtype: dtype | null = null',
  nansum: 'input: tensor, dim: dims | null = null, keepdim: boolean = false, *, dtype: dtype | null = null',
  nanmean: 'input: tensor, dim: dims | null = null, keepdim: boolean = false, *, dtype: dtype | null = null',
  median: 'input: tensor, dim: dim | null = null, keepdim: boolean = false',
  nanmedian: 'input: tensor, dim: dim | null = null, keepdim: boolean = false',
  quantile:
    "input: tensor, q: operand, dim: dim | null = null, keepdim: boolean = false, *, interpolation: 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest' = 'linear'",
  nanquantile:
    "input: tensor, q: operand, dim: dim | null = null, keepdim: boolean = false, *, interpolation: 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest' = 'linear'",
  cov: 'input: tensor, *, correction: int = 1, fweights: tensor | null = null, aweights: tensor | null = null',
  corrcoef: 'input: tensor',
  dist: 'input: tensor, other: tensor, p: number = 2',
  sumToSize: 'input: tensor, shape: shape',
  isin: 'elements: operand, testElements: operand, *, assumeUnique: boolean = false, invert: boolean = false',
  searchsorted:
    "sortedSequence: tensor, input: operand, *, right: boolean = false, side: 'left' | 'right' = 'left', sorter: tensor | null = null, outInt32: boolean = true",
  bucketize: 'input: operand, boundaries: tensor, *, right: boolean = false, outInt32: boolean = true',
  kthvalue: 'input: tensor, k: int, dim: dim = -1, keepdim: boolean = false',
  aminmax: 'input: tensor, *, dim: dim | null = null, keepdim: boolean = false',
  var: 'input: tensor, dim: dims | null = null, *, correction: number = 1, keepdim: boolean = false',
  std: 'input: tensor, dim: dims | null = null, *, correction: number = 1, keepdim: boolean = false',
  varMean: 'input: tensor, dim: dims | null = null, *, correction: number = 1, keepdim: boolean = false',
  stdMean: 'input: tensor, dim: dims | null = null, *, correction: number = 1, keepdim: boolean = false',
  amax: 'input: tensor, dim: dims | null = null, keepdim: boolean = false',
  amin: 'input: tensor, dim: dims | null = null, keepdim: boolean = false',
  max: 'input: tensor, dim: dim | tensor | null = null, keepdim: boolean = false',
  min: 'input: tensor, dim: dim | tensor | null = null, keepdim: boolean = false',
  argmax: 'input: tensor, dim: dim | null = null, keepdim: boolean = false',
  argmin: 'input: tensor, dim: dim | null = null, keepdim: boolean = false',
  any: 'input: tensor, dim: dims | null = null, keepdim: boolean = false',
  all: 'input: tensor, dim: dims | null = null, keepdim: boolean = false',
  countNonzero: 'input: tensor, dim: dims | null = null',
  norm: "input: tensor, p: number | 'fro' = 'fro', dim: dims | null = null, keepdim: boolean = false, *, dtype: dtype | null = null",
  logsumexp: 'input: tensor, dim: dims, keepdim: boolean = false',
  softmax: 'input: tensor, dim: dim, *, dtype: dtype | null = null',
  logSoftmax: 'input: tensor, dim: dim, *, dtype: dtype | null = null',
  cumsum: 'input: tensor, dim: dim, *, dtype: dtype | null = null',
  cumprod: 'input: tensor, dim: dim, *, dtype: dtype | null = null',
  cummax: 'input: tensor, dim: dim',
  cummin: 'input: tensor, dim: dim',
  diff: 'input: tensor, n: int = 1, dim: dim = -1, *, prepend: tensor | null = null, append: tensor | null = null',
  trapezoid: 'y: tensor, x: tensor | null = null, *, dx: number = 1, dim: dim = -1',
  cumulativeTrapezoid: 'y: tensor, x: tensor | null = null, *, dx: number = 1, dim: dim = -1',
  sort: 'input: tensor, dim: dim = -1, descending: boolean = false, stable: boolean = false',
  argsort: 'input: tensor, dim: dim = -1, descending: boolean = false, stable: boolean = false',
  topk: 'input: tensor, k: int, dim: dim = -1, largest: boolean = true, sorted: boolean = true',
  allclose: 'input: tensor, other: tensor, rtol: number = 0.00001, atol: number = 1e-8, equalNan: boolean = false',
  equal: 'input: tensor, other: tensor',
} as const

/** Signatures of matrix and vector products. */
export const products = {
  matmul: 'input: tensor, other: tensor',
  mm: 'input: tensor, mat2: tensor',
  bmm: 'input: tensor, mat2: tensor',
  mv: 'input: tensor, vec: tensor',
  dot: 'input: tensor, other: tensor',
  outer: 'input: tensor, vec2: tensor',
  addmm: 'input: operand, mat1: tensor, mat2: tensor, *, beta: number = 1, alpha: number = 1',
  addmv: 'input: operand, mat: tensor, vec: tensor, *, beta: number = 1, alpha: number = 1',
  addr: 'input: operand, vec1: tensor, vec2: tensor, *, beta: number = 1, alpha: number = 1',
  addbmm: 'input: operand, batch1: tensor, batch2: tensor, *, beta: number = 1, alpha: number = 1',
  baddbmm: 'input: operand, batch1: tensor, batch2: tensor, *, beta: number = 1, alpha: number = 1',
  vdot: 'input: tensor, other: tensor',
  inner: 'input: tensor, other: tensor',
  tensordot: 'input: tensor, other: tensor, dims: int | data = 2',
  kron: 'input: tensor, other: tensor',
  cross: 'input: tensor, other: tensor, dim: dim | null = null',
  einsum: 'equation: string, operands: tensors',
} as const

/** Signatures of operations that move elements: views, joins, splits, copies. */
export const movement = {
  reshape: 'input: tensor, shape: shape',
  view: 'input: tensor, shape: shape',
  viewAs: 'input: tensor, other: tensor',
  reshapeAs: 'input: tensor, other: tensor',
  flatten: 'input: tensor, startDim: dim = 0, endDim: dim = -1',
  unflatten: 'input: tensor, dim: dim, sizes: shape',
  ravel: 'input: tensor',
  permute: 'input: tensor, dims: shape',
  transpose: 'input: tensor, dim0: dim, dim1: dim',
  t: 'input: tensor',
  movedim: 'input: tensor, source: dims, destination: dims',
  squeeze: 'input: tensor, dim: dims | null = null',
  unsqueeze: 'input: tensor, dim: dim',
  expand: 'input: tensor, shape: shape',
  expandAs: 'input: tensor, other: tensor',
  broadcastTo: 'input: tensor, shape: shape',
  broadcastTensors: 'tensors: tensors',
  repeatInterleave: 'input: tensor, repeats: int | tensor, dim: dim | null = null',
  repeat: 'input: tensor, repeats: shape',
  tile: 'input: tensor, dims: shape',
  narrow: 'input: tensor, dim: dim, start: int, length: int',
  select: 'input: tensor, dim: dim, index: int',
  diagonal: 'input: tensor, offset: int = 0, dim1: dim = 0, dim2: dim = 1',
  trace: 'input: tensor',
  diag: 'input: tensor, diagonal: int = 0',
  diagflat: 'input: tensor, offset: int = 0',
  diagEmbed: 'input: tensor, offset: int = 0, dim1: dim = -2, dim2: dim = -1',
  tril: 'input: tensor, diagonal: int = 0',
  triu: 'input: tensor, diagonal: int = 0',
  flip: 'input: tensor, dims: dims',
  fliplr: 'input: tensor',
  flipud: 'input: tensor',
  rot90: 'input: tensor, k: int = 1, dims: shape | null = null',
  roll: 'input: tensor, shifts: dims, dims: dims | null = null',
  split: 'input: tensor, splitSizeOrSections: int | shape, dim: dim = 0',
  tensorSplit: 'input: tensor, indicesOrSections: int | shape, dim: dim = 0',
  hsplit: 'input: tensor, indicesOrSections: int | shape',
  vsplit: 'input: tensor, indicesOrSections: int | shape',
  dsplit: 'input: tensor, indicesOrSections: int | shape',
  chunk: 'input: tensor, chunks: int, dim: dim = 0',
  splitWithSizes: 'input: tensor, splitSizes: shape, dim: dim = 0',
  unbind: 'input: tensor, dim: dim = 0',
  cat: 'tensors: tensors, dim: dim = 0',
  stack: 'tensors: tensors, dim: dim = 0',
  vstack: 'tensors: tensors',
  hstack: 'tensors: tensors',
  dstack: 'tensors: tensors',
  columnStack: 'tensors: tensors',
  blockDiag: 'tensors: tensors',
  atleast1d: 'input: tensor | tensors',
  atleast2d: 'input: tensor | tensors',
  atleast3d: 'input: tensor | tensors',
  cartesianProd: 'tensors: tensors',
  combinations: 'input: tensor, r: int = 2, withReplacement: boolean = false',
  meshgrid: "tensors: tensors, *, indexing: 'ij' | 'xy' = 'ij'",
  contiguous: 'input: tensor',
} as const

/** Signatures of indexing, gathering and scattering. */
export const indexing = {
  at: 'input: tensor, …index: index',
  setAt: 'input: tensor, index: index, value: operand',
  slice: 'start: int | null = null, stop: int | null = null, step: int | null = null',
  gather: 'input: tensor, dim: dim, index: tensor',
  scatter: 'input: tensor, dim: dim, index: tensor, src: operand',
  scatterAdd: 'input: tensor, dim: dim, index: tensor, src: tensor',
  take: 'input: tensor, index: tensor',
  argwhere: 'input: tensor',
  selectScatter: 'input: tensor, src: tensor, dim: dim, index: int',
  sliceScatter: 'input: tensor, src: tensor, dim: dim = 0, start: int | null = null, end: int | null = null, step: int = 1',
  diagonalScatter: 'input: tensor, src: tensor, offset: int = 0, dim1: dim = 0, dim2: dim = 1',
  indexSelect: 'input: tensor, dim: dim, index: tensor',
  indexAdd: 'input: tensor, dim: dim, index: tensor, source: tensor, *, alpha: number = 1',
  indexCopy: 'input: tensor, dim: dim, index: tensor, source: tensor',
  indexFill: 'input: tensor, dim: dim, index: tensor, value: operand',
  takeAlongDim: 'input: tensor, indices: tensor, dim: dim | null = null',
  maskedFill: 'input: tensor, mask: tensor, value: operand',
  maskedSelect: 'input: tensor, mask: tensor',
  nonzero: 'input: tensor, *, asTuple: boolean = false',
  embedding: 'input: tensor, weight: tensor, paddingIdx: int | null = null',
  oneHot: 'input: tensor, numClasses: int = -1',
} as const

/** Signatures of convolution, pooling and padding. */
export const spatial = {
  conv1d:
    "input: tensor, weight: tensor, bias: tensor | null = null, stride: pair = 1, padding: pair | 'same' | 'valid' = 0, dilation: pair = 1, groups: int = 1",
  conv2d:
    "input: tensor, weight: tensor, bias: tensor | null = null, stride: pair = 1, padding: pair | 'same' | 'valid' = 0, dilation: pair = 1, groups: int = 1",
  maxPool1d:
    'input: tensor, kernelSize: pair, stride: pair | null = null, padding: pair = 0, dilation: pair = 1, ceilMode: boolean = false, returnIndices: boolean = false',
  maxPool2d:
    'input: tensor, kernelSize: pair, stride: pair | null = null, padding: pair = 0, dilation: pair = 1, ceilMode: boolean = false, returnIndices: boolean = false',
  avgPool1d:
    'input: tensor, kernelSize: pair, stride: pair | null = null, padding: pair = 0, ceilMode: boolean = false, countIncludePad: boolean = true',
  avgPool2d:
    'input: tensor, kernelSize: pair, stride: pair | null = null, padding: pair = 0, ceilMode: boolean = false, countIncludePad: boolean = true, divisorOverride: int | null = null',
  pad: "input: tensor, pad: shape, mode: 'constant' | 'reflect' | 'replicate' | 'circular' = 'constant', value: number = 0",
} as const

/** Every signature of this folder, by name. */
export const signatures: typeof creation &
  typeof elementwise &
  typeof reductions &
  typeof products &
  typeof movement &
  typeof indexing &
  typeof spatial = {
  ...creation,
  ...elementwise,
  ...reductions,
  ...products,
  ...movement,
  ...indexing,
  ...spatial,
}

/** Names of operations. */
export type SignatureName = keyof typeof signatures
/** What may be given to an operation in its options object, as in `OptionsOf<'sum'>`. */
export type OptionsOf<N extends SignatureName> = Options<(typeof signatures)[N]>
/** The same with every default filled in. */
export type ReadOptionsOf<N extends SignatureName> = ReadOptions<(typeof signatures)[N]>

/**
 * The optional arguments of an operation, defaults filled in: `readOptions('sum', dim, options)`. Each of the trailing arguments may be a
 * positional one or the options object that ends the list. With nothing given it is one frozen object, and costs a look-up.
 */
export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)
