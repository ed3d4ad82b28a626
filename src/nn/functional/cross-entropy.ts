// Cross-entropy of rows of logits with class indices: a large one is one kernel each way, which never stores probabilities.
import type { Fused } from '../../autograd/index.ts'
import { apply, type Expression } from '../../backends/expression.ts'
import { emptyValue, type Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { element, type LoopKernel, overRows, position, result } from '../../primitives/rows.ts'
import { logSoftmax } from '../../tensor/operations/softmax.ts'

/** 1 at the class of the row, whose index is operand `k`, else 0. */
const isClass = (k: number): Expression => apply('eq', position, element(k))

// operands: logits, class, loss. loss = log Σ exp(x − max) − (x − max)[class]
const forwardKernel: LoopKernel = /*@__PURE__*/ (() => {
  const shifted = apply('sub', element(0), result(0))
  return {
    name: 'crossEntropy',
    operands: 3,
    stages: [
      { per: 'element', reductions: [{ combine: 'max', value: element(0) }] },
      {
        per: 'element',
        reductions: [
          { combine: 'sum', value: apply('exp', shifted) },
          { combine: 'sum', value: apply('select', isClass(1), shifted, 0) },
        ],
      },
      { per: 'row', stores: [{ operand: 2, value: apply('sub', apply('log', result(1)), result(2)) }] },
    ],
  }
})()

// operands: cotangent of the row's loss, logits, class, dx = g (softmax(x) − [class])
const backwardKernel: LoopKernel = /*@__PURE__*/ (() => {
  const exponential = apply('exp', apply('sub', element(1), result(0)))
  return {
    name: 'crossEntropyGradient',
    operands: 4,
    stages: [
      { per: 'element', reductions: [{ combine: 'max', value: element(1) }] },
      { per: 'element', reductions: [{ combine: 'sum', value: exponential }], stores: [{ operand: 3, value: exponential }] },
      { per: 'row', values: [apply('div', 1, result(1)), element(0)] },
      {
        per: 'element',
        stores: [
          {
            operand: 3,
            value: apply('mul', apply('sub', apply('mul', element(3), result(2)), apply('select', isClass(2), 1, 0)), result(3)),
          },
        ],
      },
    ],
  }
})()

const asColumn = (perRow: Value): Value => P.reshape(perRow, [perRow.elementCount, 1])

/** `−log softmax(x)[class]` for each row of logits `[N, C]` and classes `[N]`, int32 and in range. */
export const fusedCrossEntropy: Fused<null> = {
  name: 'crossEntropy',
  saves: 'inputs',
  applies: ([logits, classes]) => logits?.dtype === 'float32' && classes?.dtype === 'int32',
  composition([logits, classes]) {
    return P.neg(P.squeeze(P.gather(logSoftmax(logits as Value, 1), 1, asColumn(classes as Value)), 1))
  },
  forward([logits, classes]) {
    const x = logits as Value
    const losses = emptyValue(x.storage.type, [x.shape[0] as number])
    return overRows(forwardKernel, x.shape, [1], [x, asColumn(classes as Value), asColumn(losses)]) ? { output: losses, extra: [] } : null
  },
  backward(g, [logits, classes]) {
    const x = logits as Value
    const dx = emptyValue(x.storage.type, x.shape)
    return overRows(backwardKernel, x.shape, [1], [asColumn(g), x, asColumn(classes as Value), dx]) ? [dx, null] : null
  },
}
