// Matrix and vector products: PyTorch's rules for ranks around the one contraction primitive.
import { ShapeError } from '../../core/errors.ts'
import { printShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/products.ts'
import type { OptionsOf } from '../signatures.ts'

function requireRank(name: string, parameter: string, value: Value, rank: number): void {
  if (value.shape.length === rank) return
  const remedy = name === 'dot' || name === 'outer' ? 'Flatten it?' : 'matmul takes any rank.'
  throw new ShapeError(
    `${name}: ${parameter} must have ${rank} ${rank === 1 ? 'dim' : 'dims'}, not shape ${printShape(value.shape)}. ${remedy}`,
  )
}

function requireInner(name: string, a: Value, b: Value, inner: number | undefined, other: number | undefined): void {
  if (inner === other) return
  const remedy = a.shape.length > 1 && b.shape.length > 1 ? 'Transpose one operand?' : 'Reshape one operand?'
  throw new ShapeError(`${name}: inner sizes differ: ${printShape(a.shape)} × ${printShape(b.shape)}. ${remedy}`)
}

/** Product over the last dim of the first and the last but one of the second; vectors count as a row on the left and a column on the right; batch dims broadcast. */
export function matmul(input: Value, other: Value): Value {
  const left = input.shape.length
  const right = other.shape.length
  if (left >= 2 && right >= 2) return P.matmul(input, other)
  if (left === 0 || right === 0) {
    throw new ShapeError(
      `matmul: both operands need at least one dim, got ${printShape(input.shape)} and ${printShape(other.shape)}. Use mul for a number?`,
    )
  }
  requireInner('matmul', input, other, input.shape[left - 1], right === 1 ? other.shape[0] : other.shape[right - 2])
  if (left === 1 && right === 1) return P.reshape(P.matmul(P.unsqueeze(input, 0), P.unsqueeze(other, 1)), [])
  if (right === 1) return P.squeeze(P.matmul(input, P.unsqueeze(other, 1)), left - 1)
  return P.squeeze(P.matmul(P.unsqueeze(input, 0), other), right - 2)
}

/** Product of two matrices, `[n, k] × [k, m] → [n, m]`. */
export function mm(input: Value, mat2: Value): Value {
  requireRank('mm', 'input', input, 2)
  requireRank('mm', 'mat2', mat2, 2)
  requireInner('mm', input, mat2, input.shape[1], mat2.shape[0])
  return P.matmul(input, mat2)
}

/** Products of two equally long batches of matrices, `[b, n, k] × [b, k, m] → [b, n, m]`. */
export function bmm(input: Value, mat2: Value): Value {
  requireRank('bmm', 'input', input, 3)
  requireRank('bmm', 'mat2', mat2, 3)
  requireInner('bmm', input, mat2, input.shape[2], mat2.shape[1])
  if (input.shape[0] !== mat2.shape[0]) {
    throw new ShapeError(`bmm: batch sizes differ: ${printShape(input.shape)} × ${printShape(mat2.shape)}. matmul broadcasts them.`)
  }
  return P.matmul(input, mat2)
}

/** Product of a matrix and a vector, `[n, k] × [k] → [n]`. */
export function mv(input: Value, vec: Value): Value {
  requireRank('mv', 'input', input, 2)
  requireRank('mv', 'vec', vec, 1)
  requireInner('mv', input, vec, input.shape[1], vec.shape[0])
  return matmul(input, vec)
}

/** Σᵢ aᵢ bᵢ of two vectors. */
export function dot(input: Value, other: Value): Value {
  requireRank('dot', 'input', input, 1)
  requireRank('dot', 'other', other, 1)
  requireInner('dot', input, other, input.shape[0], other.shape[0])
  return matmul(input, other)
}

/** aᵢ bⱼ of two vectors. */
export function outer(input: Value, vec2: Value): Value {
  requireRank('outer', 'input', input, 1)
  requireRank('outer', 'vec2', vec2, 1)
  return P.mul(P.unsqueeze(input, 1), P.unsqueeze(vec2, 0))
}

// beta · input + alpha · product; with beta 0 the input does not count, NaN included.
function added(input: Operand, product: Value, { beta, alpha }: { readonly beta: number; readonly alpha: number }): Value {
  const scaled = alpha === 1 ? product : P.mul(product, alpha)
  if (beta === 0) return scaled
  return P.add(beta === 1 ? input : P.mul(input, beta), scaled)
}

/** `beta · input + alpha · (mat × vec)`. */
export function addmv(input: Operand, mat: Value, vec: Value, options?: OptionsOf<'addmv'>): Value {
  requireRank('addmv', 'mat', mat, 2)
  requireRank('addmv', 'vec', vec, 1)
  requireInner('addmv', mat, vec, mat.shape[1], vec.shape[0])
  return added(input, matmul(mat, vec), readOptions('addmv', options))
}

/** `beta · input + alpha · outer(vec1, vec2)`. */
export function addr(input: Operand, vec1: Value, vec2: Value, options?: OptionsOf<'addr'>): Value {
  requireRank('addr', 'vec1', vec1, 1)
  requireRank('addr', 'vec2', vec2, 1)
  return added(input, outer(vec1, vec2), readOptions('addr', options))
}

/** `beta · input + alpha · (batch1 × batch2)`, matrix by matrix. */
export function baddbmm(input: Operand, batch1: Value, batch2: Value, options?: OptionsOf<'baddbmm'>): Value {
  return added(input, batches('baddbmm', batch1, batch2), readOptions('baddbmm', options))
}

/** `beta · input + alpha · Σ (batch1 × batch2)`, summed over the batch. */
export function addbmm(input: Operand, batch1: Value, batch2: Value, options?: OptionsOf<'addbmm'>): Value {
  return added(input, P.sum(batches('addbmm', batch1, batch2), 0), readOptions('addbmm', options))
}

function batches(name: string, batch1: Value, batch2: Value): Value {
  requireRank(name, 'batch1', batch1, 3)
  requireRank(name, 'batch2', batch2, 3)
  requireInner(name, batch1, batch2, batch1.shape[2], batch2.shape[1])
  if (batch1.shape[0] !== batch2.shape[0]) {
    throw new ShapeError(`${name}: batch sizes differ: ${printShape(batch1.shape)} × ${printShape(batch2.shape)}. matmul broadcasts them.`)
  }
  return P.matmul(batch1, batch2)
}

/** `beta · input + alpha · (mat1 × mat2)`; with beta 0 the input's values, NaN included, do not count. */
export function addmm(input: Operand, mat1: Value, mat2: Value, options?: OptionsOf<'addmm'>): Value {
  requireRank('addmm', 'mat1', mat1, 2)
  requireRank('addmm', 'mat2', mat2, 2)
  requireInner('addmm', mat1, mat2, mat1.shape[1], mat2.shape[0])
  return added(input, P.matmul(mat1, mat2), readOptions('addmm', options))
}
