// Batching of elementwise primitives: samples broadcast from the right, so the batch must stay in front of the largest of them.
import { type DTypeFacts, dtypes, promote } from '../../core/dtype.ts'
import { broadcastShapes, type Shape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { bind } from '../../primitives/bind.ts'
import { type ElementwisePrimitive, type ElementwiseRow, elementwise } from '../../primitives/elementwise.ts'
import { cast } from '../../primitives/operations.ts'
import { type BatchApplication, type BatchRules, promoteSamples, sampleShape, withSampleRank } from './batch-rule.ts'

/** The dtype that a row computes in, from the one that its operands are promoted to. */
const computedType = (row: ElementwiseRow, type: DTypeFacts): DTypeFacts =>
  row.result === 'floating' && type.category !== 2 ? dtypes.float32 : type

/**
 * The operands in the dtype that their samples are computed in, where the batch would be computed in another: a 0-d sample of a higher
 * dtype gains its say by the dim of the batch, and an unbatched 0-d operand loses its own beside it. A bool decides nothing: it stays.
 */
function promoted(
  row: ElementwiseRow,
  operands: readonly Value[],
  inputs: readonly Value[],
  batched: readonly boolean[],
): readonly Value[] {
  const skipped = row.unpromoted ?? 0
  const { type } = (operands[skipped] as Value).storage
  if (operands.every((x, i) => i < skipped || x.storage.type === type)) return operands
  const wanted = computedType(row, promoteSamples(inputs.slice(skipped), batched.slice(skipped)))
  if (computedType(row, promote(operands.slice(skipped))) === wanted) return operands
  return operands.map((x, i) => (i < skipped || x.storage.type.category === 0 ? x : cast(x, wanted.name)))
}

function rule(primitive: ElementwisePrimitive): BatchApplication<null> {
  const row: ElementwiseRow = elementwise[primitive]
  if (row.arity === 1) return (inputs) => bind(primitive, inputs, null)
  return (inputs, batched) => {
    const shapes = inputs.map((x, i) => sampleShape(x, batched[i] as boolean))
    const { length: rank } = shapes.reduce((shape: Shape, other) => broadcastShapes(primitive, shape, other))
    const operands = inputs.map((x, i) => (batched[i] ? withSampleRank(x, rank) : x))
    return bind(primitive, promoted(row, operands, inputs, batched), null)
  }
}

export const elementwiseRules = /*@__PURE__*/ Object.fromEntries(
  /*@__PURE__*/ (Object.keys(elementwise) as ElementwisePrimitive[]).map((primitive) => [primitive, rule(primitive)]),
  // a rule for each key of the table
) as BatchRules<ElementwisePrimitive>
