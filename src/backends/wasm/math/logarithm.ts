// ln x and what is made of it.
import type { Code } from '../assembler.ts'
import { coefficients, log32, log64 } from './coefficients.ts'
import type { LaneFunction, Lanes } from './lanes.ts'

/** Bits of the least fraction that numbers are scaled to: 2/3 for float32, √½ for float64, below 1 by as much as `above` says. */
const least = (v: Lanes): bigint => (v.shape === 'f32x4' ? 0x3f2aaaabn : 0x3fe6a09e667f3bcdn)

/** u = 2ᵉ · fraction as integers: the bits of the fraction, and those of the biased exponent at their place. */
function split(v: Lanes, u: Code): { fraction: Code; biased: Code } {
  const mask = (1n << BigInt(v.fraction)) - 1n
  const moved = v.int('add', u, v.bits((BigInt(v.bias) << BigInt(v.fraction)) - least(v)))
  const fraction = v.int('add', v.all('and', moved, v.bits(mask)), v.bits(least(v)))
  return { fraction, biased: v.all('and', moved, v.bits(~mask)) }
}

/** e from the biased exponent's bits: as the low digits of 2^(bits of the fraction). */
const exponentOf = (v: Lanes, biased: Code): Code =>
  v.sub(v.all('or', v.shift('shr_u', biased), v.bits(BigInt(v.bias + v.fraction) << BigInt(v.fraction))), 2 ** v.fraction + v.bias)

/** ln(1 + m) · scale + e · (high + low). */
function assembled(v: Lanes, m: Code, e: Code, [high, low]: readonly [number, number], scale = 1): Code {
  if (v.shape === 'f32x4') return v.madd(e, high + low, v.madd(v.mul(m, m), v.horner(m, log32), m))
  // with s = m / (2 + m): ln(1 + m) = 2 artanh s = m − (m²/2 − s (m²/2 + R)), R = 2 (artanh s / s − 1)
  const s = v.div(m, v.add(m, 2))
  const square = v.mul(s, s)
  const half = v.mul(v.mul(m, m), 0.5)
  const part = v.mul(s, v.madd(square, v.horner(square, log64), half))
  if (scale !== 1) return v.madd(e, high, v.madd(e, low, v.mul(v.sub(m, v.sub(half, part)), scale)))
  return v.madd(e, high, v.sub(m, v.sub(half, v.madd(e, low, part))))
}

/** The logarithm `value` of u where 0 < u < ∞, and what it is elsewhere: −∞ for 0, ∞ for ∞, else NaN. */
function domain(v: Lanes, u: Code, value: Code): Code {
  const atMost0 = v.all('or', v.op('ne', u, 0), v.of(Number.NEGATIVE_INFINITY))
  return v.choose(v.op('gt', u, 0), v.choose(v.op('lt', u, Number.POSITIVE_INFINITY), value, u), atMost0)
}

/** x = 2ᵉ (1 + m) for 0 < x < ∞; subnormal numbers are scaled. */
export function normalized(v: Lanes, x: Code): { m: Code; e: Code } {
  const up = v.fraction + 1
  const small = v.op('lt', x, 2 ** (1 - v.bias))
  const { fraction, biased } = split(v, v.choose(small, v.mul(x, 2 ** up), x))
  return { m: v.sub(fraction, 1), e: v.sub(exponentOf(v, biased), v.all('and', small, v.of(up))) }
}

/** A logarithm to the base whose ln 2 / ln base is high + low, and 1 / ln base is `scale`. */
const logarithm =
  (parts?: readonly [number, number], scale?: number): LaneFunction =>
  (v, x) => {
    const { m, e } = normalized(v, x as Code)
    return domain(v, x as Code, assembled(v, m, e, parts ?? coefficients[v.shape].ln2, scale))
  }

export const log = /*@__PURE__*/ logarithm()
export const log2 = /*@__PURE__*/ logarithm([1, 0], Math.LOG2E)
export const log10 = /*@__PURE__*/ logarithm([0.301029995663611771306, 3.6942390771589305e-13], Math.LOG10E)

/** ln(1 + x): with 1 + x ≈ 2ᵉ · fraction, m = 2^−e x + (2^−e − 1). */
export const log1p = (v: Lanes, x: Code): Code => {
  const u = v.add(x, 1)
  const { biased } = split(v, u)
  // 4 · 2^−e, which is never subnormal
  const inverse = v.int('sub', v.bits(BigInt(2 * v.bias + 2) << BigInt(v.fraction)), biased)
  const m = v.madd(v.mul(x, inverse), 0.25, v.madd(inverse, 0.25, -1))
  const value = domain(v, u, assembled(v, m, exponentOf(v, biased), coefficients[v.shape].ln2))
  // ln(1 + −0) = −0
  return v.all('or', value, v.sign(x))
}

export const atanh = (v: Lanes, x: Code): Code => {
  const size = v.op('abs', x)
  const value = v.mul(log1p(v, v.div(v.add(size, size), v.sub(1, size))), 0.5)
  return v.all('or', value, v.sign(x))
}

/** ln(1 + t + √…) = log1p(t) for small, ln x + ln 2 for large x. */
const logOfTwice = (v: Lanes, x: Code, t: Code): Code => {
  const large = v.op('gt', x, 2 ** 500)
  const value = log1p(v, v.choose(large, x, t))
  return v.add(value, v.all('and', large, v.of(Math.LN2)))
}

/** ln(x + √(x² + 1)) = log1p(x + x² / (1 + √(x² + 1))). */
export const asinh = (v: Lanes, x: Code): Code => {
  const size = v.op('abs', x)
  const square = v.mul(x, x)
  const t = v.add(size, v.div(square, v.add(v.op('sqrt', v.add(square, 1)), 1)))
  return v.all('or', logOfTwice(v, size, t), v.sign(x))
}

/** ln(x + √(x² − 1)) = log1p(t + √(2t + t²)), t = x − 1. */
export const acosh = (v: Lanes, x: Code): Code => {
  const t = v.sub(x, 1)
  const value = logOfTwice(v, x, v.add(t, v.op('sqrt', v.madd(t, t, v.add(t, t)))))
  return v.all('or', value, v.op('lt', x, 1)) // a mask's set bits are NaN
}
