// aᵇ, and √(a² + b²).
import type { Code } from '../assembler.ts'
import { coefficients, pow64 as coefficients64 } from './coefficients.ts'
import { exp } from './exponential.ts'
import type { LaneFunction, Lanes } from './lanes.ts'
import { log, normalized } from './logarithm.ts'

const isWhole = (v: Lanes, x: Code): Code => v.op('eq', x, v.op('nearest', x))

/** aᵇ from |a|ᵇ, as in C. */
function signedPower(v: Lanes, a: Code, b: Code, size: Code): Code {
  const whole = isWhole(v, b)
  const odd = v.all('andnot', whole, isWhole(v, v.mul(b, 0.5)))
  const signed = v.all('or', size, v.all('and', odd, v.sign(a)))
  const none = v.all('andnot', v.all('and', v.op('lt', a, 0), v.op('gt', a, Number.NEGATIVE_INFINITY)), whole)
  return v.choose(v.all('or', v.op('eq', a, 1), v.op('eq', b, 0)), 1, v.all('or', signed, none))
}

/** An infinite exponent would make 0 · ∞ of ln 1. */
const finite = (v: Lanes, b: Code, most: number): Code => v.op('pmin', v.op('pmax', b, -most), most)

/** e^(b ln |a|), on float64 lanes to float32's accuracy. */
export const pow32: LaneFunction = (v, a, b) => signedPower(v, a, b, exp(v, v.mul(finite(v, b, 1e300), log(v, v.op('abs', a)))))

/** The high 26 bits of a float64, whose products with each other are exact. */
const short = (v: Lanes, x: Code): Code => v.all('and', x, v.bits(~((1n << 27n) - 1n)))

/** ln x in two parts, the first short: 2s + 2s³/3 + … = ⅔ s (3 + s² + s⁴ R(s²)), s = m / (2 + m), where what is below half an ulp counts. */
function longLog(v: Lanes, x: Code): readonly [Code, Code] {
  const { m, e } = normalized(v, x)
  const divisor = v.add(m, 2)
  const s = v.div(m, divisor)
  const s1 = short(v, s)
  const d1 = short(v, divisor)
  const d2 = v.add(v.sub(m, v.sub(divisor, 2)), v.sub(divisor, d1))
  const s2 = v.div(v.sub(v.sub(m, v.mul(s1, d1)), v.mul(s1, d2)), divisor)
  const square = v.mul(s, s)
  const z1 = v.mul(s1, s1)
  const small = v.madd(v.mul(square, square), v.horner(square, coefficients64), v.mul(s2, v.add(s, s1)))
  const u1 = short(v, v.add(v.add(z1, small), 3))
  const u2 = v.sub(small, v.sub(v.sub(u1, 3), z1))
  const p = v.mul(s1, u1)
  const rest = v.madd(s2, u1, v.mul(s, u2))
  const p1 = short(v, v.add(p, rest))
  const p2 = v.sub(rest, v.sub(p1, p))
  const [third, thirdLow] = [0.6666666567325592, 9.934107462565104e-9]
  const [ln2, ln2Low] = coefficients.f64x2.ln2
  const l1 = v.mul(p1, third)
  const l2 = v.madd(p1, thirdLow, v.mul(p2, 2 / 3))
  const whole = v.mul(e, ln2)
  const sum = v.add(whole, l1)
  const low = v.add(v.sub(l1, v.sub(sum, whole)), v.madd(e, ln2Low, l2))
  const high = short(v, v.add(sum, low))
  return [high, v.sub(low, v.sub(high, sum))]
}

/** The same with the logarithm and its product to more digits than a float64 has. */
export const pow64: LaneFunction = (v, a, b) => {
  const size = v.op('abs', a)
  const [high, low] = longLog(v, size)
  const exponent = finite(v, b, 1e40)
  const b1 = short(v, exponent)
  const rest = v.madd(v.sub(exponent, b1), high, v.mul(exponent, low))
  const near = exp(v, v.mul(b1, high), v.op('pmin', v.op('pmax', rest, -0.001), 0.001))
  // it is less than one unit off: where all is whole, what is below 2⁵² is exact
  const exact = v.all('and', v.all('and', isWhole(v, a), isWhole(v, b)), v.op('ge', near, 1))
  const value = v.choose(exact, v.op('nearest', near), near)
  // 0 and ∞, for which there was no logarithm; where an operand is NaN, so is the result
  const usual = v.all('and', v.op('gt', size, 0), v.op('lt', size, Number.POSITIVE_INFINITY))
  const zero = v.all('xor', v.op('gt', size, 1), v.op('gt', b, 0))
  const edge = v.choose(zero, 0, Number.POSITIVE_INFINITY)
  const nan = v.all('or', v.op('ne', a, a), v.op('ne', b, b))
  return signedPower(v, a, b, v.all('or', v.choose(usual, value, edge), nan))
}

/** √(a² + b²) on lanes where squares do not overflow; an infinite side is an infinite length, whatever the other. */
export const hypot = (v: Lanes, a: Code, b: Code): Code => {
  const [infinite, other] = [a, b].map((side) => v.op('eq', v.op('abs', side), Number.POSITIVE_INFINITY)) as [Code, Code]
  const length = v.op('sqrt', v.madd(a, a, v.mul(b, b)))
  return v.choose(v.all('or', infinite, other), Number.POSITIVE_INFINITY, length)
}
