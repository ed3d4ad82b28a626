// Vectors of elements that are not adjacent.
import type { Code } from './assembler.ts'
import { add, mul } from './builder.ts'

/** Lanes 0 and 2 of one vector, then 1 and 3 of another. */
const EVEN = [0, 1, 2, 3, 8, 9, 10, 11, 20, 21, 22, 23, 28, 29, 30, 31]

/** Four 32-bit elements from `address` on that are `step` apart; nothing after the last is read. `known` is the step (1 or 2), or 0 for any. */
export function loadFour(address: Code, known: number, step: Code): Code {
  if (known === 1) return ['v128.load', 0, address]
  if (known === 2) return ['i8x16.shuffle', EVEN, ['v128.load', 0, address], ['v128.load', 12, address]]
  let vector: Code = ['v128.load32_zero', 0, address]
  for (let lane = 1; lane < 4; lane++) vector = ['v128.load32_lane', 0, lane, add(address, mul(step, 4 * lane)), vector]
  return vector
}
