// Signatures: indexing, gathering and scattering.
import { type OptionReader, optionReader } from '../signature-reader.ts'

export const signatures = {
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

export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)
