// Signatures: matrix and vector products.
import { type OptionReader, optionReader } from '../signature-reader.ts'

export const signatures = {
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

export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)
