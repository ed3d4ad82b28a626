// In-place forms: the pure operation, stored into its own first operand. Its shape and dtype stay; views and the tape see the change.
import { isGradEnabled, requiresGrad } from '../../autograd/index.ts'
import { dtypes } from '../../core/dtype.ts'
import { DTypeError, ShapeError } from '../../core/errors.ts'
import { printShape, sameShape } from '../../core/shape.ts'
import { Value } from '../../core/value.ts'
import { isLifted } from '../../primitives/levels.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { addcdiv, addcmul, floorDivide, frac, lerp, nanToNum, round } from './arithmetic.ts'
import { indexAdd, indexCopy, indexFill, maskedFill, scatter, scatterAdd } from './gathering.ts'
import { tril, triu } from './triangles.ts'

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

/** Stores a result of the destination's shape; a float result does not go into an integer tensor. */
export function overwrite(name: string, destination: Value, result: Value): Value {
  if (dtypes[result.dtype].category > dtypes[destination.dtype].category) {
    throw new DTypeError(
      `${name}: a ${result.dtype} result cannot be stored in a ${destination.dtype} tensor. Use ${name.slice(0, -1)}, which makes a new tensor.`,
    )
  }
  if (!sameShape(result.shape, destination.shape)) {
    throw new ShapeError(
      `${name}: a result of shape ${printShape(result.shape)} does not fit into ${printShape(destination.shape)}. Use ${name.slice(0, -1)}, which makes a new tensor.`,
    )
  }
  return P.write(destination, result, name)
}

type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : Text

/** One form for each word of a text, under that name with an underscore: a primitive that writes its result over its first operand. */
const forms = <Text extends string, Form>(
  names: Text,
  form: (name: Words<Text>) => Form,
): { readonly [Name in Words<Text> as `${Name}_`]: Form } =>
  // each key is made of one of the words
  Object.fromEntries(names.split(' ').map((name) => [`${name}_`, form(name as Words<Text>)])) as never

/** One form for each operation, under its name with an underscore, of the input or what stands for it. */
const overwriting = <Table extends { readonly [name: string]: (input: Value, ...rest: never[]) => Value }>(
  operations: Table,
  first: (input: Value, ...rest: readonly unknown[]) => Value,
): { readonly [Name in keyof Table & string as `${Name}_`]: Table[Name] } =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => {
      const form = `${name}_`
      return [form, (input: Value, ...rest: never[]) => overwrite(form, input, operation(first(input, ...rest), ...rest))]
    }),
  ) as never // each form takes what its operation takes

/** The table of `input ← f(input)` and `input ← f(input, other)`. */
export const inPlaceForms = () => ({
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
  ...overwriting({ floorDivide, frac, lerp, nanToNum }, before),
  // of these the tape saves other operands only
  ...overwriting(
    { addcdiv, addcmul, indexAdd, indexCopy, indexFill, maskedFill, round, scatter, scatterAdd, tril, triu },
    (input) => input,
  ),
})
