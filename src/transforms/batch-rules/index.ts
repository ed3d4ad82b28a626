// The batching table: how each primitive is applied to a batch at once. The rows know neither levels nor tapes; what they compute is
// recorded by whatever is below.
import type { Value } from '../../core/value.ts'
import type { BindablePrimitive } from '../../primitives/params.ts'
import { shapeRules } from '../../primitives/shape-rules.ts'
import { indexMaps } from '../../primitives/views.ts'
import { type BatchRule, type BatchRules, sampleOf } from './batch-rule.ts'
import { contractionRules } from './contraction.ts'
import { elementwiseRules } from './elementwise.ts'
import { indexingRules } from './indexing.ts'
import { movementRules } from './movement.ts'
import { reductionRules } from './reductions.ts'
import { sourceRules } from './sources.ts'
import { spatialRules } from './spatial.ts'

export type { BatchApplication, BatchRule } from './batch-rule.ts'

// Tables are put together in functions, so that a bundle without vmap drops them.
const allRules = (): BatchRules<BindablePrimitive> => ({
  ...elementwiseRules,
  ...movementRules,
  ...reductionRules,
  ...contractionRules,
  ...spatialRules,
  ...indexingRules,
  ...sourceRules,
})

type Refusal = (inputs: readonly Value[], params: unknown) => unknown

/** What refuses bad inputs of a sample; elementwise rules see to that themselves. */
function refusalOf(primitive: string): Refusal | undefined {
  const map = (indexMaps as { readonly [primitive: string]: (x: Value, params: unknown) => unknown })[primitive]
  const rules: { readonly [primitive: string]: unknown } = shapeRules
  return map === undefined ? (rules[primitive] as Refusal | undefined) : ([x], params) => map(x as Value, params)
}

/** The rule, which first refuses what a single sample would be refused: errors speak of samples, as the function that is batched does. */
function refusing(primitive: string, rule: BatchRule<never>): BatchRule<never> {
  if (typeof rule !== 'function') return rule
  return (inputs, batched, params, size) => {
    // looked up when it is needed, since some rows join their table late
    refusalOf(primitive)?.(
      inputs.map((x, i) => sampleOf(x, batched[i] as boolean)),
      params,
    )
    return rule(inputs, batched, params, size)
  }
}

const refusingRules = (): BatchRules<BindablePrimitive> =>
  // each row keeps its type
  Object.fromEntries(Object.entries(allRules()).map(([primitive, rule]) => [primitive, refusing(primitive, rule)])) as never

/** The rows, by primitive. */
export const batchRules: BatchRules<BindablePrimitive> = /*@__PURE__*/ refusingRules()
