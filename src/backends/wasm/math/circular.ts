// Sine, cosine and tangent: the angle less whole quarter turns, then two polynomials, of which the quarter chooses.
import type { Code } from '../assembler.ts'
import { cos32, cos64, sin32, sin64 } from './coefficients.ts'
import { bothHalves, Lanes, promoted } from './lanes.ts'

/** An angle of at most an eighth turn, and the number of quarter turns in the low bits of integers. */
interface Reduced {
  readonly r: Code
  readonly quarters: Code
}

/** π/2 in parts: products of the first two with less than 2²⁰ are exact. */
const halfPi = [1.57079632673412561416626, 6.077100506303965976595549e-11, 2.0222662487959507324e-21] as const
/** Up to here the parts suffice. */
const LIMIT = 1e6

/** 1.5 · 2⁵²: adding it leaves a whole number in the low bits. */
const MAGIC = 6755399441055744

const CHUNK = 26
/** Digits of 2/π to the base 2²⁶, scaled by 2³⁰⁰ so that none is subnormal. Note [Huge angles] */
function digits(count: number): number[] {
  // Machin: π/4 = 4 arctan(1/5) − arctan(1/239)
  const bits = BigInt(CHUNK * count + 64)
  const arctan = (n: bigint): bigint => {
    let sum = 0n
    let power = (1n << bits) / n
    for (let k = 1n; power !== 0n; k += 2n, power /= -n * n) sum += power / k
    return sum
  }
  const twoOverPi = (1n << (2n * bits - 1n)) / (4n * arctan(5n) - arctan(239n))
  return Array.from({ length: count }, (_, i) => {
    const digit = (twoOverPi >> (bits - BigInt(CHUNK * (i + 1)))) & ((1n << BigInt(CHUNK)) - 1n)
    return Number(digit) * 2 ** (300 - CHUNK * (i + 1))
  })
}

/*
 * Note [Huge angles]
 * The quarter turns of x are x · 2/π, of which only the digits around the point matter. Each product of a digit of 2/π with a part of x of
 * 26 or 27 bits is exact, and so is what is left of it modulo 4. They are added from the highest down, whole quarters taken away each time:
 * what is left then has all its digits, however near to a multiple of π/2 x is (Payne and Hanek's idea, without integers).
 */
function reduceHuge(v: Lanes, x: Code, single: boolean): Reduced {
  const scaled = v.mul(x, 2 ** -300)
  const high = single ? scaled : v.all('and', scaled, v.bits(~((1n << 27n) - 1n)))
  const parts = single ? [scaled] : [high, v.sub(scaled, high)]
  let rest = v.of(0)
  let quarters = v.of(0)
  for (const digit of digits(single ? 9 : 46)) {
    for (const part of parts) {
      const product = v.mul(part, digit)
      const sum = v.add(rest, v.sub(product, v.mul(v.op('nearest', v.mul(product, 0.25)), 4)))
      const whole = v.op('nearest', sum)
      rest = v.sub(sum, whole)
      quarters = v.add(quarters, whole)
    }
  }
  return { r: v.mul(rest, Math.PI / 2), quarters: v.add(quarters, MAGIC) }
}

/** Takes whole quarter turns from float64 angles; `single` where they came from float32. */
function reduce(v: Lanes, x: Code, single: boolean): Reduced {
  const t = v.madd(x, 2 / Math.PI, MAGIC)
  const n = v.sub(t, MAGIC)
  let r = x
  for (const part of single ? [halfPi[0], halfPi[1] + halfPi[2]] : halfPi) r = v.madd(n, -part, r)
  const kept = { r: v.f.local('v128', 'r'), quarters: v.f.local('v128', 'q') }
  const keep = (reduced: Reduced): void => {
    v.f.set(kept.r, reduced.r)
    v.f.set(kept.quarters, reduced.quarters)
  }
  keep({ r, quarters: t })
  const huge = v.op('gt', v.op('abs', x), LIMIT)
  v.f.if(['v128.any_true', huge], () => {
    const other = reduceHuge(v, x, single)
    keep({ r: v.choose(huge, other.r, r), quarters: v.choose(huge, other.quarters, t) })
  })
  return { r: ['local.get', kept.r], quarters: ['local.get', kept.quarters] }
}

/** The same of float32 angles, by way of float64. */
function reduce32(v: Lanes, x: Code): Reduced {
  const wide = new Lanes(v.f, 'f64x2')
  const [low, high] = promoted(v, x).map((half) => reduce(wide, half, true)) as [Reduced, Reduced]
  return { r: bothHalves(v, low.r, high.r), quarters: v.keep(['i8x16.shuffle', EVEN_WORDS, low.quarters, high.quarters]) }
}
const EVEN_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27]

/** Sine and cosine of a reduced angle. */
function eighth(v: Lanes, r: Code): readonly [sin: Code, cos: Code] {
  const [sines, cosines] = v.shape === 'f32x4' ? [sin32, cos32] : [sin64, cos64]
  const square = v.mul(r, r)
  const sin = v.madd(v.mul(square, v.horner(square, sines)), r, r)
  const cos = v.madd(v.mul(square, square), v.horner(square, cosines), v.madd(square, -0.5, 1))
  return [sin, cos]
}

/** sin(r + quarters · π/2). */
function turned(v: Lanes, { r, quarters }: Reduced): Code {
  const [sin, cos] = eighth(v, r)
  const odd = v.int('neg', v.all('and', quarters, v.bits(1n)))
  const sign = v.shift('shl', v.all('and', quarters, v.bits(2n)), v.shape === 'f32x4' ? 30 : 62)
  return v.all('xor', v.choose(odd, cos, sin), sign)
}

const reduced = (v: Lanes, x: Code): Reduced => (v.shape === 'f32x4' ? reduce32(v, x) : reduce(v, x, false))

/** sin(−0) = −0. */
export const sin = (v: Lanes, x: Code): Code => v.choose(v.op('eq', x, 0), x, turned(v, reduced(v, x)))

export const cos = (v: Lanes, x: Code): Code => {
  const { r, quarters } = reduced(v, x)
  return turned(v, { r, quarters: v.int('add', quarters, v.bits(1n)) })
}

/** sin / cos, or −cos / sin in odd quarters; only of float64 lanes. */
function quotient(v: Lanes, { r, quarters }: Reduced): Code {
  const [sin, cos] = eighth(v, r)
  const odd = v.int('neg', v.all('and', quarters, v.bits(1n)))
  return v.div(v.choose(odd, v.op('neg', cos), sin), v.choose(odd, sin, cos))
}

export const tan =
  (single: boolean) =>
  (v: Lanes, x: Code): Code =>
    v.choose(v.op('eq', x, 0), x, quotient(v, reduce(v, x, single)))

/** πx less whole quarter turns, of float64 lanes. */
function reducePi(v: Lanes, x: Code): Reduced {
  const turn = v.sub(x, v.mul(v.op('nearest', v.mul(x, 0.5)), 2))
  const t = v.madd(turn, 2, MAGIC)
  return { r: v.mul(v.madd(v.sub(t, MAGIC), -0.5, turn), Math.PI), quarters: t }
}

/** sin πx. */
export const sinPi = (v: Lanes, x: Code): Code => turned(v, reducePi(v, x))
/** tan πx. */
export const tanPi = (v: Lanes, x: Code): Code => quotient(v, reducePi(v, x))
