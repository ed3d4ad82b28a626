// A loop kernel as a function inside of another kernel, which calls it for a few rows at a time: what happens between products while these are
// still in the cache.
import type { DTypeFacts } from '../../../core/dtype.ts'
import type { Code, FunctionCode } from '../assembler.ts'
import { type FunctionBuilder, i32 } from '../builder.ts'
import type { Stepping } from './elements.ts'
import { emitLoops } from './emit.ts'
import type { LoopKernel } from './ir.ts'

/** How an operand lies: along the row it stays (0), goes to the neighbour in memory (1), or takes a step known at the call (2). */
export interface RowLayout {
  readonly type: DTypeFacts
  readonly stepping: Stepping
}

/** The function of a kernel for rows with such operands. */
export function rowFunction(name: string, kernel: LoopKernel, layouts: readonly RowLayout[]): FunctionCode {
  const code = emitLoops(kernel, {
    schedule: 'inner',
    outerRank: 1,
    innerRank: 1,
    types: layouts.map(({ type }) => type),
    steppings: layouts.map(({ stepping }) => stepping),
  })
  if (typeof code === 'string') throw new TypeError(`${kernel.name}: there is no vector form of ${code}`)
  return { ...code, name }
}

/** Bytes that the words of a call take at most. */
export const ROW_WORDS_BYTES = 256

/** An operand of a call: its first element, and its steps in bytes along the row and to the next row. */
export interface RowOperand {
  readonly at: Code
  readonly step: Code
  readonly next: Code
}

/** Calls such a function for `rows` rows of `count` elements; `words` is memory for its arguments, float32 scalars come as their bits. */
export function callRows(
  f: FunctionBuilder,
  name: string,
  layouts: readonly RowLayout[],
  words: Code,
  rows: Code,
  count: Code,
  operands: readonly RowOperand[],
  scalars: readonly Code[],
): void {
  const list: Code[] = [rows, i32(1), rows, count] // units, units of a task, the outer dim, the inner one
  operands.forEach(({ at, step, next }, k) => {
    list.push(at, next, step)
    if (layouts[k]?.stepping === 2) list.push(step)
  })
  list.push(...scalars)
  list.forEach((word, i) => {
    f.emit(['i32.store', 4 * i, words, word])
  })
  f.emit(['call', name, words, i32(0), rows])
}
