// Measures vector functions in units in the last place: float32 against the reference in float64, float64 against 240 digits.
import { apply, expressionFunction, input, type ScalarOperationName } from '../../src/backends/expression.ts'
import type { LaneShape } from '../../src/backends/wasm/math/lanes.ts'
import { BLOCK, mapKernel } from './kernel.ts'
import * as precise from './precise.ts'

/** What a sweep found. */
export interface Measured {
  readonly points: number
  /** Greatest error in ulp of the exact result. */
  readonly ulp: number
  /** Where it is, and what the function gives there. */
  readonly at: string
  /** Special results that are wrong: NaN, infinities, signs of zero. */
  readonly wrong: readonly string[]
}

/** Functions of two operands. */
export const binary: ReadonlySet<string> = new Set(['atan2', 'pow', 'hypot', 'fmod', 'floorModulo', 'floorQuotient'])

const exponentView = new DataView(new ArrayBuffer(8))
/** Distance of the floats around x. */
function ulpOf(shape: LaneShape, x: number): number {
  exponentView.setFloat64(0, x)
  const exponent = ((exponentView.getUint16(0) >> 4) & 2047) - 1023
  return shape === 'f32x4' ? 2 ** (Math.max(exponent, -126) - 23) : 2 ** (Math.max(exponent, -1022) - 52)
}

/** A fixed sequence of 32 random bits each (mulberry32). */
function randomBits(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t)
    return t ^ (t >>> 14)
  }
}

const bits32 = new Int32Array(1)
const float32 = new Float32Array(bits32.buffer)
const bits64 = new BigInt64Array(1)
const float64 = new Float64Array(bits64.buffer)
const fromBits32 = (bits: number): number => {
  bits32[0] = bits
  return float32[0] as number
}
const fromBits64 = (bits: bigint): number => {
  bits64[0] = bits
  return float64[0] as number
}

/** Numbers around which functions change their way or are hard: thresholds, roots, overflow. */
const landmarks = [
  0.41421356,
  0.4375,
  0.5,
  0.625,
  0.65,
  0.8,
  1,
  1.4616321,
  1.5,
  2,
  2.4142137,
  3.95,
  5.9,
  8,
  9.01,
  10,
  16,
  18,
  27.2,
  88.72284,
  89.4,
  103.97,
  710.4,
  745.1,
  2 / 3,
  4 / 3,
  Math.PI / 4,
  Math.PI / 2,
  Math.PI,
  11 * Math.PI,
  1e6,
  2.4570248,
  3.1439,
  Math.SQRT1_2,
  Math.LN2,
  Math.LN2 / 2,
] as const

const special = [
  0,
  1,
  2,
  3,
  0.5,
  1.5,
  5,
  7,
  8388607,
  16777216,
  1e10,
  Number.POSITIVE_INFINITY,
  Number.NaN,
  0.99999994,
  1.0000001,
  1e-45,
  3.4028234663852886e38,
]

/** Points of one operand: `each` fractions for every exponent and sign, and the neighbours of landmarks. */
function* points1(shape: LaneShape, each: number): Generator<[number, number]> {
  const random = randomBits(each)
  const double = shape === 'f64x2'
  const exponents = double ? 2048 : 256
  // float64 has eight times as many exponents: most of them are sampled more thinly
  for (let exponent = 0; exponent < exponents; exponent++) {
    const far = double && Math.abs(exponent - 1023) > 40
    if (far && each < 4 && exponent % 32 > 1) continue
    for (let k = 0; k < (far ? Math.max(each / 8, 2) : each); k++) {
      const edge = k < 3 ? k : k < 6 ? 2 - k : null
      for (const sign of [0, 1]) {
        if (double) {
          const fraction = edge === null ? (BigInt(random() >>> 0) << 20n) ^ BigInt(random() >>> 0) : BigInt(edge)
          yield [fromBits64((BigInt(sign) << 63n) | (BigInt(exponent) << 52n) | BigInt.asUintN(52, fraction)), 0]
        } else yield [fromBits32((sign << 31) | (exponent << 23) | ((edge ?? random()) & 0x7fffff)), 0]
      }
    }
  }
  for (const landmark of landmarks) {
    for (let k = -each; k <= each; k++) {
      const x = double ? landmark + k * 2 ** -52 * landmark : fromBits32(fromFloat32(landmark) + k)
      yield [x, 0]
      yield [-x, 0]
    }
  }
}
const fromFloat32 = (x: number): number => {
  float32[0] = x
  return bits32[0] as number
}

