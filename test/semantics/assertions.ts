// What the statements are checked with: a float64 leaf, the numbers of a tensor, and errors by class and by what their sentence says.
import { expect } from 'vitest'
import { type Tensor, tensor, type WengertError } from '../../src/index.ts'

export { expectClose } from '../func/close.ts'

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
