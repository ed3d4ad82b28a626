// Accumulators of reductions: how partial results of lanes and of unrolled vectors become one. Sums of float32 are kept in float32 for
// short blocks, which are added up in float64.
import type { Code } from '../assembler.ts'
import type { FunctionBuilder } from '../builder.ts'
import type { OpcodeName } from '../opcodes.ts'
import { type Extent, LOW_HALVES } from './elements.ts'
import type { Combination } from './ir.ts'
import { constantLanes, type LaneKind, type Lanes, repeatable, shapeOf } from './lanes.ts'

/** How many vectors each accumulator takes before its sum goes to float64. */
export const BLOCK = 32

const identity: Record<Combination, (kind: LaneKind) => number> = {
  sum: () => 0,
  prod: () => 1,
  max: (kind) => (kind === 'i32' ? -(2 ** 31) : Number.NEGATIVE_INFINITY),
  min: (kind) => (kind === 'i32' ? 2 ** 31 - 1 : Number.POSITIVE_INFINITY),
  any: () => 0,
  all: () => 1,
}

/** The instruction that combines two vectors. */
function instruction(combine: Combination, kind: LaneKind): OpcodeName {
  if (combine === 'any' || combine === 'all' || kind === 'm32' || kind === 'm64') return combine === 'all' ? 'v128.and' : 'v128.or'
  const name = combine === 'sum' ? 'add' : combine === 'prod' ? 'mul' : combine
  if (name !== 'max' && name !== 'min') return `${shapeOf[kind]}.${name}` as OpcodeName
  return kind === 'i32' ? `i32x4.${name}_s` : `${shapeOf[kind]}.p${name}`
}

/** Lane i moves to lane i − n/2 and back: combining with this halves the distinct lanes, until all are the result. */
const SWAP_HALVES = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7] as const
const SWAP_WORDS = [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11] as const

/** A reduction in progress, `width` vectors of accumulators at once. */
export class Accumulators {
  readonly #f: FunctionBuilder
  readonly #combine: Combination
  readonly #lanes: 2 | 4
  readonly #width: number
  /** Whether each lane is a row of its own. */
  readonly #separate: boolean
  readonly #narrow: string[] = []
  readonly #wide: string[] = []
  /** Which lanes met NaN, where the extremes are taken by comparisons: several times faster than instructions that heed NaN. */
  readonly #unordered: string[] = []
  #kind: LaneKind | null = null

  constructor(f: FunctionBuilder, combine: Combination, lanes: 2 | 4, width: number, separate: boolean) {
    this.#f = f
    this.#combine = combine
    this.#lanes = lanes
    this.#width = width
    this.#separate = separate
  }

