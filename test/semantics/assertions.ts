// What the statements are checked with: a float64 leaf, the numbers of a tensor, and errors by class and by what their sentence says.
import { expect } from 'vitest'
import { type Tensor, tensor, type WengertError } from '../../src/index.ts'

/** Numbers, nested or not. */
export type Data = number | readonly number[] | readonly (readonly number[])[]

/** A float64 tensor that requires grad. */
export const leaf = (data: Data): Tensor => tensor(data as number[], { dtype: 'float64', requiresGrad: true })

/** A float64 tensor that requires none. */
export const constant = (data: Data): Tensor => tensor(data as number[], { dtype: 'float64' })

/** The elements as nested arrays, or null. */
export const values = (x: Tensor | null | undefined): unknown => x?.toArray() ?? null

/** Runs what must throw, and checks the error's class, its parts, and that it is a whole sentence. */
export function expectError(
  run: () => unknown,
  type: new (...args: never[]) => WengertError,
  ...parts: readonly (string | RegExp)[]
): void {
  let error: unknown
  try {
    run()
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(type)
  const { message } = error as Error
  for (const part of parts) expect(message).toMatch(part)
  expect(message).toMatch(/[.)]$/)
}

/** Elementwise closeness, with a tolerance relative to 1 or to the expected number. */
export function expectClose(actual: Tensor | null | undefined, expected: Data, tolerance = 1e-9): void {
  const flat = (data: unknown): number[] => (Array.isArray(data) ? data.flatMap(flat) : [data as number])
  const shape = (data: unknown): number[] => (Array.isArray(data) ? [data.length, ...shape(data[0])] : [])
  expect(actual?.shape).toEqual(shape(expected))
  const got = flat(values(actual))
  for (const [i, want] of flat(expected).entries())
    expect(Math.abs((got[i] as number) - want)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(want)))
}
