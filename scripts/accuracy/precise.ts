// Numbers of 240 binary digits and the functions that float64 kernels are measured against: slow, simple, and independent of Math.*.

/** m · 2ᵉ. */
export interface Precise {
  readonly m: bigint
  readonly e: number
}

const DIGITS = 240
const abs = (m: bigint): bigint => (m < 0n ? -m : m)
const bitLength = (m: bigint): number => {
  const hex = abs(m).toString(16)
  return hex.length * 4 - Math.clz32(Number.parseInt(hex[0] as string, 16)) + 28
}
const shifted = (m: bigint, by: number): bigint => (by >= 0 ? m << BigInt(by) : m >> BigInt(-by))

/** A number with at most so many digits. */
const rounded = (m: bigint, e: number): Precise => {
  const excess = bitLength(m) - DIGITS
  return excess <= 0 ? { m, e } : { m: shifted(m, -excess), e: e + excess }
}

const view = new DataView(new ArrayBuffer(8))
/** A finite double, exactly. */
export function exact(x: number): Precise {
  view.setFloat64(0, x)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 2047n)
  const fraction = bits & ((1n << 52n) - 1n)
  const m = biased === 0 ? fraction : fraction | (1n << 52n)
  return { m: x < 0 ? -m : m, e: Math.max(biased, 1) - 1075 }
}

/** The nearest double but for double rounding of subnormal ones. */
export function toNumber({ m, e }: Precise): number {
  const excess = Math.max(bitLength(m) - 64, 0)
  const top = Number(shifted(m, -excess))
  const half = Math.trunc((e + excess) / 2)
  return top * 2 ** half * 2 ** (e + excess - half)
}

export const add = (a: Precise, b: Precise): Precise => {
  if (a.m === 0n) return b
  if (b.m === 0n) return a
  const [large, small] = bitLength(a.m) + a.e >= bitLength(b.m) + b.e ? [a, b] : [b, a]
  const far = bitLength(large.m) + large.e - (bitLength(small.m) + small.e) > 2 * DIGITS
  if (far) return large
  const e = Math.min(a.e, b.e)
  return rounded(shifted(a.m, a.e - e) + shifted(b.m, b.e - e), e)
}
export const neg = ({ m, e }: Precise): Precise => ({ m: -m, e })
export const sub = (a: Precise, b: Precise): Precise => add(a, neg(b))
export const mul = (a: Precise, b: Precise): Precise => rounded(a.m * b.m, a.e + b.e)
export const div = (a: Precise, b: Precise): Precise => {
  const up = Math.max(DIGITS + 8 + bitLength(b.m) - bitLength(a.m), 0)
  return rounded(shifted(a.m, up) / b.m, a.e - up - b.e)
}
const int = (n: number): Precise => ({ m: BigInt(n), e: 0 })
export const one: Precise = int(1)
const half: Precise = { m: 1n, e: -1 }
export const sqrt = (a: Precise): Precise => {
  if (a.m === 0n) return a
  let up = Math.max(2 * DIGITS - bitLength(a.m), 0)
  if ((a.e - up) % 2 !== 0) up++
  const m = shifted(a.m, up)
  let root = 1n << BigInt((bitLength(m) >> 1) + 1)
  for (;;) {
    const next = (root + m / root) >> 1n
    if (next >= root) break
    root = next
  }
  return rounded(root, (a.e - up) / 2)
}
const isSmall = (term: Precise, sum: Precise): boolean =>
  term.m === 0n || bitLength(term.m) + term.e < bitLength(sum.m) + sum.e - DIGITS - 4

/** First term, then each from the one before, until they no longer count. */
function series(first: Precise, next: (term: Precise, n: number) => Precise): Precise {
  let sum = first
  let term = first
  for (let n = 1; ; n++) {
    term = next(term, n)
    if (isSmall(term, sum)) return sum
    sum = add(sum, term)
  }
}

/** Σ (±1)ⁿ x^(2n+1) / (2n + 1): artanh or arctan. */
const arcSeries = (x: Precise, sign: 1 | -1): Precise => {
  const square = mul(x, x)
  let power = x
  return series(x, (_, n) => {
    power = mul(power, sign > 0 ? square : neg(square))
    return div(power, int(2 * n + 1))
  })
}
const twice = ({ m, e }: Precise): Precise => ({ m, e: e + 1 })
const ln2 = twice(arcSeries(div(one, int(3)), 1))

/** π to 1400 digits, for angles of any size: 16 arctan(1/5) − 4 arctan(1/239). */
const PI_DIGITS = 1400
const longPi = ((): bigint => {
  const arctan = (n: bigint): bigint => {
    let sum = 0n
    let power = (1n << BigInt(PI_DIGITS)) / n
    for (let k = 1n; power !== 0n; k += 2n, power /= -n * n) sum += power / k
    return sum
  }
  return 16n * arctan(5n) - 4n * arctan(239n)
})()
export const pi: Precise = rounded(longPi, -PI_DIGITS)

