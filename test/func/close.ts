// Tensors of doubles, and how results are compared with numbers.
import { expect } from 'vitest'
import { type Tensor, tensor } from 'wengert'

export type Numbers = number | readonly Numbers[]

/** A tensor of doubles. */
export const double = (data: Numbers, requiresGrad = false): Tensor => tensor(data as number[], { dtype: 'float64', requiresGrad })

/** Shape and elements, up to rounding. */
export function expectClose(actual: Tensor | null | undefined, expected: Numbers | Tensor, tolerance = 1e-10): void {
  const wanted = typeof expected === 'object' && 'shape' in expected ? expected : double(expected as Numbers)
  expect(actual?.shape).toEqual(wanted.shape)
  const got = Array.from((actual as Tensor).toTypedArray(), Number)
  for (const [i, want] of Array.from(wanted.toTypedArray(), Number).entries())
    expect(Math.abs((got[i] as number) - want), `element ${i}: ${got[i]}, not ${want}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(want)),
    )
}
