// Winograd's minimal filtering F(4 × 4, 3 × 3): a tile of 4 × 4 outputs, its 6 × 6 inputs and the 3 × 3 weights become 36 numbers each, their
// values as polynomials at the points 0, ∞, ±√½, ±√2 in both dims, and 36 multiplications take the place of 144. In one dim, with the columns of
// points in this order:
//
//   inputs  Bᵀ: d0 − 5/2 d2 + d4 | d1 − 5/2 d3 + d5 | (d4 − 2 d2) ± √½ (d3 − 2 d1) | (d4 − ½ d2) ± √2 (d3 − ½ d1)
//   weights G:  w0 | w2 | −⅔ (w0 ± √½ w1 + ½ w2) | ⅙ (w0 ± √2 w1 + 2 w2)
//   outputs Aᵀ: y[i] = Σ over finite points of pⁱ m[p], + m[∞] for y3
//
// The product of the points' squares is 1, which keeps coefficients near 1: of symmetric points these err least, for two roundings more than
// others that are fractions. Points go by bands: {0, ∞}, ±√½, ±√2. The two of a band share sums, and a band needs no other.
import type { Code } from '../assembler.ts'
import type { FunctionBuilder } from '../builder.ts'
import { madd } from '../features.ts'

/** Outputs of a tile in one dim. */
export const TILE = 4
/** Points in one dim. */
export const POINTS = 6
/** The number of a band. */
export type Band = 0 | 1 | 2
export const BANDS: readonly Band[] = [0, 1, 2]

const NEAR = Math.SQRT1_2
const FAR = Math.SQRT2
/** By band: the square of its points, the points. */
const points = [
  [0, 0],
  [0.5, NEAR],
  [2, FAR],
] as const

/** By band: what the weights' values are multiplied by. */
const FACTORS = [1, -2 / 3, 1 / 6] as const

/** A transform in one dim: the values at the two points of a band. Inputs are asked for by number. */
type ToPoints = (f: FunctionBuilder, band: Band, from: (i: number) => Code) => readonly [Code, Code]

const constant = (f: FunctionBuilder, value: number): Code => f.constant(['v128.const', 'f32x4', value, value, value, value])
/** A vector in a local. */
export const vector = (f: FunctionBuilder, value: Code): Code => f.let('v128', value)
/** a + b */
export const plus = (a: Code, b: Code): Code => ['f32x4.add', a, b]
const minus = (a: Code, b: Code): Code => ['f32x4.sub', a, b]
const times = (f: FunctionBuilder, factor: number, a: Code): Code => ['f32x4.mul', constant(f, factor), a]
/** factor · a + b */
const scaled = (f: FunctionBuilder, factor: number, a: Code, b: Code): Code => madd(constant(f, factor), a, b)
/** even ± point · odd */
const pair = (f: FunctionBuilder, point: number, even: Code, odd: Code): readonly [Code, Code] => {
  const [e, o] = [vector(f, even), vector(f, odd)]
  return [vector(f, scaled(f, point, o, e)), vector(f, scaled(f, -point, o, e))]
}

/** Bᵀ: six inputs. */
const imageToPoints: ToPoints = (f, band, d) => {
  if (band === 0) {
    const ends = (i: number): Code => vector(f, scaled(f, -2.5, d(i + 2), plus(d(i), d(i + 4))))
    return [ends(0), ends(1)]
  }
  const other = points[(3 - band) as Band][0]
  return pair(f, points[band][1], scaled(f, -other, d(2), d(4)), scaled(f, -other, d(1), d(3)))
}

/** A: four gradients of outputs. */
const gradientToPoints: ToPoints = (f, band, y) => {
  if (band === 0) return [y(0), y(3)]
  const [square, point] = points[band]
  return pair(f, point, scaled(f, square, y(2), y(0)), scaled(f, square, y(3), y(1)))
}

/** G: three weights. */
export const weightToPoints: ToPoints = (f, band, w) => {
  if (band === 0) return [w(0), w(2)]
  const [square, point] = points[band]
  const factor = FACTORS[band]
  const even = times(f, factor, scaled(f, square, w(2), w(0)))
  return pair(f, point * factor, even, w(1))
}

/** Aᵀ: four outputs of the six points. */
export function pointsToOutputs(f: FunctionBuilder, m: readonly Code[]): Code[] {
  const [zero, infinity, ...rest] = m as [Code, Code, Code, Code, Code, Code]
  const [p, q, r, s] = rest
  const [sum, difference] = [vector(f, plus(p, q)), vector(f, minus(p, q))]
  const [farSum, farDifference] = [vector(f, plus(r, s)), vector(f, minus(r, s))]
  const both = (power: number, near: Code, far: Code): Code => scaled(f, NEAR ** power, near, times(f, FAR ** power, far))
  return [
    plus(zero, plus(sum, farSum)),
    both(1, difference, farDifference),
    both(2, sum, farSum),
    plus(infinity, both(3, difference, farDifference)),
  ].map((value) => vector(f, value))
}

/** Gᵀ: what the points of a band, or with all six the sum over all bands, are of three weights. Null stands for nothing. */
export function pointsToWeights(f: FunctionBuilder, m: readonly Code[], band: Band): readonly [Code, Code | null, Code] {
  const [first, second] = m as [Code, Code]
  if (band === 0) return [first, null, second]
  const [square, point] = points[band]
  const factor = FACTORS[band]
  const sum = vector(f, plus(first, second))
  return [times(f, factor, sum), times(f, factor * point, minus(first, second)), times(f, factor * square, sum)]
}

/** A transform to points in one dim, and how many numbers it takes. */
export interface Side {
  readonly inputs: number
  readonly toPoints: ToPoints
}

/** Of a convolution's image, and of its result's gradient. */
export const image: Side = { inputs: POINTS, toPoints: imageToPoints }
export const gradient: Side = { inputs: TILE, toPoints: gradientToPoints }
