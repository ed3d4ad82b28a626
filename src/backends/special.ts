// Special functions that JavaScript lacks, in float64 to a few ulp: the error function and its
// complement. Source: the series 7.1.6 and the continued fraction 7.1.14 of Abramowitz & Stegun.

const TWO_OVER_SQRT_PI = 1.1283791670955126

/** e^(−x²) without losing digits to the rounding of x². */
function expMinusSquare(x: number): number {
  // x = high + low with high of few bits, so that high² is exact: −x² = −high² − (x − high)(x + high)
  const high = Math.round(x * 256) / 256
  return Math.exp(-high * high) * Math.exp(-(x - high) * (x + high))
}

/** erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)), all terms of one sign (7.1.6). */
function erfSeries(x: number): number {
  const square = x * x
  let term = x
  let sum = x
  for (let n = 1; n < 200; n++) {
    term *= (2 * square) / (2 * n + 1)
    sum += term
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) break
  }
  return TWO_OVER_SQRT_PI * expMinusSquare(x) * sum
}

/** √π · e^(x²) · erfc(x) for x ≥ 1 as a continued fraction 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))) (7.1.14), from the far end. */
function erfcFraction(x: number): number {
  let tail = x
  for (let n = x > 5 ? 30 : x > 2 ? 90 : 160; n > 0; n--) tail = x + n / 2 / tail
  return 1 / tail
}

/** The error function 2/√π ∫₀ˣ e^(−t²) dt. */
export function erf(x: number): number {
  const size = Math.abs(x)
  if (size !== size) return x
  if (size < 2) return size < 1e-9 ? TWO_OVER_SQRT_PI * x : erfSeries(x)
  if (size > 6) return Math.sign(x)
  const rest = (expMinusSquare(size) * erfcFraction(size)) / 1.7724538509055159
  return x > 0 ? 1 - rest : rest - 1
}

/** 1 − erf(x), without cancellation for large x. */
export function erfc(x: number): number {
  if (x < 1 || x !== x) return 1 - erf(x)
  return x > 27.3 ? 0 : (expMinusSquare(x) * erfcFraction(x)) / 1.7724538509055159
}

/** The inverse of erf on (−1, 1), by Newton's method with the second derivative (Halley) from Winitzki's approximation. */
export function erfinv(y: number): number {
  const size = Math.abs(y)
  if (!(size < 1)) return size === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN
  const logarithm = Math.log1p(-y * y)
  const half = 4.330746750799873 + logarithm / 2
  const product = -logarithm / 0.147
  let x = Math.sqrt(product / (Math.sqrt(half * half + product) + half))
  for (let i = 0; i < 3 && x > 0; i++) {
    // erfc keeps the digits where y is near 1
    const error = size < 0.5 ? erf(x) - size : 1 - size - erfc(x)
    const step = error / (TWO_OVER_SQRT_PI * Math.exp(-x * x))
    x -= step / (1 + x * step)
  }
  return y < 0 || Object.is(y, -0) ? -x : x
}

/** sin(πx), exact at whole and half numbers. */
function sinPi(x: number): number {
  const rest = Math.abs(x) % 2
  const folded = rest > 1.5 ? rest - 2 : rest > 0.5 ? 1 - rest : rest
  return Math.sign(x) * Math.sin(Math.PI * folded)
}

/** Coefficients B₂ₙ / (2n (2n − 1)) of Stirling's series (Abramowitz & Stegun 6.1.40). */
export const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]

/** ln |Γ(x)|: Stirling's series from 10 on, the recurrence Γ(x + 1) = x Γ(x) below, reflection for negative x. */
export function lgamma(x: number): number {
  if (x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY
  if (x <= 0) return Number.isInteger(x) ? Number.POSITIVE_INFINITY : Math.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x)
  if (x === 1 || x === 2) return 0
  let product = 1
  let z = x
  while (z < 10) product *= z++
  const inverse = 1 / (z * z)
  const series = stirling.reduceRight((sum, coefficient) => sum * inverse + coefficient, 0) / z
  return (z - 0.5) * Math.log(z) - z + 0.9189385332046728 + series - Math.log(product)
}

/** Coefficients B₂ₙ / 2n of the series of ψ (Abramowitz & Stegun 6.3.18). */
export const digammaSeries = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12]

/** ψ(x) = (ln Γ(x))′: its asymptotic series from 10 on, ψ(x + 1) = ψ(x) + 1/x below, reflection for negative x. */
export function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  if (x < 0) return Number.isInteger(x) ? Number.NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x % 1))
  if (x === Number.POSITIVE_INFINITY) return x
  let sum = 0
  let z = x
  while (z < 10) sum -= 1 / z++
  const inverse = 1 / (z * z)
  return sum + Math.log(z) - 0.5 / z - inverse * digammaSeries.reduceRight((rest, coefficient) => rest * inverse + coefficient, 0)
}

/** (2n)! / B₂ₙ, the divisors of the Euler-Maclaurin terms of ζ. */
const zetaDivisors = [
  12, -720, 30240, -1209600, 47900160, -1892437580.3183792, 74724249600, -2950130727918.1641, 116467828143500.67, -4597978722407472.6,
  181521053401943546, -7166165256175667011,
]

/** Hurwitz's ζ(s, q) = Σ (k + q)^(−s) for s > 1: the first terms, and the rest by Euler and Maclaurin's formula (23.2.5). */
export function zeta(s: number, q: number): number {
  if (s === 1) return Number.POSITIVE_INFINITY
  if (!(s > 1)) return Number.NaN
  if (q <= 0) {
    if (Number.isInteger(q)) return Number.POSITIVE_INFINITY
    if (!Number.isInteger(s)) return Number.NaN
  }
  let sum = 0
  let at = q
  for (let k = 0; k < 9 || at <= 9; k++, at++) {
    const term = at ** -s
    sum += term
    if (Math.abs(term) < 1e-17 * Math.abs(sum) && at > 0) return sum
  }
  const power = at ** -s
  sum += (power * at) / (s - 1) + power / 2
  let factor = s
  let rest = power / at
  for (let n = 0; n < zetaDivisors.length; n++) {
    const term = (factor * rest) / (zetaDivisors[n] as number)
    sum += term
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) break
    factor *= (s + 2 * n + 1) * (s + 2 * n + 2)
    rest /= at * at
  }
  return sum
}
