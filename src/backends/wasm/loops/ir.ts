// The kernel language: loop nests with several stages, reductions and stores. Data only; emit.ts turns it into WebAssembly.
// A kernel names neither dtypes, sizes nor strides: those come with the operands at its launch, and select a compiled variant.
import { type Expression, input } from '../../expression.ts'

/** How the elements of a row are combined into one number. `any` and `all` give 0 or 1. */
export type Combination = 'sum' | 'prod' | 'max' | 'min' | 'any' | 'all'

/** A number for each row: `value` of every element, combined. */
export interface Reduction {
  readonly combine: Combination
  readonly value: Expression
}

/** Stores an expression into an operand: into its element, or in a stage of rows into its row's first element. */
export interface Store {
  readonly operand: number
  readonly value: Expression
}

/**
 * Sums over rows: an operand that is the same for every row gets, in each of its elements, the sum of what `value` is there in all rows.
 * Nothing else touches that operand. Each piece of the rows has a partial sum of its own; a second launch adds these up.
 */
export interface ColumnSum {
  readonly operand: number
  readonly value: Expression
}

/**
 * A pass over one row. `element`: loops over the inner dims, reduces, stores. `row`: runs once (operands are read and written at the
 * row's first element); its `values` are kept for later stages.
 *
 * Results are numbered through all stages in order: every reduction, and every value of a row stage, is the next `result(k)`.
 * A stage reads results of earlier stages; values of a row stage may also read the values before them, and its stores all of them.
 * Within a stage, an element's loads come before its stores; a later stage reads what an earlier one stored.
 */
export type Stage =
  | {
      readonly per: 'element'
      readonly reductions?: readonly Reduction[]
      readonly stores?: readonly Store[]
      readonly columnSums?: readonly ColumnSum[]
    }
  | { readonly per: 'row'; readonly values?: readonly Expression[]; readonly stores?: readonly Store[] }

/**
 * A loop nest: for every index of the outer dims (a row), the stages, each over the inner dims. Softmax:
 * ```text
 * { name: 'softmax', operands: 2, stages: [
 *   { per: 'element', reductions: [{ combine: 'max', value: element(0) }] },
 *   { per: 'element', reductions: [{ combine: 'sum', value: shifted }], stores: [{ operand: 1, value: shifted }] },  // exp(x - result(0))
 *   { per: 'row', values: [apply('div', 1, result(1))] },
 *   { per: 'element', stores: [{ operand: 1, value: apply('mul', element(1), result(2)) }] },
 * ] }
 * ```
 */
export interface LoopKernel {
  /** For messages, profiles and snapshots. */
  readonly name: string
  /** Number of operands; the ones that a store or a column sum names are written. */
  readonly operands: number
  readonly stages: readonly Stage[]
  /** Dtype of arithmetic; without it the highest dtype among the operands (bool and uint8 compute in int32). Comparisons, conditions and plain copies use their operands' own. */
  readonly computes?: 'float32' | 'float64' | 'int32'
}

const RESULTS = 64
const SCALARS = 128
const POSITION = 255

/** The element of operand `k`. */
/*@__NO_SIDE_EFFECTS__*/ export function element(k: number): Expression {
  return input(k)
}
/** Result `k` of this row: reductions and row values, numbered through all stages. */
/*@__NO_SIDE_EFFECTS__*/ export function result(k: number): Expression {
  return input(RESULTS + k)
}
/** Number `k` given at the launch (a learning rate, 1/n), in the dtype of arithmetic. */
/*@__NO_SIDE_EFFECTS__*/ export function scalar(k: number): Expression {
  return input(SCALARS + k)
}
/** Index along the innermost inner dim, an int32. */
export const position: Expression = input(POSITION)

/** What an input number of an expression stands for. */
export type InputKind = 'element' | 'result' | 'scalar' | 'position'

/** Kind and number of an input. */
export const classifyInput = (index: number): readonly [kind: InputKind, number: number] =>
  index < RESULTS
    ? ['element', index]
    : index < SCALARS
      ? ['result', index - RESULTS]
      : index < POSITION
        ? ['scalar', index - SCALARS]
        : ['position', 0]
