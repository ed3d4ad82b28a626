// How the page prints numbers, sizes and shapes.
import type { BoxOutput } from '../../src/viz/recorded-graph.ts'
import type { Statistics } from '../../src/viz/statistics.ts'

/** Four significant digits; a dash where there is no number. */
export function printNumber(value: number | null): string {
  if (value === null) return '–'
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e6) return String(value)
  return size >= 1e5 || size < 1e-3 ? value.toExponential(3) : value.toPrecision(4)
}

/** `4.7 KB`. */
export function printBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`
}

/** `[64, 10] float32`. */
export const printType = ({ shape, dtype }: Pick<BoxOutput, 'shape' | 'dtype'>): string => `[${shape.join(', ')}] ${dtype}`

/** On one line, for the step that is shown. */
export function printStatistics({ min, max, mean, std, nan, inf }: Statistics): string {
  const parts = [`min ${printNumber(min)}`, `max ${printNumber(max)}`, `mean ${printNumber(mean)}`]
  if (std !== null) parts.push(`std ${printNumber(std)}`)
  if (nan > 0) parts.push(`NaN ${nan}`)
  if (inf > 0) parts.push(`infinite ${inf}`)
  return parts.join('  ')
}
