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
