// Tensors from nothing: filled or counted. Fresh outputs are filled in whole blocks of 64 bytes, of which their memory is made.
import type { Value } from '../../core/value.ts'
import type { Code } from './assembler.ts'
import { add, type FunctionBuilder, mul } from './builder.ts'
import { begin, destination, finish } from './operands.ts'
import { cached, type UnitKernel, unitKernel } from './units.ts'

/** Bytes of a block. */
export const BLOCK = 64

/** Runs a kernel whose unit is a block, over all of a fresh output. */
export function fill<Word extends string>(
  kernel: UnitKernel<Word | 'out'>,
  out: Value,
  nanoseconds: number,
  words: Readonly<Record<Exclude<Word, 'out'>, number>>,
): boolean {
  const { length, type } = out.storage
  if (out.elementCount !== length) return false
  begin()
  const at = destination(out)
  if (at === 0) return false
  kernel.run(Math.ceil((length * type.bytes) / BLOCK), nanoseconds, { ...words, out: at } as Readonly<Record<Word | 'out', number>>) // its words
  finish()
  return true
}

/** Stores the four vectors of a block. */
export function storeBlock(f: FunctionBuilder, out: Code, block: Code, vectors: readonly Code[]): void {
  const at = f.let('i32', add(out, mul(block, BLOCK)), 'at')
  vectors.forEach((vector, k) => f.emit(['v128.store', 16 * k, at, vector]))
}

/** A vector of integers. */
export const lanes = (...values: readonly [number, number, number, number]): Code => ['v128.const', 'i32x4', ...values]

const constantKernel = /*@__PURE__*/ unitKernel('full', ['out', 'low', 'high'], (f, { out, low, high }, block) => {
  const splat: Code = ['i32x4.splat', low]
  const pattern = f.let('v128', ['i32x4.replace_lane', 1, ['i32x4.replace_lane', 3, splat, high], high], 'pattern')
  storeBlock(f, out, block, [pattern, pattern, pattern, pattern])
})

const pattern = /*@__PURE__*/ new Int32Array(2)

/** Every element the same. */
export function full(value: number, out: Value): boolean {
  const { type } = out.storage
  new type.Array(pattern.buffer, 0, 8 / type.bytes).fill(type.code === 0 ? Number(value !== 0) : value)
  return fill(constantKernel, out, 2, { low: pattern[0] as number, high: pattern[1] as number })
}

const countKernel = /*@__PURE__*/ cached((dtype: 'int32' | 'float32') =>
  unitKernel('iota', ['out'], (f, { out }, block) => {
    const first = f.let('v128', ['i32x4.splat', mul(block, 16)], 'first')
    const counts = [0, 4, 8, 12].map((k): Code => ['i32x4.add', first, lanes(k, k + 1, k + 2, k + 3)])
    storeBlock(f, out, block, dtype === 'int32' ? counts : counts.map((count): Code => ['f32x4.convert_i32x4_s', count]))
  }),
)

/** 0, 1, 2 … */
export function iota(out: Value): boolean {
  const { dtype } = out
  return (dtype === 'int32' || dtype === 'float32') && fill(countKernel(dtype), out, 3, {})
}
