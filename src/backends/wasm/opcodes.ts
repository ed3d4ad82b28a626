// The instructions that kernels are made of, by their names in the WebAssembly text format. A row is a type and its instructions in the
// order of their opcodes; a number is the opcode of the instruction after it.

/** Opcodes of one byte. */
const plain = [
  ' 0 unreachable 15 return 26 drop select',
  'i32 40 load 44 load8_s load8_u 54 store 58 store8 69 eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u 103 clz ctz',
  'i32 106 add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u 167 wrap_i64 188 reinterpret_f32',
  'i64 41 load 55 store 124 add 126 mul 131 and 136 shr_u 173 extend_i32_u',
  'f32 42 load 56 store 91 eq ne lt gt le ge 139 abs neg 145 sqrt add sub mul div min max',
  'f32 178 convert_i32_s 182 demote_f64 190 reinterpret_i32',
  'f64 43 load 57 store 97 eq ne lt gt le ge 153 abs neg 159 sqrt add sub mul div min max',
  'f64 183 convert_i32_s convert_i32_u 187 promote_f32',
] as const

/** Opcodes after 0xfd: 128-bit vectors. From 256 on, relaxed ones. */
const vector = [
  'v128 0 load 5 load32x2_s 7 load8_splat load16_splat load32_splat load64_splat store const',
  'v128 77 not and andnot or xor bitselect any_true load8_lane load16_lane load32_lane load64_lane',
  'v128 88 store8_lane store16_lane store32_lane store64_lane load32_zero load64_zero',
  'i8x16 13 shuffle swizzle splat 22 extract_lane_u replace_lane 35 eq 101 narrow_i16x8_s narrow_i16x8_u',
  'i16x8 16 splat 133 narrow_i32x4_s narrow_i32x4_u extend_low_i8x16_s 137 extend_low_i8x16_u',
  'i32x4 17 splat 27 extract_lane replace_lane 55 eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u 160 abs neg 163 all_true bitmask',
  'i32x4 167 extend_low_i16x8_s 169 extend_low_i16x8_u 171 shl shr_s shr_u add 177 sub 181 mul min_s min_u max_s max_u',
  'i32x4 248 trunc_sat_f32x4_s 252 trunc_sat_f64x2_s_zero 267 relaxed_laneselect',
  'i64x2 18 splat 29 extract_lane replace_lane 193 neg 195 all_true',
  'i64x2 199 extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u shl shr_s shr_u add 209 sub 213 mul eq',
  'i64x2 216 lt_s gt_s 222 extmul_low_i32x4_u extmul_high_i32x4_u 268 relaxed_laneselect',
  'f32x4 19 splat 31 extract_lane replace_lane 65 eq ne lt gt le ge 94 demote_f64x2_zero 103 ceil floor trunc nearest',
  'f32x4 224 abs neg 227 sqrt add sub mul div min max pmin pmax 250 convert_i32x4_s convert_i32x4_u 261 relaxed_madd relaxed_nmadd',
  'f64x2 20 splat 33 extract_lane replace_lane 71 eq ne lt gt le ge 95 promote_low_f32x4 116 ceil floor 122 trunc 148 nearest',
  'f64x2 236 abs neg 239 sqrt add sub mul div min max pmin pmax 254 convert_low_i32x4_s convert_low_i32x4_u',
  'f64x2 263 relaxed_madd relaxed_nmadd',
] as const

/** Opcodes after 0xfc. */
const extended = ['memory 10 copy fill'] as const

type Words<Text extends string, Found = never> = Text extends `${infer First} ${infer Rest}` ? Words<Rest, Found | First> : Found | Text
type NamesOf<Row extends string> = Row extends `${infer Type} ${infer Rest}`
  ? `${Type extends '' ? '' : `${Type}.`}${Exclude<Words<Rest>, `${number}`>}`
  : never

/** Name of an instruction other than constants, locals, globals, calls and control. */
export type OpcodeName = NamesOf<(typeof plain | typeof vector | typeof extended)[number]>

/** How an instruction is encoded. */
export interface Opcode {
  /** 0 for none. */
  readonly prefix: number
  readonly number: number
  /** Whether it takes an offset and an alignment. */
  readonly accesses: boolean
}

let opcodes: Map<string, Opcode> | null = null

/** The encoding of an instruction, or undefined. */
export function opcodeOf(name: string): Opcode | undefined {
  if (opcodes === null) {
    opcodes = new Map()
    const tables: readonly (readonly [number, readonly string[]])[] = [
      [0, plain],
      [0xfd, vector],
      [0xfc, extended],
    ]
    for (const [prefix, rows] of tables)
      for (const row of rows) {
        const [type, ...words] = row.split(' ')
        let number = 0
        for (const word of words)
          if (/^\d+$/.test(word)) number = Number(word)
          else opcodes.set(type ? `${type}.${word}` : word, { prefix, number: number++, accesses: /^(load|store)/.test(word) })
      }
  }
  return opcodes.get(name)
}
