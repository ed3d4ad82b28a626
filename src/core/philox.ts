// Philox 4×32-10 (Salmon et al. 2011): random bits as a pure function of key and counter, and draws made from them with
// + − × ÷ √ and own polynomials only, so that a seed gives the same stream on every platform.

/** High and low word of a 32 × 32 bit product. */
function multiplyHigh(x: number, y: number): number {
  const x0 = x & 0xffff
  const x1 = x >>> 16
  const y0 = y & 0xffff
  const y1 = y >>> 16
  const low = x0 * y0
  const middle = x1 * y0 + (low >>> 16)
  const carry = (middle & 0xffff) + x0 * y1
  return (x1 * y1 + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0
}

/** Ten rounds: writes four random words for the counter (c0, c1, c2, c3) under the key (k0, k1). */
export function philox(out: Uint32Array, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0)
    const low0 = Math.imul(0xd2511f53, c0) >>> 0
    const high1 = multiplyHigh(0xcd9e8d57, c2)
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0
    k0 = (k0 + 0x9e3779b9) >>> 0
    k1 = (k1 + 0xbb67ae85) >>> 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}

/** log(x) for a positive normal x, from the exponent and atanh's series: log m = 2·atanh((m − 1)/(m + 1)). */
export function portableLog(x: number): number {
  let exponent = 0
  let m = x
  while (m >= 1.4142135623730951) {
    m /= 2
    exponent++
  }
  while (m < 0.7071067811865476) {
    m *= 2
    exponent--
  }
  const s = (m - 1) / (m + 1)
  const z = s * s
  let sum = 0
  for (let n = 21; n >= 1; n -= 2) sum = sum * z + 1 / n
  return 2 * s * sum + exponent * 0.6931471805599453
}

/** cos(2πt) and sin(2πt) for t in [0, 1): Taylor series on an eighth of the circle. */
export function portableCosSin(t: number, out: Float64Array): void {
  const eighth = Math.floor(t * 8)
  const odd = eighth & 1
  // angle within the eighth, measured from the nearer axis, at most π/4
  const angle = (odd ? (eighth + 1) / 8 - t : t - eighth / 8) * 6.283185307179586
  const z = angle * angle
  let sine = 0
  let cosine = 0
  for (let n = 8; n >= 1; n--) {
    sine = (1 + sine) * (-z / (2 * n * (2 * n + 1)))
    cosine = (1 + cosine) * (-z / (2 * n * (2 * n - 1)))
  }
  sine = angle * (1 + sine)
  cosine = 1 + cosine
  const quarter = ((eighth + 1) >> 1) & 3 // nearest axis: 0 east, 1 north, 2 west, 3 south
  const signed = odd ? -sine : sine
  const c = quarter === 0 ? cosine : quarter === 1 ? -signed : quarter === 2 ? -cosine : signed
  const s = quarter === 0 ? signed : quarter === 1 ? cosine : quarter === 2 ? -signed : -cosine
  out[0] = c
  out[1] = s
}
