// The tangent of a primitive's result. Most rows are derived: of an elementwise primitive from its vjp, whose Jacobian is diagonal and
// therefore symmetric; of a linear one from the primitive itself; of a reduction from its vjp, summed.
import { type Gradient, type Slot, vjpRules } from '../autograd/index.ts'
import type { Value } from '../core/value.ts'
import { bind } from '../primitives/bind.ts'
import { elementwise } from '../primitives/elementwise.ts'
import { add, cast, expand, full, mul, sum } from '../primitives/operations.ts'
import type { BindablePrimitive, ParamsOf, ReductionParams, StructuredPrimitive } from '../primitives/params.ts'

/** How the tangent of a result follows from the tangents of the inputs. */
export type JvpRule =
  /** Derived from the vjp rule, element by element. */
  | 'elementwise'
  /** Derived from the vjp rule: what it gives for a cotangent of ones weighs the tangent, and is summed. */
  | 'reduction'
  /** Linear in each of these inputs by itself: a sum of applications, each with one tangent in place of its input. */
  | { readonly linearInEach: readonly number[] }
  /** Linear in these inputs together: one application to their tangents, with the params that `linearPart` makes of the given ones. */
  | { readonly linearIn: readonly number[] | 'all'; readonly linearPart?: (params: never) => unknown }
  /** The result has no tangent. */
  | null

const linear: JvpRule = { linearIn: [0] }
const bilinear: JvpRule = { linearInEach: [0, 1] }
const scatter: JvpRule = { linearIn: [0, 2] }

const structuredJvpRules: { readonly [P in Exclude<StructuredPrimitive, 'write'>]: JvpRule } = {
  cast: linear,
  reshape: linear,
  permute: linear,
  expand: linear,
  slice: linear,
  diagonal: linear,
  diagonalScatter: linear,
  pad: { linearIn: [0], linearPart: (params: object) => ({ ...params, value: 0 }) },
  flip: linear,
  concatenate: { linearIn: 'all' },
  sum: linear,
  prod: 'reduction',
  amax: 'reduction',
  amin: 'reduction',
  any: null,
  all: null,
  argmax: null,
  argmin: null,
  matmul: bilinear,
  convolution: bilinear,
  convolutionInputGradient: bilinear,
  convolutionWeightGradient: bilinear,
  gather: linear,
  scatterAdd: scatter,
  indexSelect: linear,
  indexAdd: scatter,
  indexCopy: scatter,
  nonzero: null,
  cumsum: linear,
  argsort: null,
  cumargmax: null,
  cumargmin: null,
  scatter,
  maxPoolIndices: null,
  averagePool: linear,
  averagePoolGradient: linear,
  full: null,
  iota: null,
  uniform: null,
  normal: null,
  randomIntegers: null,
  randomPermutation: null,
}

const elementwiseJvpRules = (): { readonly [P in keyof typeof elementwise]: JvpRule } =>
  Object.fromEntries(Object.keys(elementwise).map((name) => [name, 'elementwise'])) as never // one row for each name

/** A row for every primitive. (Made by a pure call, so that a bundle without forward mode drops it.) */
const jvpRules: { readonly [P in BindablePrimitive]: JvpRule } = /*@__PURE__*/ Object.assign(
  /*@__PURE__*/ elementwiseJvpRules(),
  structuredJvpRules,
)

interface Application {
  readonly primitive: BindablePrimitive
  readonly inputs: readonly Value[]
  readonly tangents: readonly (Value | null)[]
  readonly params: unknown
  readonly output: Value
}

const valueIn = ({ inputs, output }: Application, slot: Slot): Value => (slot < 0 ? output : (inputs[slot] as Value))

/** The vjp of one input, applied to something like a cotangent. */
function applyVjp(application: Application, i: number, cotangent: Value): Value | null {
  const rule = vjpRules[application.primitive] as readonly (Gradient<unknown> | null)[] | null
  const gradient = rule?.[i]
  if (gradient == null) return null
  const saved = gradient.saves.map((slot) => valueIn(application, slot))
  return gradient.apply(cotangent, saved, { params: application.params, shape: (application.inputs[i] as Value).shape })
}

const total = (terms: readonly (Value | null)[]): Value | null =>
  terms.reduce((sum, term) => (sum === null ? term : term === null ? sum : add(sum, term)), null)

function elementwiseTangent(application: Application): Value | null {
  const { tangents, output } = application
  return total(tangents.map((tangent, i) => tangent && applyVjp(application, i, expand(cast(tangent, output.dtype), output.shape))))
}

function reductionTangent(application: Application): Value | null {
  const { tangents, params, output } = application
  const weights = applyVjp(application, 0, full(output.shape, 1, output.dtype))
  const { dims, keepdim } = params as ReductionParams
  return weights && sum(mul(weights, tangents[0] as Value), dims, keepdim)
}

const zeroLike = (value: Value): Value => full(value.shape, 0, value.dtype)

function tangentOf(application: Application): Value | null {
  const { primitive, inputs, tangents, params } = application
  const rule = jvpRules[primitive]
  if (rule === null) return null
  if (rule === 'elementwise') return elementwiseTangent(application)
  if (rule === 'reduction') return reductionTangent(application)
  const apply = (values: readonly Value[], given: unknown): Value => bind(primitive, values, given as ParamsOf<BindablePrimitive>)
  if ('linearInEach' in rule) {
    return total(
      rule.linearInEach.map((i) => {
        const tangent = tangents[i] ?? null
        return tangent && apply(inputs.with(i, tangent), params)
      }),
    )
  }
  const { linearIn, linearPart = (same: unknown) => same } = rule
  const isLinear = (i: number): boolean => linearIn === 'all' || linearIn.includes(i)
  if (!tangents.some((tangent, i) => tangent !== null && isLinear(i))) return null
  return apply(
    inputs.map((value, i) => (isLinear(i) ? (tangents[i] ?? zeroLike(value)) : value)),
    linearPart(params as never),
  )
}

/** The tangent of `output`, which a primitive made of `inputs`; null stands for zero. */
export function tangentOfResult(
  primitive: BindablePrimitive,
  inputs: readonly Value[],
  tangents: readonly (Value | null)[],
  params: unknown,
  output: Value,
): Value | null {
  if (output.storage.type.category !== 2 || tangents.every((tangent) => tangent === null)) return null
  const tangent = tangentOf({ primitive, inputs, tangents, params, output })
  return tangent && cast(tangent, output.dtype)
}
