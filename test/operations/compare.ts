// Says how a tensor differs from what was expected, or null.

export type Tolerance = readonly [relative: number, absolute: number]
/** dtype, shape and values; non-finite numbers as words. */
export type Expected = readonly [string, readonly number[], readonly (number | string)[]]

interface Comparable {
  readonly dtype: string
  readonly shape: readonly number[]
  toTypedArray(): ArrayLike<number>
}

function toNumber(value: number | string): number {
  return typeof value === 'number' ? value : Number(value.replace('inf', 'Infinity').replace('nan', 'NaN'))
}

export function isClose(actual: number, expected: number, [relative, absolute]: Tolerance): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(actual)
  if (!Number.isFinite(expected)) return actual === expected
  return Math.abs(actual - expected) <= absolute + relative * Math.abs(expected)
}

export function difference(actual: Comparable, [dtype, shape, values]: Expected, tolerance: Tolerance): string | null {
  if (actual.dtype !== dtype) return `dtype ${actual.dtype} instead of ${dtype}`
  if (actual.shape.join() !== shape.join()) return `shape [${actual.shape}] instead of [${shape}]`
  const numbers = actual.toTypedArray()
  const wanted = values.map((value) => (dtype === 'float32' ? Math.fround(toNumber(value)) : toNumber(value)))
  for (let i = 0; i < wanted.length; i++) {
    if (!isClose(Number(numbers[i]), wanted[i] as number, tolerance)) {
      return `element ${i} is ${numbers[i]} instead of ${wanted[i]}${wanted.length > 1 ? ` (got ${Array.from(numbers).slice(0, 8).join(' ')})` : ''}`
    }
  }
  return null
}
