// Rounding: where a naive formula loses digits.

import { describe, expect, test } from 'vitest'
import { full, tensor } from 'wengert'
import * as F from 'wengert/nn/functional'

/** Relative error of a one-element tensor. */
function error(actual: { item(): unknown }, expected: number): number {
  return Math.abs((actual.item() as number) / expected - 1)
}

describe('float32 keeps six digits', () => {
  test('the sum of ten million 0.1', () => {
    expect(error(full([10_000_000], 0.1).sum(), 10_000_000 * Math.fround(0.1))).toBeLessThan(1e-6)
  })
  test('their mean', () => {
    expect(error(full([1_000_000], 0.1).mean(), Math.fround(0.1))).toBeLessThan(1e-6)
  })
  test.each([1.000001, 0.999999, 1.001, 0.99])('log(%d)', (x) => {
    expect(error(tensor(x).log(), Math.log(Math.fround(x)))).toBeLessThan(1e-6)
  })
  test('softplus(−20)', () => {
    expect(error(F.softplus(tensor(-20)), Math.log1p(Math.exp(-20)))).toBeLessThan(1e-6)
  })
  test.each([1e-6, -1e-6, 1e-3, 0.1])('tanh(%d)', (x) => {
    expect(error(tensor(x).tanh(), Math.tanh(Math.fround(x)))).toBeLessThan(1e-6)
  })
  test.each([1e-6, 1e-3])('expm1, log1p, sinh, asinh and atanh at %d', (x) => {
    const single = Math.fround(x)
    expect(error(tensor(x).expm1(), Math.expm1(single))).toBeLessThan(1e-6)
    expect(error(tensor(x).log1p(), Math.log1p(single))).toBeLessThan(1e-6)
    expect(error(tensor(x).sinh(), Math.sinh(single))).toBeLessThan(1e-6)
    expect(error(tensor(x).asinh(), Math.asinh(single))).toBeLessThan(1e-6)
    expect(error(tensor(x).atanh(), Math.atanh(single))).toBeLessThan(1e-6)
  })
  test('the variance of numbers far from zero', () => {
    expect(error(tensor([10000, 10001, 10002]).var(), 1)).toBeLessThan(1e-6)
  })
})
