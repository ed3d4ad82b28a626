// A block of query rows: their scores with all keys that they may look at, which lie in a task's slot of working memory and nowhere else. What is
// said here serves the kernel forward and the kernel backward.
import type { Code } from '../assembler.ts'
import { add, type FunctionBuilder, i32, mul, sub } from '../builder.ts'
import { least } from '../contraction/arguments.ts'
import { callBlock, spareBytes, type TileShape } from '../contraction/microkernel.ts'
import { tileShape } from '../contraction/product.ts'
import { callRows, ROW_WORDS_BYTES, type RowLayout, type RowOperand } from '../loops/row-function.ts'
import { pointer } from '../units.ts'

/**
 * Arguments of both kernels: counts, addresses, and distances in bytes. `…Step` leads from one row to the next. Keys are packed in panels, `keyPanel`
 * bytes each, `keyMatrix` those of a head. At `offsets`, 16 bytes for each head, are the bytes at which its queries, keys, values and mask start.
 */
export const blockNames = [
  ...['queries', 'keys', 'depth', 'width', 'rowBlock', 'isCausal', 'scale'],
  ...['q', 'qStep', 'packedKeys', 'keyPanel', 'keyMatrix', 'mask', 'maskStep', 'maskAlong', 'logarithms', 'offsets'],
  ...['slots', 'slotBytes', 'scoreStep'],
] as const
type Arguments = Readonly<Record<(typeof blockNames)[number], Code>>

/** Elements of a sum that are added in registers, so that what is read for a tile stays in the first cache. */
const CHUNK = 256

/** Elements of a row that are taken at once. */
export const WHOLE = 8

/** A slot: words for calls, a spare tile, then `matrices` blocks of scores. */
export const slotBytes = (matrices: number, rowBlock: number, scoreStep: number): number => SCORES_AT + matrices * rowBlock * scoreStep
const SPARE_AT = ROW_WORDS_BYTES
const SCORES_AT = SPARE_AT + spareBytes(tileShape(true))

/** Two families of tile functions: of products whose left factor's rows are read along, or across. */
export const ALONG = 'Along'
export const ACROSS = 'Across'

/** Rows of a matrix, one after the other. */
export interface Rows {
  readonly at: Code
  readonly step: Code
}

/** What both kernels do with blocks. */
export class BlockWriter {
  readonly #f: FunctionBuilder
  readonly #args: Arguments
  readonly #shape: TileShape
  readonly #slot: Code

  constructor(f: FunctionBuilder, args: Arguments, wide: boolean) {
    this.#f = f
    this.#args = args
    this.#shape = tileShape(wide)
    // tasks that one thread does in a row share a slot, so that it stays in the cache
    this.#slot = f.let('i32', add(args.slots, mul(f.param('from'), args.slotBytes)), 'slot')
  }

