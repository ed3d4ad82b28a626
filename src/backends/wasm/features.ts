// What the engine's WebAssembly can do beyond the minimum, found out by validating tiny modules.
import { assemble, type Code } from './assembler.ts'

const zero: Code = ['v128.const', 'i32x4', 0, 0, 0, 0]

function validates(code: Code): boolean {
  const probe = { name: 'probe', params: [], result: null, locals: [], body: [['drop', code] satisfies Code] } as const
  return WebAssembly.validate(assemble([probe], { maximumPages: 1, shared: false }))
}

let relaxedSimd: boolean | null = null

/** Whether the engine has relaxed SIMD, whose `madd` is one fused instruction where the processor has it. */
export function hasRelaxedSimd(): boolean {
  relaxedSimd ??= validates(['f32x4.relaxed_madd', zero, zero, zero])
  return relaxedSimd
}

/** a · b + c of float32 lanes, rounded once or twice: the engine decides. */
export const madd = (a: Code, b: Code, c: Code): Code =>
  hasRelaxedSimd() ? ['f32x4.relaxed_madd', a, b, c] : ['f32x4.add', ['f32x4.mul', a, b], c]

/** The same of float64 lanes. */
export const madd64 = (a: Code, b: Code, c: Code): Code =>
  hasRelaxedSimd() ? ['f64x2.relaxed_madd', a, b, c] : ['f64x2.add', ['f64x2.mul', a, b], c]
