// Signatures: reductions, running sums and softmax.
import { type OptionReader, optionReader } from '../signature-reader.ts'

export const signatures = {
  sum: 'input: tensor, dim: dims | null = null, keepdim: boolean = false, *, dtype: dtype | null = null',
  mean: 'input: tensor, dim: dims | null = null, keepdim: boolean = false, *, dtype: dtype | null = null',
  prod: 'input: tensor, dim: dim | null = null, keepdim: boolean = false, *, dtype: dtype | null = null',
  amax: 'input: tensor, dim: dims | null = null, keepdim: boolean = false',
  amin: 'input: tensor, dim: dims | null = null, keepdim: boolean = false',
  any: 'input: tensor, dim: dims | null = null, keepdim: boolean = false',
  all: 'input: tensor, dim: dims | null = null, keepdim: boolean = false',
  countNonzero: 'input: tensor, dim: dims | null = null',
  logsumexp: 'input: tensor, dim: dims, keepdim: boolean = false',
  softmax: 'input: tensor, dim: dim, *, dtype: dtype | null = null',
  logSoftmax: 'input: tensor, dim: dim, *, dtype: dtype | null = null',
  cumsum: 'input: tensor, dim: dim, *, dtype: dtype | null = null',
} as const

export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)
