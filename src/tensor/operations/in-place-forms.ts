// In-place forms of primitives that keep shape and dtype: the primitive writes its result over its first operand.
import { isGradEnabled, requiresGrad } from '../../autograd/index.ts'
import { Value } from '../../core/value.ts'
import { isLifted } from '../../primitives/levels.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'

/**
 * The first operand as it was: what the tape saves of it must not change with the write. A copy, where something is recorded; inside a
 * transform it may be a tangent that is.
 */
export const before = (input: Value, ...others: readonly unknown[]): Value =>
  isGradEnabled() && [input, ...others].some((operand) => operand instanceof Value && (requiresGrad(operand) || isLifted(operand)))
    ? P.copy(input)
    : input

/** The other operand as a tensor. */
export const operand = (name: string, other: Operand, input: Value): Value =>
  other instanceof Value ? other : P.operandLike(name, other, input.storage.type)

type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : Text

/** One form for each word of a text, under that name with an underscore. */
const forms = <Text extends string, Form>(
  names: Text,
  form: (name: Words<Text>) => Form,
): { readonly [Name in Words<Text> as `${Name}_`]: Form } =>
  // each key is made of one of the words
  Object.fromEntries(names.split(' ').map((name) => [`${name}_`, form(name as Words<Text>)])) as never

/** `input ← f(input)`, and `input ← f(input, other)`. */
export const inPlaceForms = {
  ...forms(
    'abs acos acosh asin asinh atan atanh ceil cos cosh erf erfc exp exp2 expm1 floor log log10 log1p log2 neg reciprocal relu rsqrt sigmoid sign sin sinh sqrt square tan tanh trunc',
    (name) =>
      (input: Value): Value =>
        P.writeResult(input, name, [before(input)], null),
  ),
  ...forms(
    'mul pow remainder fmod',
    (name) =>
      (input: Value, other: Operand): Value =>
        P.writeResult(input, name, [before(input, other), operand(`${name}_`, other, input)], null),
  ),
}
