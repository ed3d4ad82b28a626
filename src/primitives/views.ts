// The index maps of the view primitives: where a result's elements lie in its input's storage.
import { ShapeError } from '../core/errors.ts'
import { printShape, type Shape, sizeOf } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import type { StructuredParams } from './params.ts'
import type { ViewPrimitive } from './shape-rules.ts'

/** A shape with strides and offset into the input's storage. */
export interface IndexMap {
  readonly shape: Shape
  readonly strides: readonly number[]
  readonly offset: number
}

/** Strides that walk `x` in row-major order under another shape, or null where only a copy can have that shape. */
export function reshapeStrides(x: Pick<Value, 'shape' | 'strides' | 'elementCount'>, shape: Shape): number[] | null {
  const strides = new Array<number>(shape.length).fill(1)
  if (x.elementCount === 0) return strides
  const oldDims = x.shape.map((size, d) => ({ size, stride: x.strides[d] as number })).filter(({ size }) => size !== 1)
  let dim = shape.length - 1
  let old = oldDims.length - 1
  while (old >= 0) {
    // a run of old dims that lie densely inside each other
    let run = (oldDims[old] as { size: number }).size
    const step = (oldDims[old] as { stride: number }).stride
    let outer = old
    while (
      outer > 0 &&
      (oldDims[outer - 1] as { stride: number }).stride ===
        (oldDims[outer] as { stride: number; size: number }).stride * (oldDims[outer] as { size: number }).size
    ) {
      outer--
      run *= (oldDims[outer] as { size: number }).size
    }
    // must be exactly covered by new dims
    let covered = 1
    while (dim >= 0 && (covered < run || shape[dim] === 1)) {
      strides[dim] = step * covered
      covered *= shape[dim] as number
      dim--
    }
    if (covered !== run) return null
    old = outer - 1
  }
  return strides
}

/** The maps; null asks for a contiguous copy of the input first. */
export const indexMaps: { readonly [P in ViewPrimitive]: (x: Value, params: StructuredParams[P]) => IndexMap | null } = {
  reshape: (x, { shape }) => {
    if (sizeOf(shape) !== x.elementCount) {
      throw new ShapeError(
        `reshape: ${printShape(x.shape)} has ${x.elementCount} elements, ${printShape(shape)} has ${sizeOf(shape)}. Use -1 for one size to have it computed.`,
      )
    }
    const strides = reshapeStrides(x, shape)
    return strides && { shape, strides, offset: x.offset }
  },
  permute: (x, { dims }) => ({
    shape: dims.map((d) => x.shape[d] as number),
    strides: dims.map((d) => x.strides[d] as number),
    offset: x.offset,
  }),
  expand: (x, { shape }) => {
    const shift = shape.length - x.shape.length
    const strides = shape.map((size, d) => {
      const old = d >= shift ? (x.shape[d - shift] as number) : 1
      if (shift < 0 || (old !== size && old !== 1)) {
        throw new ShapeError(
          `expand: ${printShape(x.shape)} does not expand to ${printShape(shape)}. Only sizes of 1 can grow; -1 keeps a size.`,
        )
      }
      return d >= shift && old === size && size !== 1 ? (x.strides[d - shift] as number) : 0
    })
    if (shift < 0) throw new ShapeError(`expand: ${printShape(x.shape)} has more dims than ${printShape(shape)}. Squeeze it first.`)
    return { shape, strides, offset: x.offset }
  },
  slice: (x, { starts, lengths, steps }) => {
    let offset = x.offset
    for (let d = 0; d < x.shape.length; d++) if (lengths[d] !== 0) offset += (starts[d] as number) * (x.strides[d] as number)
    return { shape: lengths, strides: x.strides.map((stride, d) => stride * (steps[d] as number)), offset }
  },
  diagonal: (x, { offset, dim1, dim2 }) => {
    const rows = x.shape[dim1] as number
    const columns = x.shape[dim2] as number
    const length = Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns))
    const rowStep = x.strides[dim1] as number
    const columnStep = x.strides[dim2] as number
    const rest = x.shape.map((_, d) => d).filter((d) => d !== dim1 && d !== dim2)
    return {
      shape: [...rest.map((d) => x.shape[d] as number), length],
      strides: [...rest.map((d) => x.strides[d] as number), rowStep + columnStep],
      offset: x.offset + (length === 0 ? 0 : offset >= 0 ? offset * columnStep : -offset * rowStep),
    }
  },
}
