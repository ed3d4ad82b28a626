// What calls give, compared: tensors within tolerances, everything else as text.
import type { Tensor } from 'wengert'
import type { Floating } from './build.ts'
import { difference, type Tolerance } from './compare.ts'

/** What a call gave: tensors (results, what its inputs became, gradients), or something else as text, or what it threw. */
export type Outcome = readonly (Tensor | string)[]

export type Tolerances = { readonly [F in Floating]: Tolerance }

/** Where one outcome differs from another, a line each. */
export function differences(actual: Outcome, expected: Outcome, tolerances: Tolerances): string[] {
  if (actual.length !== expected.length) return [`gave ${actual} instead of ${expected}`]
  return expected.flatMap((wanted, i) => {
    const got = actual[i] as Tensor | string
    if (typeof wanted === 'string' || typeof got === 'string')
      return got === wanted ? [] : [`value ${i} is ${String(got)} instead of ${String(wanted)}`]
    const facts = [wanted.dtype, wanted.shape, Array.from(wanted.toTypedArray() as Float64Array)] as const
    const found = difference(got, facts, tolerances[wanted.dtype as Floating] ?? [0, 0])
    return found === null ? [] : [`value ${i}: ${found}`]
  })
}
