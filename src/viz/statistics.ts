// What the elements of a tensor are like, in a few numbers that can be printed. It knows nothing of graphs.
import type { Value } from '../core/value.ts'
import { toTypedArray } from '../primitives/operations.ts'

/** Elements summed up. `min` to `std` are those of the finite elements; null where there is none (for `std`: fewer than two). */
export interface Statistics {
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  /** Divided by n − 1, as `x.std()`. */
  readonly std: number | null
  /** How many elements are NaN. */
  readonly nan: number
  /** How many elements are infinite. */
  readonly inf: number
}

/** The statistics of a value's elements as they are now; null for a value inside a transform, which stands for several. */
export function statisticsOf(value: Value): Statistics | null {
  if (value.lifted !== null) return null
  const elements = toTypedArray(value)
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let sum = 0
  let nan = 0
  let inf = 0
  for (const element of elements) {
    if (Number.isFinite(element)) {
      if (element < min) min = element
      if (element > max) max = element
      sum += element
    } else if (Number.isNaN(element)) nan++
    else inf++
  }
  const count = elements.length - nan - inf
  if (count === 0) return { min: null, max: null, mean: null, std: null, nan, inf }
  const mean = sum / count
  let squares = 0
  for (const element of elements) if (Number.isFinite(element)) squares += (element - mean) ** 2
  return { min, max, mean, std: count > 1 ? Math.sqrt(squares / (count - 1)) : null, nan, inf }
}