export function exp(x: Precise): Precise {
  if (x.m === 0n) return one
  if (toNumber(x) < -9999) return { m: 1n, e: -9999 } // as good as 0
  const n = Math.round(toNumber(x) / Math.LN2)
  const r = sub(x, mul(int(n), ln2))
  // e^r = (e^(r/256))^256
  const small = { m: r.m, e: r.e - 8 }
  let value = add(
    one,
    series(small, (term, k) => div(mul(term, small), int(k + 1))),
  )
  for (let i = 0; i < 8; i++) value = mul(value, value)
  return { m: value.m, e: value.e + n }
}
export function expm1(x: Precise): Precise {
  return Math.abs(toNumber(x)) > 0.1 ? sub(exp(x), one) : x.m === 0n ? x : series(x, (term, k) => div(mul(term, x), int(k + 1)))
}
export function log(x: Precise): Precise {
  // x = 2ⁿ f, √½ < f < √2
  let n = bitLength(x.m) + x.e
  let f: Precise = { m: x.m, e: x.e - n }
  if (toNumber(f) < Math.SQRT1_2) {
    f = twice(f)
    n--
  }
  return add(mul(int(n), ln2), f.m === 0n ? f : twice(arcSeries(div(sub(f, one), add(f, one)), 1)))
}
export function log1p(x: Precise): Precise {
  return Math.abs(toNumber(x)) > 0.1 ? log(add(one, x)) : x.m === 0n ? x : twice(arcSeries(div(x, add(int(2), x)), 1))
}

/** The angle less whole quarter turns, and their number modulo 4. */
function reduce(x: Precise): { r: Precise; quarter: number } {
  const scaled = shifted(x.m, x.e + PI_DIGITS)
  const turn = longPi / 2n
  const quarters = (2n * scaled + (x.m < 0n ? -turn : turn)) / (2n * turn)
  // a subnormal angle has no digits left there
  const r = quarters === 0n ? x : rounded(scaled - (quarters * longPi) / 2n, -PI_DIGITS)
  return { r, quarter: Number(BigInt.asUintN(2, quarters)) }
}
function circular(x: Precise, add4: number): Precise {
  const { r, quarter } = reduce(x)
  const turn = (quarter + add4) % 4
  const square = neg(mul(r, r))
  const value =
    turn % 2 === 0
      ? series(r, (term, n) => div(mul(term, square), int(2 * n * (2 * n + 1))))
      : series(one, (term, n) => div(mul(term, square), int(2 * n * (2 * n - 1))))
  return turn >= 2 ? neg(value) : value
}
export const sin = (x: Precise): Precise => circular(x, 0)
export const cos = (x: Precise): Precise => circular(x, 1)
export const tan = (x: Precise): Precise => div(sin(x), cos(x))

/** arctan, its argument halved three times: arctan x = 2 arctan(x / (1 + √(1 + x²))). */
export function atan(x: Precise): Precise {
  if (x.m === 0n) return x
  if (bitLength(x.m) + x.e > 2) return sub(x.m < 0n ? neg({ m: pi.m, e: pi.e - 1 }) : { m: pi.m, e: pi.e - 1 }, atan(div(one, x)))
  let small = x
  for (let i = 0; i < 3; i++) small = div(small, add(one, sqrt(add(one, mul(small, small)))))
  const value = arcSeries(small, -1)
  return { m: value.m, e: value.e + 3 }
}
export function atan2(y: Precise, x: Precise): Precise {
  if (x.m === 0n) return { m: y.m < 0n ? -pi.m : pi.m, e: pi.e - 1 }
  const angle = atan(div(y, x))
  return x.m > 0n ? angle : y.m < 0n ? sub(angle, pi) : add(angle, pi)
}
const root = (x: Precise): Precise => sqrt(mul(sub(one, x), add(one, x)))
export const asin = (x: Precise): Precise => atan2(x, root(x))
export const acos = (x: Precise): Precise => atan2(root(x), x)

const inverse = (x: Precise): Precise => div(one, x)
export const sinh = (x: Precise): Precise => {
  if (x.m < 0n) return neg(sinh(neg(x)))
  const e = expm1(x)
  return mul(half, add(e, div(e, add(e, one))))
}
export const cosh = (x: Precise): Precise => mul(half, add(exp(x), inverse(exp(x))))
export const tanh = (x: Precise): Precise => {
  if (Math.abs(toNumber(x)) > 100) return x.m < 0n ? neg(one) : one
  const e = expm1(twice(x))
  return div(e, add(e, int(2)))
}
export const sigmoid = (x: Precise): Precise => inverse(add(one, exp(neg(x))))
export const asinh = (x: Precise): Precise =>
  x.m < 0n ? neg(asinh(neg(x))) : log1p(add(x, div(mul(x, x), add(one, sqrt(add(one, mul(x, x)))))))
export const acosh = (x: Precise): Precise => {
  const t = sub(x, one)
  return log1p(add(t, sqrt(mul(t, add(t, int(2))))))
}
export const atanh = (x: Precise): Precise => mul(half, log1p(div(twice(x), sub(one, x))))
export const log2 = (x: Precise): Precise => div(log(x), ln2)
export const log10 = (x: Precise): Precise => div(log(x), log(int(10)))
/** |a|ᵇ. */
export const pow = (a: Precise, b: Precise): Precise => exp(mul(b, log({ m: abs(a.m), e: a.e })))

/** erf's series, of terms of one sign: 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)). */
export function erf(x: Precise): Precise {
  if (Math.abs(toNumber(x)) > 14) return x.m < 0n ? neg(one) : one
  const square = twice(mul(x, x))
  const sum = x.m === 0n ? x : series(x, (term, n) => div(mul(term, square), int(2 * n + 1)))
  return div(mul(twice(sum), exp(neg(mul(x, x)))), sqrt(pi))
}
/** 1 − erf, or from 6 on the continued fraction e^(−x²) / √π / (x + ½ / (x + 1 / (x + 3⁄2 / …))). */
export function erfc(x: Precise): Precise {
  if (toNumber(x) < 6) return sub(one, erf(x))
  let tail = x
  for (let n = 300; n > 0; n--) tail = add(x, div({ m: BigInt(n), e: -1 }, tail))
  return div(exp(neg(mul(x, x))), mul(tail, sqrt(pi)))
}