/** Points of two operands: all pairs of special ones, and four kinds of random ones. */
function* points2(shape: LaneShape, each: number): Generator<[number, number]> {
  const signed = special.flatMap((x) => [x, -x])
  for (const a of signed) for (const b of signed) yield [a, b]
  const random = randomBits(each)
  const uniform = (): number => (random() >>> 0) / 2 ** 32
  const any = (): number => (shape === 'f32x4' ? fromBits32(random()) : fromBits64((BigInt(random()) << 32n) | BigInt(random() >>> 0)))
  const largest = shape === 'f32x4' ? 105 : 746
  for (let k = 0; k < each * 64; k++) {
    yield [any(), any()]
    yield [uniform() * 10, (uniform() - 0.5) * 80]
    const base = Math.abs(any())
    yield [base, ((uniform() - 0.5) * 2 * largest) / Math.log(base)]
    yield [(uniform() - 0.5) * 20, Math.round((uniform() - 0.5) * 20)]
  }
}

/** Every float32. */
function* all(): Generator<[number, number]> {
  for (let bits = 0; bits < 2 ** 32; bits++) yield [fromBits32(bits), 0]
}

type PreciseFunction = (a: precise.Precise, b: precise.Precise) => precise.Precise

/** Sweeps a function, with and without fused multiplication and addition. `each` is how many numbers are tried for each exponent and sign. */
export function sweep(shape: LaneShape, name: ScalarOperationName, each: number | 'all'): Record<'fused' | 'strict', Measured> {
  const isBinary = binary.has(name)
  const reference = expressionFunction(apply(name, input(0), ...(isBinary ? [input(1)] : [])))
  const long = (precise as unknown as Record<string, PreciseFunction>)[name]
  const kernels = [mapKernel(shape, name, true), mapKernel(shape, name, false)]
  const found = kernels.map(() => ({ points: 0, ulp: 0, at: '', wrong: [] as string[] }))
  const [first, second] = (kernels[0] as (typeof kernels)[0]).operands
  const expected = new Float64Array(BLOCK)
  let exact: (precise.Precise | undefined)[] = []
  const shown = (at: number, value: number): string => `${name}(${first[at]}${isBinary ? `, ${second[at]}` : ''}) = ${value}`

  /** Error in ulp, or whether a special result is right. */
  const error = (at: number, have: number): number | boolean => {
    const want = expected[at] as number
    const nearest = shape === 'f32x4' ? Math.fround(want) : want
    if (Object.is(have, nearest) && (shape === 'f32x4' || !Number.isFinite(want) || want === 0))
      return Number.isFinite(nearest) ? Math.abs(have - want) / ulpOf(shape, want) : true
    // one of the results may have been rounded to 0 or infinity where the other was not quite
    if (!Number.isFinite(have) || !Number.isFinite(nearest) || have === 0 || nearest === 0) {
      const tiny = Math.abs(have) + Math.abs(nearest) <= (shape === 'f32x4' ? 2 ** -149 : 2 ** -1074)
      const huge = Math.min(Math.abs(have), Math.abs(want)) >= (shape === 'f32x4' ? 2 ** 128 - 2 ** 104 : Number.MAX_VALUE)
      return (tiny || huge) && Math.sign(have) * Math.sign(want) >= 0 ? Math.abs(tiny ? (have - want) / ulpOf(shape, 0) : 1) : false
    }
    const operands = [first[at] as number, isBinary ? (second[at] as number) : 1] as const
    if (shape === 'f32x4' || long === undefined || operands.some((x) => x === 0 || !Number.isFinite(x))) {
      return Math.abs(have - want) / ulpOf(shape, want)
    }
    const known = exact[at] ?? long(...(operands.map(precise.exact) as [precise.Precise, precise.Precise]))
    exact[at] = known
    const signed = want < 0 === known.m < 0n ? known : precise.neg(known)
    return Math.abs(precise.toNumber(precise.sub(precise.exact(have), signed))) / ulpOf(shape, want)
  }

  let count = 0
  const measure = (): void => {
    for (let i = 0; i < count; i++) expected[i] = reference([first[i] as number, second[i] as number])
    kernels.forEach(({ run, result }, which) => {
      const into = found[which] as (typeof found)[0]
      run(count)
      for (let i = 0; i < count; i++) {
        const ulp = error(i, result[i] as number)
        if (ulp === false && into.wrong.length < 4) into.wrong.push(`${shown(i, result[i] as number)}, not ${expected[i]}`)
        if (typeof ulp === 'number' && ulp > into.ulp) {
          into.ulp = ulp
          into.at = shown(i, result[i] as number)
        }
      }
      into.points += count
    })
    count = 0
    exact = []
  }
  for (const [a, b] of each === 'all' ? all() : isBinary ? points2(shape, each) : points1(shape, each)) {
    first[count] = a
    second[count] = b
    if (++count === BLOCK) measure()
  }
  measure()
  const [fused, strict] = found as readonly Measured[] as [Measured, Measured]
  return { fused, strict }
}
