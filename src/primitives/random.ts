// The counter-based random generator and the kernels that draw from it. A generator's whole state is one int32 tensor
// [seed low, seed high, counter low, counter high], so that the same draw can be replayed.
import { dtypes } from '../core/dtype.ts'
import { OptionError } from '../core/errors.ts'
import { philox, portableCosSin, portableLog } from '../core/philox.ts'
import { emptyValue, type Value } from '../core/value.ts'
import { tracer, untraced } from './tracer.ts'

const WORD = 4294967296

/** A place in a stream; of a program that is being recorded, the place at each run. */
export interface StreamPlace {
  words: readonly number[]
}

/**
 * A stream of random numbers: the same seed gives the same numbers on every platform.
 *
 * @example
 * ```ts
 * import { Generator, rand } from 'wengert'
 * const generator = new Generator(7)
 * console.log(rand([2], { generator }).shape)
 * ```
 */
export class Generator {
  readonly state: Value = untraced(() => emptyValue(dtypes.int32, [4]))

  constructor(seed = 0) {
    this.manualSeed(seed)
  }

  /** Starts the stream of `seed`, an integer from 0 to 2⁵³ − 1. */
  manualSeed(seed: number): this {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new OptionError(`manualSeed: the seed must be an integer from 0 to 2^53 - 1, got ${seed}.`)
    return this.#do('manualSeed', () => this.#set([seed % WORD, Math.floor(seed / WORD), 0, 0]))
  }

  /** The state as four words, to be given to `setState` later. */
  getState(): number[] {
    tracer?.refuse('getState', 'Ask for it outside')
    return this.#words
  }

  /** Goes back to a state that `getState` gave. */
  setState(state: readonly number[]): this {
    if (state.length !== 4) throw new OptionError(`setState: a state has four words, got ${state.length}. Give what getState() returned.`)
    const wrong = state.find((word) => !Number.isInteger(word))
    if (wrong !== undefined)
      throw new OptionError(`setState: the words of a state are integers, got ${wrong}. Give what getState() returned.`)
    return this.#do('setState', () => this.#set(state))
  }

  /** Moves the counter past `blocks` blocks of four words. */
  advance(blocks: number): void {
    this.#do('advance', () => {
      const [seedLow, seedHigh, low, high] = this.#words as [number, number, number, number]
      const next = (low >>> 0) + blocks
      this.#set([seedLow, seedHigh, next % WORD, high + Math.floor(next / WORD)])
    })
  }

  /** @internal Where the stream is. */
  place(): StreamPlace {
    const place: StreamPlace = { words: [] }
    this.#do('place', () => {
      place.words = this.#words
    })
    return place
  }

  /** @internal Goes back to a place. */
  goTo(place: StreamPlace): void {
    this.#do('goTo', () => this.#set(place.words))
  }

  /** Does something with the state now, or at each run of a program that is being recorded. */
  #do(name: string, run: () => void): this {
    if (tracer === null) run()
    else tracer.effect(name, [], run)
    return this
  }

  get #words(): number[] {
    return Array.from(this.state.storage.data)
  }

  #set(words: readonly number[]): void {
    for (let i = 0; i < 4; i++) this.state.storage.data[i] = words[i] as number
    this.state.storage.version++
  }
}

/** The generator that is used where none is given. */
export const defaultGenerator: Generator = /*@__PURE__*/ new Generator(0)

/** How many blocks of four words a draw of `n` elements takes: two words an element. */
export const blocksFor = (n: number): number => Math.ceil(n / 2)

const words = new Uint32Array(4)
const pair = new Float64Array(2)

/** Fills the scratch words with block `block` of the stream at `state`. */
function drawBlock(state: Value, block: number): void {
  const data = state.storage.data
  const low = ((data[state.offset + 2] as number) >>> 0) + block
  const high = ((data[state.offset + 3] as number) + Math.floor(low / WORD)) >>> 0
  philox(words, (low % WORD) >>> 0, high, 0, 0, (data[state.offset] as number) >>> 0, (data[state.offset + 1] as number) >>> 0)
}

/** 53 random bits as a float in [0, 1), from words 2·half and 2·half + 1. */
const unit = (half: number): number =>
  (((words[2 * half] as number) >>> 5) * 67108864 + ((words[2 * half + 1] as number) >>> 6)) / 9007199254740992

/** Calls `visit(index, u)` with a uniform float in [0, 1) for each of `n` elements. */
function forEachUnit(state: Value, n: number, visit: (index: number, u: number) => void): void {
  for (let i = 0; i < n; i++) {
    if ((i & 1) === 0) drawBlock(state, i >> 1)
    visit(i, unit(i & 1))
  }
}

/** Uniform on [0, 1): 24 random bits for float32, 53 for float64, so that rounding never gives 1. */
export function fillUniform(state: Value, out: Value): void {
  const data = out.storage.data
  const single = out.dtype === 'float32'
  forEachUnit(state, out.elementCount, (i, u) => {
    data[i] = single ? Math.floor(u * 16777216) / 16777216 : u
  })
}

/** Standard normal by Box and Muller: two uniforms give two normals. */
export function fillNormal(state: Value, out: Value): void {
  const data = out.storage.data
  for (let i = 0; i < out.elementCount; i += 2) {
    drawBlock(state, i >> 1)
    const radius = Math.sqrt(-2 * portableLog(1 - unit(0)))
    portableCosSin(unit(1), pair)
    data[i] = radius * (pair[0] as number)
    if (i + 1 < out.elementCount) data[i + 1] = radius * (pair[1] as number)
  }
}

/** Integers in [low, high). */
export function fillIntegers(state: Value, low: number, high: number, out: Value): void {
  const data = out.storage.data
  forEachUnit(state, out.elementCount, (i, u) => {
    data[i] = low + Math.floor(u * (high - low))
  })
}

/** A random order of 0 … n − 1, by Fisher and Yates. */
export function fillPermutation(state: Value, out: Value): void {
  const data = out.storage.data
  const n = out.elementCount
  for (let i = 0; i < n; i++) data[i] = i
  forEachUnit(state, n, (i, u) => {
    const j = i + Math.floor(u * (n - i))
    const swapped = data[i] as number
    data[i] = data[j] as number
    data[j] = swapped
  })
}