  /** The accumulator's kind for values of `kind`. */
  #declare(kind: LaneKind): void {
    if (this.#kind !== null) return
    this.#kind = kind
    for (let v = 0; v < this.#width; v++) this.#narrow.push(this.#f.carried('v128', 'a'))
    if ((this.#combine === 'max' || this.#combine === 'min') && kind !== 'i32')
      for (let v = 0; v < (this.#separate ? this.#width : 1); v++) this.#unordered.push(this.#f.carried('v128', 'u'))
    if (!this.blocked) return
    const halves = this.#lanes / 2
    for (let v = 0; v < (this.#separate ? this.#width * halves : 1); v++) this.#wide.push(this.#f.carried('v128', 'w'))
  }

  /** Whether sums are blocked. Known once something was added. */
  get blocked(): boolean {
    return this.#combine === 'sum' && this.#kind === 'f32'
  }

  #initial(): Code {
    const kind = this.#kind as LaneKind
    return this.#f.constant(constantLanes(identity[this.#combine](kind), kind))
  }

  /** Sets the accumulators before the first value. Call it last: it must know the kind. */
  start(): void {
    for (const local of this.#narrow) this.#f.set(local, this.#initial())
    for (const local of [...this.#wide, ...this.#unordered]) this.#f.set(local, this.#f.constant(constantLanes(0, 'f64')))
  }

  /** Adds a vector to accumulator `v`; `mask` says which lanes count. */
  add(v: number, kind: LaneKind, value: Code, mask: ((kind: LaneKind) => Code) | null): void {
    this.#declare(kind)
    const local = this.#narrow[v] as string
    const before: Code = ['local.get', local]
    const operand = this.#unordered.length > 0 ? repeatable(this.#f, value) : value
    const after: Code = [instruction(this.#combine, kind), before, operand]
    this.#f.set(local, mask === null ? after : ['v128.bitselect', after, before, mask(kind)])
    if (this.#unordered.length === 0) return
    const unordered = this.#unordered[this.#separate ? v : 0] as string
    const isNaN: Code = [`${shapeOf[kind as 'f32' | 'f64']}.ne`, operand, operand]
    this.#f.set(unordered, ['v128.or', ['local.get', unordered], mask === null ? isNaN : ['v128.and', isNaN, mask(kind)]])
  }

  /** Moves a block's sums to float64. */
  flush(): void {
    if (!this.blocked) return
    const f = this.#f
    const halves = (narrow: Code): Code[] => {
      const low: Code = ['f64x2.promote_low_f32x4', narrow]
      return this.#lanes === 2 ? [low] : [low, ['f64x2.promote_low_f32x4', ['i8x16.shuffle', SWAP_HALVES, narrow, narrow]]]
    }
    const addTo = (local: string, parts: readonly Code[]): void =>
      f.set(
        local,
        parts.reduce<Code>((sum, part) => ['f64x2.add', sum, part], ['local.get', local]),
      )
    if (this.#separate) {
      this.#narrow.forEach((narrow, v) => {
        halves(['local.get', narrow]).forEach((half, h) => addTo(this.#wide[(v * this.#lanes) / 2 + h] as string, [half]))
      })
    } else addTo(this.#wide[0] as string, halves(f.let('v128', this.#merged())))
    for (const local of this.#narrow) f.set(local, this.#initial())
  }

  /** All accumulators as one vector, pairwise. */
  #merged(): Code {
    let parts: Code[] = this.#narrow.map((local) => ['local.get', local])
    while (parts.length > 1) {
      const pairs: Code[] = []
      for (let i = 0; i < parts.length; i += 2) {
        const [first, second] = [parts[i] as Code, parts[i + 1]]
        pairs.push(second === undefined ? first : [instruction(this.#combine, this.#kind as LaneKind), first, second])
      }
      parts = pairs
    }
    return parts[0] as Code
  }

  /** One vector for each accumulator where lanes are rows, else one whose lanes are all the result. */
  finish(): Lanes[] {
    const f = this.#f
    const kind = this.#kind as LaneKind
    const wide = this.#wide.map((local): Code => ['local.get', local])
    const demoted = (code: Code): Code => ['f32x4.demote_f64x2_zero', code]
    if (this.#separate) {
      if (!this.blocked) {
        // a lane of ones is NaN
        return this.#narrow.map((local, v) => {
          const code: Code = ['local.get', local]
          const unordered = this.#unordered[v]
          return { kind, code: unordered === undefined ? code : f.let('v128', ['v128.or', code, ['local.get', unordered]]) }
        })
      }
      return this.#narrow.map((_, v) => {
        const at = (v * this.#lanes) / 2
        const low = demoted(wide[at] as Code)
        return { kind, code: f.let('v128', this.#lanes === 2 ? low : ['i8x16.shuffle', LOW_HALVES, low, demoted(wide[at + 1] as Code)]) }
      })
    }
    const across = (of: LaneKind, code: Code, swap: readonly number[]): Code => {
      const kept = f.let('v128', code)
      return [instruction(this.#combine, of), kept, ['i8x16.shuffle', swap, kept, kept]]
    }
    if (this.blocked) {
      const total = f.let('v128', demoted(across('f64', wide[0] as Code, SWAP_HALVES)))
      return [{ kind, code: f.let('v128', ['i8x16.shuffle', [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3], total, total]) }]
    }
    let code = this.#merged()
    const [unordered] = this.#unordered
    if (unordered !== undefined) {
      // with two lanes of 32 bits the upper half means nothing
      const counted: Code =
        this.#lanes === 2 && kind === 'f32'
          ? f.constant(['v128.const', 'i32x4', -1, -1, 0, 0])
          : f.constant(['v128.const', 'i32x4', -1, -1, -1, -1])
      const any: Code = ['v128.any_true', ['v128.and', ['local.get', unordered], counted]]
      code = ['v128.or', code, ['i32x4.splat', ['i32.sub', ['i32.const', 0], any]]]
    }
    if (this.#lanes === 4 || kind === 'f64' || kind === 'm64') code = across(kind, code, SWAP_HALVES)
    if (kind !== 'f64' && kind !== 'm64') code = across(kind, code, SWAP_WORDS)
    return [{ kind, code: f.let('v128', code) }]
  }
}

/** Which lanes lie before `rest`, as a mask of the width of `kind`. */
export function laneMask(f: FunctionBuilder, { rest }: Extent): (kind: LaneKind) => Code {
  let narrow: Code | null = null
  return (kind) => {
    narrow ??= f.let('v128', ['i32x4.gt_s', ['i32x4.splat', rest as Code], f.constant(['v128.const', 'i32x4', 0, 1, 2, 3])])
    return kind === 'f64' || kind === 'm64' ? ['i64x2.extend_low_i32x4_s', narrow] : narrow
  }
}
