// Batching of the matrix product.
import { broadcastShapes } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { matmul, reshape, transpose } from '../../primitives/operations.ts'
import { type BatchApplication, type BatchRules, sampleShape, withSampleRank } from './batch-rule.ts'

/**
 * The batch is one more dim that broadcasts. A batch of vectors times one matrix is a product of two matrices: vectors
 * [B, 1, k] are the rows [B, k] of a matrix, and those on the right, [B, k, 1], those of its transpose.
 */
const product: BatchApplication<null> = ([x, y], [xBatched, yBatched], _, size) => {
  const [left, right] = [x as Value, y as Value]
  const xShape = sampleShape(left, xBatched as boolean)
  const yShape = sampleShape(right, yBatched as boolean)
  const [depth, columns] = yShape.slice(-2) as [number, number]
  const plain = xShape.length === 2 && yShape.length === 2
  if (plain && !yBatched && xShape[0] === 1) return reshape(matmul(reshape(left, [size, depth]), right), [size, 1, columns])
  if (plain && !xBatched && columns === 1) {
    return reshape(matmul(reshape(right, [size, depth]), transpose(left, 0, 1)), [size, xShape[0] as number, 1])
  }
  const rank = broadcastShapes('matmul', xShape.slice(0, -2), yShape.slice(0, -2)).length + 2
  return matmul(xBatched ? withSampleRank(left, rank) : left, yBatched ? withSampleRank(right, rank) : right)
}

export const contractionRules: BatchRules<'matmul'> = { matmul: product }
