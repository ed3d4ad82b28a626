// What PyTorch gives, from expectations.json, and how to compare with it.
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

interface Derived {
  value: (number | string)[]
  gradient: (number | string)[]
}

export const expectations = JSON.parse(readFileSync(new URL('expectations.json', import.meta.url), 'utf8')) as {
  points: number[]
  activations: Record<string, Derived>
  inputs: Record<string, { shape: number[]; integer: boolean; values: number[] }>
  losses: (Derived & { name: string; input: string; target: string; options: Record<string, unknown> })[]
  batchNorm: Record<'momentum' | 'average', { first: number[]; last: number[]; mean: number[]; var: number[]; count: number }>
}

/** Numbers, with infinities and NaN that JSON wrote as text. */
export const numbers = (list: readonly (number | string)[]): number[] =>
  list.map((item) => (item === 'inf' ? Number.POSITIVE_INFINITY : item === '-inf' ? Number.NEGATIVE_INFINITY : Number(item)))

/** Asserts |ours − theirs| ≤ tolerance · max(1, |theirs|). */
export function relativelyClose(ours: readonly number[], theirs: readonly number[], tolerance: number): void {
  expect(ours.length).toBe(theirs.length)
  ours.forEach((value, position) => {
    const other = theirs[position] as number
    if (Object.is(value, other) || value === other) return
    expect(
      Math.abs(value - other) / Math.max(1, Math.abs(other)),
      `element ${position}: ${value}, PyTorch has ${other}`,
    ).toBeLessThanOrEqual(tolerance)
  })
}