  /** Columns of a tile. */
  get #columns(): number {
    return 4 * this.#shape.vectors
  }

  /** A block of scores in the slot, the how many-th. */
  scores(number: number): Rows {
    const { scoreStep, rowBlock } = this.#args
    const at = add(add(this.#slot, SCORES_AT), number === 0 ? i32(0) : mul(mul(scoreStep, rowBlock), number))
    return { at: this.#f.let('i32', at, 'scores'), step: scoreStep }
  }

  /** The operands of a head: where the value at the how many-th place of its offsets starts. */
  operand(base: Code, offsets: Code, head: Code, place: number): Code {
    return this.#f.let('i32', add(base, ['i32.load', 4 * place, add(offsets, mul(head, 16))]), 'operand')
  }

  /** Row `number` of a matrix. */
  row({ at, step }: Rows, number: Code): Code {
    return this.#f.let('i32', add(at, mul(number, step)), 'row')
  }

  /** The rows of the block from `first` on. */
  rowsFrom(first: Code): Code {
    return least(this.#f, this.#args.rowBlock, sub(this.#args.queries, first))
  }

  /** How many keys the queries before `end` may look at. */
  keysBefore(end: Code): Code {
    const { isCausal, keys } = this.#args
    return this.#f.let('i32', ['select', least(this.#f, keys, end), keys, isCausal], 'columns')
  }

  #multiply(
    family: string,
    o: Readonly<Record<'rows' | 'columns' | 'depth', Code>>,
    a: Rows,
    b: Rows & { panel: Code },
    c: Rows,
    accumulate: number,
  ) {
    const { rows } = this.#shape
    const across = family === ACROSS
    callBlock(
      this.#f,
      {
        ...o,
        a: a.at,
        aStep: a.step,
        aPanel: across ? i32(4 * rows) : mul(a.step, rows),
        aDepth: across ? a.step : i32(4),
        b: b.at,
        bStep: b.step,
        bPanel: b.panel,
        bDepth: b.step,
        c: c.at,
        cStep: c.step,
        accumulate: i32(accumulate),
        spare: add(this.#slot, SPARE_AT),
      },
      i32(CHUNK),
      family,
    )
  }

  /** target = rows · packedᵀ for the first `columns` packed rows, in whole tiles: the columns after them are of no meaning. */
  multiplyPacked(rows: Code, columns: Code, depth: Code, left: Rows, packed: Code, panel: Code, target: Rows): void {
    const width = this.#columns
    const whole = this.#f.let('i32', ['i32.and', add(columns, width - 1), i32(-width)], 'whole')
    this.#multiply(ALONG, { rows, columns: whole, depth }, left, { at: packed, step: i32(4 * width), panel }, target, 0)
  }

  /** target = weights · right, of so many keys. */
  multiplyAlong(rows: Code, columns: Code, keys: Code, weights: Rows, right: Rows, target: Rows): void {
    const panel = i32(4 * this.#columns)
    this.#multiply(ALONG, { rows, columns, depth: keys }, weights, { ...right, panel }, target, 0)
  }

  /** target += weightsᵀ · right, of so many keys. */
  addAcross(rows: Code, columns: Code, keys: Code, weights: Rows, right: Rows, target: Rows): void {
    const panel = i32(4 * this.#columns)
    this.#multiply(ACROSS, { rows: keys, columns, depth: rows }, weights, { ...right, panel }, target, 1)
  }

  /**
   * Calls a row function for all rows of a block: the scores, and in a second matrix perhaps something beside them. What a query may not look at
   * because of its place gets a score of −∞, and so does what fills up vectors.
   */
  eachRow(
    name: string,
    layouts: readonly RowLayout[],
    block: Readonly<Record<'head' | 'first' | 'rows' | 'columns', Code>>,
    matrices: readonly Rows[],
  ): void {
    const f = this.#f
    const { queries, mask, maskStep, maskAlong, logarithms, offsets, scale } = this.#args
    const { head, first, rows, columns } = block
    const operands: RowOperand[] = matrices.map(({ at, step }) => ({ at, step: i32(4), next: step }))
    const logarithm = add(logarithms, mul(add(mul(head, queries), first), 4))
    operands.push({ at: f.let('i32', logarithm, 'logarithm'), step: i32(0), next: i32(4) })
    if (layouts.length > operands.length) {
      const at = f.let('i32', add(this.operand(mask, offsets, head, 3), mul(first, maskStep)), 'mask')
      operands.push({ at, step: maskAlong, next: maskStep })
      return callRows(f, name, layouts, this.#slot, rows, columns, operands, [scale])
    }
    const count = f.let('i32', ['i32.and', add(columns, WHOLE - 1), i32(-WHOLE)], 'count')
    const row = pointer(f, (matrices[0] as Rows).at, 'row')
    const never = f.constant(['v128.const', 'f32x4', ...new Array<number>(4).fill(Number.NEGATIVE_INFINITY)])
    f.for(0, rows, 1, (query) => {
      f.for(this.keysBefore(add(add(first, query), 1)), count, 4, (key) => f.emit(['v128.store', 0, add(row.at, mul(key, 4)), never]))
      row.advance(this.#args.scoreStep)
    })
    callRows(f, name, layouts, this.#slot, rows, count, operands, [scale])
  }
}
