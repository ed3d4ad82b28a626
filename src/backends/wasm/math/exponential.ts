// eˣ and what is made of it.
import type { Code } from '../assembler.ts'
import { coefficients, tanhSmall32 } from './coefficients.ts'
import type { Lanes, Operand } from './lanes.ts'

/**
 * eˣ = (1 + m) sⁿ with s = 2ᵏ, k = x / (n ln 2) rounded. With n = 2, s² reaches subnormal and infinite results in one rounding; n = 1 is for
 * shorter ranges, where s is 2^(k + offset).
 */
export function exponential(v: Lanes, x: Code, n: 1 | 2, offset = 0, low?: Code): { m: Code; s: Code } {
  const { exp, expHalf, ln2 } = coefficients[v.shape]
  // adding 1.5 · 2^(bits of the fraction) leaves the whole number in the low bits; with the bias they are the exponent of s
  const magic = 1.5 * 2 ** v.fraction
  const t = v.madd(x, 1 / (n * Math.LN2), magic + v.bias + offset)
  const k = v.sub(t, magic + v.bias + offset)
  const rest = v.madd(k, -n * ln2[0], x)
  const r = v.madd(k, -n * ln2[1], low === undefined ? rest : v.add(rest, low))
  return { m: v.madd(v.mul(r, r), v.horner(r, n === 2 ? exp : expHalf), r), s: v.shift('shl', t) }
}

/** x between numbers; NaN stays. */
const within = (v: Lanes, x: Code, [low, high]: readonly [number, number]): Code => v.op('pmin', v.op('pmax', x, low), high)

/** eˣ as two factors. */
export function exponentialFactors(v: Lanes, x: Code, low?: Code): { m: Code; s: Code; p: Code } {
  const { m, s } = exponential(v, within(v, x, v.shape === 'f32x4' ? [-104, 89] : [-746, 711]), 2, 0, low)
  return { m, s, p: v.madd(m, s, s) }
}

export const exp = (v: Lanes, x: Code, low?: Code): Code => {
  const { p, s } = exponentialFactors(v, x, low)
  return v.mul(p, s)
}

/** The value with the sign of x where it has none of its own: odd functions keep −0. */
const signed = (v: Lanes, value: Code, x: Code): Code => v.all('or', value, v.sign(x))

/** s² (1 + m) − 1 = s (s m + s − 1/s): exact where s = 1. */
export const expm1 = (v: Lanes, x: Code): Code => {
  const { m, s } = exponential(v, within(v, x, v.shape === 'f32x4' ? [-18, 89] : [-38, 711]), 2)
  const inverse = v.int('sub', v.bits(BigInt(2 * v.bias) << BigInt(v.fraction)), s)
  return signed(v, v.mul(v.madd(m, s, v.sub(s, inverse)), s), x)
}

/** 1 / (1 + e^−x), both terms scaled so that e^−x is finite where the result is subnormal. */
export const sigmoid = (v: Lanes, x: Code): Code => {
  const [most, offset] = v.shape === 'f32x4' ? [104, -64] : [746, -512]
  const { m, s } = exponential(v, within(v, v.op('neg', x), [-40, most]), 1, offset)
  const one = v.of(2 ** offset)
  // one rounding in all: s + 1 is exact for most x, and where it is not, m takes what it lost
  const sum = v.add(s, one)
  const lost = v.sub(one, v.sub(sum, s))
  return v.div(one, v.add(v.madd(m, s, lost), sum))
}

/** 1 − 2 / (e^2x + 1), and a polynomial near 0. */
export const tanh32 = (v: Lanes, x: Code): Code => {
  const size = v.op('abs', x)
  const { m, s } = exponential(v, v.op('pmin', v.add(size, size), 20), 1)
  const large = v.sub(1, v.div(2, v.add(v.madd(m, s, s), 1)))
  const square = v.mul(x, x)
  const small = v.madd(v.mul(v.horner(square, tanhSmall32), square), size, size)
  return signed(v, v.choose(v.op('lt', size, 0.625), small, large), x)
}

/** (e^2x − 1) / (e^2x + 1). */
export const tanh64 = (v: Lanes, x: Code): Code => {
  const size = v.op('abs', x)
  const e = expm1(v, v.op('pmin', v.add(size, size), 40))
  return signed(v, v.div(e, v.add(e, 2)), x)
}

/** eˣ / 2 for x ≥ 0, infinite only where it is. */
const halfExp = (v: Lanes, x: Operand): Code => {
  const { p, s } = exponentialFactors(v, v.of(x))
  return v.mul(p, v.mul(s, 0.5))
}

export const cosh = (v: Lanes, x: Code): Code => {
  const half = halfExp(v, v.op('abs', x))
  return v.add(half, v.div(0.25, half))
}

/** (eˣ − e^−x) / 2, from eˣ − 1 for small x. */
export const sinh = (v: Lanes, x: Code): Code => {
  const size = v.op('abs', x)
  const half = halfExp(v, size)
  const e = expm1(v, v.op('pmin', size, 1))
  const small = v.mul(v.add(e, v.div(e, v.add(e, 1))), 0.5)
  return signed(v, v.choose(v.op('lt', size, 1), small, v.sub(half, v.div(0.25, half))), x)
}
