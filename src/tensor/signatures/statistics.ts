// Signatures: statistics, extremes, orderings and comparisons of whole tensors.
import { type OptionReader, optionReader } from '../signature-reader.ts'

export const signatures = {
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
  max: 'input: tensor, dim: dim | tensor | null = null, keepdim: boolean = false',
  min: 'input: tensor, dim: dim | tensor | null = null, keepdim: boolean = false',
  argmax: 'input: tensor, dim: dim | null = null, keepdim: boolean = false',
  argmin: 'input: tensor, dim: dim | null = null, keepdim: boolean = false',
  norm: "input: tensor, p: number | 'fro' = 'fro', dim: dims | null = null, keepdim: boolean = false, *, dtype: dtype | null = null",
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

export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)
