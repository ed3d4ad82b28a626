// Tensors of doubles, and how results are compared with numbers.
import { expect } from 'vitest'
import { type Tensor, tensor } from 'wengert'

export type Numbers = number | readonly Numbers[]

/** A tensor of doubles. */
export const double = (data: Numbers, requiresGrad = false): Tensor => tensor(data as number[], { dtype: 'float64', requiresGrad })

/** Shape and elements, up to rounding. */
export function expectClose(actual: Tensor, expected: Numbers | Tensor, tolerance = 1e-10): void {
  const wanted = typeof expected === 'object' && 'shape' in expected ? expected : double(expected as Numbers)
  expect(actual.shape).toEqual(wanted.shape)
  const [a, b]: Float64Array[] = [actual, wanted].map((x) => Float64Array.from(x.toTypedArray()))
  a?.forEach((value, i) => {
    expect(Math.abs(value - (b?.[i] ?? Number.NaN)), `element ${i}: ${value}, not ${b?.[i]}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(b?.[i] ?? Number.NaN)),
    )
  })
}
