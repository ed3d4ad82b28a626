// Arithmetic on the lanes of a vector while a function is being written. Every result is kept in a local, so that it may be used repeatedly.
import type { Code } from '../assembler.ts'
import type { FunctionBuilder } from '../builder.ts'
import { hasRelaxedSimd, madd, madd64 } from '../features.ts'
import type { OpcodeName } from '../opcodes.ts'

/** The lanes of a vector: four of float32 or two of float64. */
export type LaneShape = 'f32x4' | 'f64x2'

/** A vector, or a number for all its lanes. */
export type Operand = Code | number

/** Writes a function of lanes and returns its value. */
export type LaneFunction = (v: Lanes, ...operands: Code[]) => Code

type WithoutShape<Name, Shape extends string> = Name extends `${Shape}.${infer Operation}` ? Operation : never

/** Writes arithmetic on lanes of one shape into a function. */
export class Lanes {
  readonly f: FunctionBuilder
  readonly shape: LaneShape
  /** Number of bits of the fraction of a float, and the exponent's bias. */
  readonly fraction: number
  readonly bias: number

  constructor(f: FunctionBuilder, shape: LaneShape) {
    this.f = f
    this.shape = shape
    this.fraction = shape === 'f32x4' ? 23 : 52
    this.bias = shape === 'f32x4' ? 127 : 1023
  }

  /** A vector as it is, a number in every lane. */
  of(operand: Operand): Code {
    if (typeof operand !== 'number') return operand
    return this.shape === 'f32x4'
      ? this.f.constant(['v128.const', 'f32x4', operand, operand, operand, operand])
      : this.f.constant(['v128.const', 'f64x2', operand, operand])
  }

  /** The bits of an integer in every lane. */
  bits(value: bigint): Code {
    const low = Number(BigInt.asIntN(32, value))
    const high = this.shape === 'f32x4' ? low : Number(BigInt.asIntN(32, value >> 32n))
    return this.f.constant(['v128.const', 'i32x4', low, high, low, high])
  }

  keep(code: Code): Code {
    return this.f.let('v128', code)
  }

  /** An instruction on float lanes. */
  op(name: WithoutShape<OpcodeName, LaneShape>, ...operands: Operand[]): Code {
    return this.keep([`${this.shape}.${name}` as OpcodeName, ...operands.map((operand) => this.of(operand))])
  }

  /** An instruction on the same lanes as integers. */
  int(name: WithoutShape<OpcodeName, 'i32x4'> & WithoutShape<OpcodeName, 'i64x2'>, ...operands: Code[]): Code {
    return this.keep([`${this.shape === 'f32x4' ? 'i32x4' : 'i64x2'}.${name}` as OpcodeName, ...operands])
  }

  /** An instruction on all bits. */
  all(name: WithoutShape<OpcodeName, 'v128'>, ...operands: Code[]): Code {
    return this.keep([`v128.${name}` as OpcodeName, ...operands])
  }

  /** The exponent and sign bits shifted by an amount. */
  shift(name: 'shl' | 'shr_s' | 'shr_u', value: Code, by = this.fraction): Code {
    return this.int(name, value, ['i32.const', by])
  }

  add(a: Operand, b: Operand): Code {
    return this.op('add', a, b)
  }
  sub(a: Operand, b: Operand): Code {
    return this.op('sub', a, b)
  }
  mul(a: Operand, b: Operand): Code {
    return this.op('mul', a, b)
  }
  div(a: Operand, b: Operand): Code {
    return this.op('div', a, b)
  }

  /** a · b + c, rounded once or twice. */
  madd(a: Operand, b: Operand, c: Operand): Code {
    return this.keep((this.shape === 'f32x4' ? madd : madd64)(this.of(a), this.of(b), this.of(c)))
  }

  /** a where the mask has all bits set, b where it has none. */
  choose(mask: Code, a: Operand, b: Operand): Code {
    const operands = [this.of(a), this.of(b), mask] as const
    return this.keep(
      hasRelaxedSimd()
        ? [this.shape === 'f32x4' ? 'i32x4.relaxed_laneselect' : 'i64x2.relaxed_laneselect', ...operands]
        : ['v128.bitselect', ...operands],
    )
  }

  /** The sign bit of x. */
  sign(x: Code): Code {
    return this.all('and', x, this.of(-0))
  }

  /** Σ coefficients[i] xⁱ, from the highest power down. */
  horner(x: Code, coefficients: readonly number[]): Code {
    return coefficients.reduceRight<Operand | null>((sum, each) => (sum === null ? each : this.madd(sum, x, each)), null) as Code
  }
}

/** A float32 vector's four lanes as two float64 vectors. */
export function promoted(v: Lanes, x: Code): readonly [Code, Code] {
  const high = v.keep(['i8x16.shuffle', [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7], x, x])
  return [v.keep(['f64x2.promote_low_f32x4', x]), v.keep(['f64x2.promote_low_f32x4', high])]
}

/** Two float64 vectors as the four lanes of a float32 vector. */
export function bothHalves(v: Lanes, low: Code, high: Code): Code {
  const lanes = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]
  return v.keep(['i8x16.shuffle', lanes, ['f32x4.demote_f64x2_zero', low], ['f32x4.demote_f64x2_zero', high]])
}

/** A function of float32 lanes by way of float64. */
export const widened =
  (write: LaneFunction): LaneFunction =>
  (v, ...operands) => {
    const wide = new Lanes(v.f, 'f64x2')
    const halves = operands.map((operand) => promoted(v, operand))
    const [low, high] = ([0, 1] as const).map((at) => write(wide, ...halves.map((half) => half[at]))) as [Code, Code]
    return bothHalves(v, low, high)
  }
