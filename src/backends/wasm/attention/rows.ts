// What attention does with a row of scores between its products: softmax forward; backward, softmax again and its derivative. Along a row lie the
// keys that a query may look at.
import { dtypes } from '../../../core/dtype.ts'
import { apply, type Expression } from '../../expression.ts'
import { element, type LoopKernel, result, scalar } from '../loops/ir.ts'
import type { RowLayout } from '../loops/row-function.ts'

/** How a mask, bool or float32, lies along a row; null where there is none. */
export type MaskLayout = RowLayout | null

/** What softmax takes: the score of operand 0 times scalar 0, with the mask in operand `k`. */
function masked(mask: MaskLayout, k: number): Expression {
  const score = apply('mul', element(0), scalar(0))
  if (mask === null) return score
  return mask.type === dtypes.bool ? apply('select', element(k), score, Number.NEGATIVE_INFINITY) : apply('add', score, element(k))
}

/**
 * Weights in place of scores, and the logarithm of the sum of exponentials. Where no key is allowed, weights are 0, and the logarithm is ∞ so that
 * they are again. Operands: scores, logarithm, mask; scalar: scale.
 */
export function weightsKernel(mask: MaskLayout): LoopKernel {
  const score = masked(mask, 2)
  const exponential = apply('exp', apply('sub', score, result(1)))
  const isEmpty = apply('eq', result(2), 0)
  return {
    name: 'attentionWeights',
    operands: mask === null ? 2 : 3,
    computes: 'float32',
    stages: [
      { per: 'element', reductions: [{ combine: 'max', value: score }] },
      { per: 'row', values: [apply('select', apply('eq', result(0), Number.NEGATIVE_INFINITY), 0, result(0))] },
      { per: 'element', reductions: [{ combine: 'sum', value: exponential }], stores: [{ operand: 0, value: exponential }] },
      {
        per: 'row',
        values: [apply('select', isEmpty, 0, apply('div', 1, result(2)))],
        stores: [
          { operand: 1, value: apply('select', isEmpty, Number.POSITIVE_INFINITY, apply('add', apply('log', result(2)), result(1))) },
        ],
      },
      { per: 'element', stores: [{ operand: 0, value: apply('mul', element(0), result(3)) }] },
    ],
  }
}

/**
 * Weights w in place of scores, and the gradient of the scores, w (g − Σ g w) · scale, in place of that of the weights, g. Operands: scores, g,
 * logarithm, mask; scalar: scale.
 */
export function gradientKernel(mask: MaskLayout): LoopKernel {
  const weight = apply('exp', apply('sub', masked(mask, 3), result(0)))
  return {
    name: 'attentionWeightsGradient',
    operands: mask === null ? 3 : 4,
    computes: 'float32',
    stages: [
      { per: 'row', values: [element(2)] },
      {
        per: 'element',
        reductions: [{ combine: 'sum', value: apply('mul', element(1), weight) }],
        stores: [{ operand: 0, value: weight }],
      },
      {
        per: 'element',
        stores: [{ operand: 1, value: apply('mul', apply('mul', element(0), apply('sub', element(1), result(1))), scalar(0)) }],
      },
    ],
  }
}

const along = { type: dtypes.float32, stepping: 1 } as const
const perRow = { type: dtypes.float32, stepping: 0 } as const

/** How the operands of the two kernels lie. */
export const weightsLayouts = (mask: MaskLayout): RowLayout[] => [along, perRow, ...(mask === null ? [] : [mask])]
export const gradientLayouts = (mask: MaskLayout): RowLayout[] => [along, along, perRow, ...(mask === null ? [] : [mask])]
