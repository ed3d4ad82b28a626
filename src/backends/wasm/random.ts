// Draws of random numbers, to the last bit those of core/philox.ts, which says what they mean: the same operations in the same order, on lanes.
import type { Value } from '../../core/value.ts'
import type { Code } from './assembler.ts'
import { add, mul } from './builder.ts'
import { BLOCK, fill, lanes, storeBlock } from './fill.ts'
import { Lanes } from './math/lanes.ts'
import { cached, unitKernel } from './units.ts'

type Four = readonly [number, number, number, number]

/** Four of the eight lanes of 32 bits of two vectors. */
const pick = (order: Four, a: Code, b: Code): Code => [
  'i8x16.shuffle',
  order.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
  a,
  b,
]
const even: Four = [0, 2, 4, 6]
const odd: Four = [1, 3, 5, 7]
/** The first lanes of two vectors by turns. */
const interleaved: Four = [0, 4, 1, 5]

const stateWords = ['key0', 'key1', 'low', 'high'] as const
type State = Readonly<Record<(typeof stateWords)[number], Code>>
type Words = readonly [Code, Code, Code, Code]

/**
 * Several times four blocks of Philox, from the given ones on, a lane each: the four words of each. They go in step, since every round
 * waits for the one before.
 */
function philox(v: Lanes, { key0, key1, low, high }: State, blocks: readonly Code[]): readonly Words[] {
  const splat = (word: Code): Code => v.keep(['i32x4.splat', word])
  const constant = (word: number): Code => v.f.constant(lanes(word, word, word, word))
  const sum = (a: Code, b: Code): Code => v.keep(['i32x4.add', a, b])
  const start = splat(low)
  let counters = blocks.map((block): Words => {
    const c0 = sum(sum(start, splat(block)), lanes(0, 1, 2, 3))
    return [c0, v.keep(['i32x4.sub', splat(high), ['i32x4.lt_u', c0, start]]), constant(0), constant(0)] // with the carry
  })
  let k0 = splat(key0)
  let k1 = splat(key1)
  const product = (word: Code, factor: number): readonly [Code, Code] => [
    v.keep(['i64x2.extmul_low_i32x4_u', word, constant(factor)]),
    v.keep(['i64x2.extmul_high_i32x4_u', word, constant(factor)]),
  ]
  for (let round = 0; round < 10; round++) {
    const products = counters.map(([c0, , c2]) => [product(c0, 0xd2511f53), product(c2, 0xcd9e8d57)] as const)
    counters = counters.map(([, c1, , c3], n): Words => {
      const [first, second] = products[n] as (typeof products)[number]
      return [
        v.all('xor', ['v128.xor', c1, k0], pick(odd, ...second)),
        v.keep(pick(even, ...second)),
        v.all('xor', ['v128.xor', c3, k1], pick(odd, ...first)),
        v.keep(pick(even, ...first)),
      ]
    })
    k0 = sum(k0, constant(0x9e3779b9))
    k1 = sum(k1, constant(0xbb67ae85))
  }
  return counters
}

/** 53 random bits of two words as floats in [0, 1): of the first two blocks (half 0), or the last two. */
function unit(v: Lanes, half: number, upper: Code, lower: Code): Code {
  const double = (bits: Code, shift: number): Code => {
    const kept = v.keep(['i32x4.shr_u', bits, ['i32.const', shift]])
    return v.op('convert_low_i32x4_s', half === 0 ? kept : pick([2, 3, 2, 3], kept, kept))
  }
  return v.mul(v.add(v.mul(double(upper, 5), 67108864), double(lower, 6)), 1 / 9007199254740992)
}

/** log(x) for x in (0, 1]. */
function log(v: Lanes, x: Code): Code {
  // x = m · 2^exponent with m in [√½, √2)
  const half = v.all('or', ['v128.and', x, v.bits(0xfffffffffffffn)], v.of(0.5))
  const small = v.op('lt', half, Math.SQRT1_2)
  const m = v.choose(small, v.add(half, half), half)
  const power = v.int('add', v.int('sub', v.shift('shr_u', x), v.bits(1022n)), small) // a mask is −1
  const exponent = v.op('convert_low_i32x4_s', pick([0, 2, 0, 2], power, power))
  const s = v.div(v.sub(m, 1), v.add(m, 1))
  const z = v.mul(s, s)
  let sum = v.of(0)
  for (let n = 21; n >= 1; n -= 2) sum = v.add(v.mul(sum, z), 1 / n)
  return v.add(v.mul(v.mul(2, s), sum), v.mul(exponent, 0.6931471805599453))
}

