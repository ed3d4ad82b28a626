// Gathering and scattering as functions. What computes them comes with them; derivative rules, which every bundle holds, bind directly.
import { normalizeDim } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { bind } from '../bind.ts'
import { installIndexing } from '../indexing-rows.ts'
import type { IndexingPrimitive, PositionParams } from '../params.ts'

function along(name: IndexingPrimitive, x: Value, dim: number, others: readonly Value[], rest?: Partial<PositionParams>): Value {
  installIndexing()
  return bind(name, [x, ...others], { dim: normalizeDim(name, dim, x.shape.length), ...rest })
}

/** out[i][j] = x[index[i][j]][j], for dim 0. */
export const gather = (x: Value, dim: number, index: Value): Value => along('gather', x, dim, [index])
/** The same at positions that the library found itself: nothing checks them. */
export const gatherInside = (x: Value, dim: number, index: Value): Value => along('gather', x, dim, [index], { areInside: true })
/** x with source[i][j] put at [index[i][j]][j], for dim 0; where positions repeat, the last wins. */
export const scatter = (x: Value, dim: number, index: Value, source: Value): Value => along('scatter', x, dim, [index, source])
/** x with source[i][j] added at [index[i][j]][j], for dim 0. */
export const scatterAdd = (x: Value, dim: number, index: Value, source: Value): Value => along('scatterAdd', x, dim, [index, source])
/** The slices of x at a 1-d index. */
export const indexSelect = (x: Value, dim: number, index: Value): Value => along('indexSelect', x, dim, [index])
/** x with the slices of source added at a 1-d index. */
export const indexAdd = (x: Value, dim: number, index: Value, source: Value): Value => along('indexAdd', x, dim, [index, source])
/** x with the slices of source put at a 1-d index. */
export const indexCopy = (x: Value, dim: number, index: Value, source: Value): Value => along('indexCopy', x, dim, [index, source])
