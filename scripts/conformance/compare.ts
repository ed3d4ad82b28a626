// Whether results are PyTorch's: shapes and dtypes agree, and every element is close. NaN equals NaN.
import { coordinatesOf, printShape, sameShape } from '../../src/core/shape.ts'
import { isTensor, type Tensor } from '../../src/index.ts'
import { elementsOf, isWrittenTensor, ownDtype } from './arguments.ts'
import type { Written, WrittenTensor } from './sample-format.ts'

/** How far two elements may be apart: absolutely, and relative to the expected one. */
export interface Tolerance {
  readonly absolute: number
  readonly relative: number
  /** An error that is allowed whatever the size of the element. */
  readonly floor?: number
}

/** The tolerance of results. `ownError` is PyTorch's own largest error in float32; three times that is allowed. */
const ofResults = (dtype: string, ownError = 0): Tolerance =>
  dtype === 'float64' ? { absolute: 1e-7, relative: 1e-7 } : { absolute: 1e-5, relative: 1.3e-6, floor: 3 * ownError }

/** The tolerance of gradients. */
export const ofGradients = (dtype: string): Tolerance =>
  dtype === 'float64' ? { absolute: 1e-7, relative: 1e-7 } : { absolute: 1e-5, relative: 1e-4 }

function close(actual: number, expected: number, { absolute, relative, floor = 0 }: Tolerance): boolean {
  if (actual === expected || (Number.isNaN(actual) && Number.isNaN(expected))) return true
  if (!Number.isFinite(actual) || !Number.isFinite(expected)) return false
  const apart = Math.abs(actual - expected)
  return apart <= absolute + relative * Math.abs(expected) || apart <= floor
}

/** What differs, in words, or null. */
export function difference(actual: Tensor, expected: WrittenTensor, bytes: ArrayBuffer, tolerance: Tolerance): string | null {
  if (!sameShape(actual.shape, expected.s)) return `shape ${printShape(actual.shape)}, expected ${printShape(expected.s)}`
  if (actual.dtype !== expected.t && actual.dtype !== ownDtype(expected.t)) return `dtype ${actual.dtype}, expected ${expected.t}`
  const [ours, theirs] = [actual.toTypedArray() as ArrayLike<number>, elementsOf(expected, bytes)]
  const wrong = Array.from({ length: theirs.length }, (_, i) => i).filter((i) => !close(ours[i] as number, theirs[i] as number, tolerance))
  if (wrong.length === 0) return null
  const first = wrong[0] as number
  return `${ours[first]} at ${printShape(coordinatesOf(first, expected.s))}, expected ${theirs[first]} (${wrong.length} of ${theirs.length} differ)`
}

/** Several results in their order: of an array, or of an object under field names. */
export function resultsOf(result: unknown): unknown[] {
  if (isTensor(result) || typeof result !== 'object' || result === null) return [result]
  return Object.values(result).flatMap(resultsOf)
}

/** The same of what is expected. */
export const expectedOf = (written: Written): Written[] =>
  typeof written === 'object' && written !== null && 'l' in written ? written.l.flatMap(expectedOf) : [written]

/** What differs between one result, a tensor or a plain value, and the expected one; or null. */
export function resultDifference(actual: unknown, expected: Written, bytes: ArrayBuffer, ownError: number | undefined): string | null {
  if (isWrittenTensor(expected)) {
    if (isTensor(actual)) return difference(actual, expected, bytes, ofResults(actual.dtype, ownError))
    return `${String(actual)}, expected a tensor`
  }
  if (isTensor(actual)) return `a tensor, expected ${JSON.stringify(expected)}`
  return Object.is(actual, expected) ? null : `${String(actual)}, expected ${JSON.stringify(expected)}`
}
