// Values of four or two lanes, each one v128: what kinds there are and how one becomes another.
import type { Code } from '../assembler.ts'
import type { FunctionBuilder } from '../builder.ts'
import type { OpcodeName } from '../opcodes.ts'

/** Numbers, or masks (all bits of a lane set or none) of 32 and 64 bits. With two lanes, what has 32 bits sits in the low half. */
export type LaneKind = 'i32' | 'f32' | 'f64' | 'm32' | 'm64'
/** Kinds that can be computed with, in the order of promotion. */
export type NumberKind = 'i32' | 'f32' | 'f64'

/** A vector, or a number that is every lane's and has no kind yet. */
export type Lanes = { readonly kind: LaneKind; readonly code: Code } | number

/** The instruction prefix of a kind. */
export const shapeOf = { i32: 'i32x4', f32: 'f32x4', f64: 'f64x2' } as const

const rank = { m32: 0, m64: 0, i32: 0, f32: 1, f64: 2 } as const
const numbers: readonly NumberKind[] = ['i32', 'f32', 'f64']

/** Whether a number is an int32 without loss. */
const isInt32 = (value: number): boolean => (value | 0) === value && !Object.is(value, -0)

/** The kind that all operands, and `least`, can be converted to. */
export function commonKind(operands: readonly Lanes[], least: NumberKind): NumberKind {
  let highest: number = rank[least]
  for (const operand of operands) if (typeof operand !== 'number') highest = Math.max(highest, rank[operand.kind])
  const whole = operands.every((operand) => typeof operand !== 'number' || isInt32(operand))
  return highest === 0 && !whole ? 'f64' : (numbers[highest] as NumberKind)
}

/** A vector constant. */
export function constantLanes(value: number, kind: LaneKind): Code {
  switch (kind) {
    case 'f32':
      return ['v128.const', 'f32x4', value, value, value, value]
    case 'f64':
      return ['v128.const', 'f64x2', value, value]
    case 'i32':
      return ['v128.const', 'i32x4', value, value, value, value]
    default: {
      const bits = value === 0 ? 0 : -1
      return ['v128.const', 'i32x4', bits, bits, bits, bits]
    }
  }
}

/** The value in a form that may be repeated in the text. */
export function repeatable(f: FunctionBuilder, code: Code): Code {
  return code[0] === 'local.get' || code[0] === 'v128.const' ? code : f.let('v128', code)
}

/** Bytes that pick the low words of both 64-bit lanes. */
const LOW_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11] as const
const TWO32 = 2 ** 32
const TWO31 = 2 ** 31

/** Floats to int32 as JavaScript's `x | 0` does: truncated, modulo 2³²; NaN and ±∞ give 0. */
function wrapToInt32(f: FunctionBuilder, code: Code, kind: 'f32' | 'f64'): Code {
  const shape = shapeOf[kind]
  const op = (name: 'trunc' | 'nearest' | 'mul' | 'sub' | 'ge'): OpcodeName => `${shape}.${name}`
  const whole = f.let('v128', [op('trunc'), code])
  // whole − 2³²·nearest(whole / 2³²) is exact, and lies in [−2³¹, 2³¹]
  const turns: Code = [op('nearest'), [op('mul'), whole, f.constant(constantLanes(1 / TWO32, kind))]]
  const rest = f.let('v128', [op('sub'), whole, [op('mul'), turns, f.constant(constantLanes(TWO32, kind))]])
  // 2³¹ saturates to 2³¹ − 1; one more wraps to −2³¹
  const above: Code = [op('ge'), rest, f.constant(constantLanes(TWO31, kind))]
  return kind === 'f32'
    ? ['i32x4.sub', ['i32x4.trunc_sat_f32x4_s', rest], above]
    : ['i32x4.sub', ['i32x4.trunc_sat_f64x2_s_zero', rest], ['i8x16.shuffle', LOW_WORDS, above, above]]
}

const isMask = (kind: LaneKind): kind is 'm32' | 'm64' => kind === 'm32' || kind === 'm64'

/** The value in another kind. */
export function convert(f: FunctionBuilder, value: Lanes, to: LaneKind): Code {
  if (typeof value === 'number') return f.constant(constantLanes(value, to))
  const { kind: from, code } = value
  if (from === to) return code
  if (isMask(to)) {
    if (from === 'm64') return ['i8x16.shuffle', LOW_WORDS, ...twice(f, code)]
    if (from === 'm32') return ['i64x2.extend_low_i32x4_s', code]
    const mask: Lanes = { kind: from === 'f64' ? 'm64' : 'm32', code: [`${shapeOf[from]}.ne`, code, f.constant(constantLanes(0, from))] }
    return convert(f, mask, to)
  }
  if (isMask(from)) {
    if (from === 'm32' && to === 'f64') return ['f64x2.convert_low_i32x4_s', ['v128.and', code, f.constant(constantLanes(1, 'i32'))]]
    if (from === 'm64' && to !== 'f64') return ['v128.and', convert(f, value, 'm32'), f.constant(constantLanes(1, to))]
    return ['v128.and', code, f.constant(constantLanes(1, to))]
  }
  if (to === 'i32') return wrapToInt32(f, code, from as 'f32' | 'f64')
  if (to === 'f32') return [from === 'i32' ? 'f32x4.convert_i32x4_s' : 'f32x4.demote_f64x2_zero', code]
  return [from === 'i32' ? 'f64x2.convert_low_i32x4_s' : 'f64x2.promote_low_f32x4', code]
}

function twice(f: FunctionBuilder, code: Code): [Code, Code] {
  const kept = repeatable(f, code)
  return [kept, kept]
}
