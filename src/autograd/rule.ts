// What a derivative rule is: for each input, which values it saves and how the cotangent of the output becomes that input's.
import type { Shape } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import type { ParamsOf, Primitive } from '../primitives/params.ts'

/** A value that a rule may save: the number of an input, or −1 for the output. */
export type Slot = number
/** Inputs 0, 1, 2 and the output, under the letters of the rules. */
export const [x, y, z, output]: readonly [0, 1, 2, -1] = [0, 1, 2, -1]

/** What a gradient may know besides cotangent and saved values. */
export interface RuleContext<Params> {
  readonly params: Params
  /** Shape of the input whose gradient this is. */
  readonly shape: Shape
}

/** The gradient with respect to one input; null stands for zero. Its result is new memory or (a view of) the cotangent, never a saved value. */
export interface Gradient<Params> {
  readonly saves: readonly Slot[]
  apply(cotangent: Value, saved: readonly Value[], context: RuleContext<Params>): Value | null
}

type Gradients<Params> = readonly (Gradient<Params> | null)[]

/** Gradients by input, null for an input that has none; for primitives with any number of inputs a function that gives them. */
export type VjpRule<Params> =
  | Gradients<Params>
  | ((applied: { readonly inputs: readonly Value[]; readonly params: Params }) => Gradients<Params>)

/** A gradient that saves nothing. */
export const direct = <Params = unknown>(apply: (g: Value, context: RuleContext<Params>) => Value | null): Gradient<Params> => ({
  saves: [],
  apply: (g, _, context) => apply(g, context),
})

/** A gradient that saves the values in `slots` and gets them in that order. */
export const saving = <const Slots extends readonly Slot[], Params = unknown>(
  slots: Slots,
  apply: (g: Value, saved: { readonly [K in keyof Slots]: Value }, context: RuleContext<Params>) => Value | null,
): Gradient<Params> => ({
  saves: slots,
  // `saved` has one value for each slot, which is what the mapped tuple says
  apply: apply as unknown as Gradient<Params>['apply'],
})

/** Rules for the primitives `P`: null where no input has a gradient. */
export type VjpRules<P extends Primitive> = { readonly [N in P]: VjpRule<ParamsOf<N>> | null }