/** cos(2πt) and sin(2πt) for t in [0, 1). */
function cosSin(v: Lanes, t: Code): readonly [cosine: Code, sine: Code] {
  const eighth = v.op('floor', v.mul(t, 8))
  const counted = v.keep(['i64x2.extend_low_i32x4_s', ['i32x4.trunc_sat_f64x2_s_zero', eighth]])
  /** Bit n as the sign. */
  const signed = (value: Code, n: number): Code => v.sign(v.shift('shl', value, 63 - n))
  /** A mask from the sign. */
  const where = (sign: Code): Code => v.shift('shr_s', sign, 63)
  const isOdd = signed(counted, 0)
  // angle within the eighth, measured from the nearer axis
  const above = v.sub(v.mul(v.add(eighth, 1), 1 / 8), t)
  const below = v.sub(t, v.mul(eighth, 1 / 8))
  const angle = v.mul(v.choose(where(isOdd), above, below), 6.283185307179586)
  const z = v.op('neg', v.mul(angle, angle))
  let sine = v.of(0)
  let cosine = v.of(0)
  for (let n = 8; n >= 1; n--) {
    sine = v.mul(v.add(1, sine), v.div(z, 2 * n * (2 * n + 1)))
    cosine = v.mul(v.add(1, cosine), v.div(z, 2 * n * (2 * n - 1)))
  }
  sine = v.all('xor', v.mul(angle, v.add(1, sine)), isOdd)
  cosine = v.add(1, cosine)
  // the nearest axis: 0 east, 1 north, 2 west, 3 south
  const quarter = v.shift('shr_u', v.int('add', counted, v.bits(1n)), 1)
  const sideways = where(signed(quarter, 0))
  const turned = (a: Code, b: Code, turns: Code): Code => v.all('xor', v.choose(sideways, a, b), signed(turns, 1))
  return [turned(sine, cosine, v.int('add', quarter, v.bits(1n))), turned(cosine, sine, quarter)]
}

/** What becomes of two blocks' words: the first and the second number of both. */
type Draw = (v: Lanes, half: number, words: Words, bounds: Readonly<Record<'least' | 'range', Code>>) => readonly [Code, Code]

const uniform: Draw = (v, half, [a, b, c, d]) => [unit(v, half, a, b), unit(v, half, c, d)]

/** Box and Muller. */
const normal: Draw = (v, half, [a, b, c, d]) => {
  const radius = v.op('sqrt', v.mul(-2, log(v, v.sub(1, unit(v, half, a, b)))))
  const [cosine, sine] = cosSin(v, unit(v, half, c, d))
  return [v.mul(radius, cosine), v.mul(radius, sine)]
}

const integers: Draw = (v, half, [a, b, c, d], { least, range }) => {
  const size = v.add(['f64x2.splat', ['f64.convert_i32_u', range]], 1)
  const integer = (u: Code): Code => v.add(['f64x2.splat', ['f64.convert_i32_s', least]], v.op('floor', v.mul(u, size)))
  return [integer(unit(v, half, a, b)), integer(unit(v, half, c, d))]
}

/** The draws, with about how many nanoseconds a number takes. */
const draws = { uniform: [uniform, 2], normal: [normal, 10], integers: [integers, 3] } as const

/** Two blocks' numbers in their order, as vectors of a dtype. */
const ordered: Readonly<Record<'float32' | 'float64' | 'int32', (first: Code, second: Code) => readonly Code[]>> = {
  float32: (first, second) => [pick(interleaved, ['f32x4.demote_f64x2_zero', first], ['f32x4.demote_f64x2_zero', second])],
  int32: (first, second) => [pick(interleaved, ['i32x4.trunc_sat_f64x2_s_zero', first], ['i32x4.trunc_sat_f64x2_s_zero', second])],
  float64: (first, second) => [pick([0, 1, 4, 5], first, second), pick([2, 3, 6, 7], first, second)],
}

const drawKernel = /*@__PURE__*/ cached((key: `${keyof typeof draws} ${keyof typeof ordered}`) => {
  const [name, dtype] = key.split(' ') as [keyof typeof draws, keyof typeof ordered]
  const times = dtype === 'float64' ? [0] : [0, 4]
  return unitKernel(name, ['out', ...stateWords, 'least', 'range'], (f, words, block) => {
    const v = new Lanes(f, 'f64x2')
    const vectors: Code[] = []
    const starts = times.map((k) => f.let('i32', add(mul(block, 4 * times.length), k)))
    for (const drawn of philox(v, words, starts)) {
      if (name === 'uniform' && dtype === 'float32') {
        // the highest 24 of the 53 bits
        const single = new Lanes(f, 'f32x4')
        const [first, second] = [drawn[0], drawn[2]].map((bits) =>
          single.mul(['f32x4.convert_i32x4_s', ['i32x4.shr_u', bits, ['i32.const', 8]]], 1 / 16777216),
        ) as [Code, Code]
        vectors.push(pick(interleaved, first, second), pick([2, 6, 3, 7], first, second))
      } else for (const half of [0, 1]) vectors.push(...ordered[dtype](...draws[name][0](v, half, drawn, words)))
    }
    storeBlock(f, words.out, block, vectors)
  })
})

/** Draws all of `out` from the stream at `state`; integers are `least` and up to `range` more. */
export function draw(name: keyof typeof draws, state: Value, out: Value, least = 0, range = 0): boolean {
  const { dtype, storage } = out
  if (!(dtype in ordered)) return false
  const [key0, key1, low, high] = state.storage.data.subarray(state.offset, state.offset + 4) as unknown as Four // as generators make them
  const kernel = drawKernel(`${name} ${dtype as keyof typeof ordered}`)
  return fill(kernel, out, (BLOCK / storage.type.bytes) * draws[name][1], { key0, key1, low, high, least, range })
}
