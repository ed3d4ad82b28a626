// Weight and bias of a normalisation, which follow its input where they are given.
import type { Value } from '../../core/value.ts'

/** Which of them are given. */
export interface Affine {
  readonly hasWeight: boolean
  readonly hasBias: boolean
}

/** Input, weight and bias, without those that are not given. */
export const withAffine = (input: Value, weight: Value | null, bias: Value | null): Value[] =>
  [input, weight, bias].filter((value) => value !== null)

/** Weight and bias among such inputs. */
export const affineOf = ([, first, second]: readonly Value[], { hasWeight, hasBias }: Affine): readonly [Value | null, Value | null] => [
  hasWeight ? (first as Value) : null,
  hasBias ? ((hasWeight ? second : first) as Value) : null,
]
