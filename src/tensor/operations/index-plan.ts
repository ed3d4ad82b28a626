// Reads `x.at(…)`'s list of indices. The basic part (numbers, slices, null, '...') becomes a view at once; integer and bool
// tensors and arrays are collected with the dims of that view that they index.
import { IndexError, OptionError } from '../../core/errors.ts'
import { printShape } from '../../core/shape.ts'
import { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { refuseSize } from '../../primitives/tracer.ts'
import { resolveSlice, Slice } from './slice.ts'
import { tensor } from './tensor-from-data.ts'

/** What may stand for one position in `x.at(…)`. Arrays gather (integers, nested) or mask (booleans). */
export type Index = number | boolean | null | '...' | Slice | Value | IndexArray
/** Nested arrays of integers or booleans. */
export type IndexArray = readonly (number | boolean | IndexArray)[]

/** A view of the input, and the positions that each of some of its dims is gathered at. */
export interface IndexPlan {
  readonly view: Value
  readonly gathered: readonly { readonly dim: number; readonly positions: Value }[]
  /** Whether the gathered dims stand side by side, so that their result takes their place; else it comes first. */
  readonly adjacent: boolean
}

const isInteger = (index: Value): boolean => index.dtype === 'int32' || index.dtype === 'uint8'

// Arrays become tensors; integer tensors of no dims become numbers.
function simplify(name: string, index: Index): Index {
  if (Array.isArray(index)) {
    const flat = (index as IndexArray).flat(Number.POSITIVE_INFINITY as 1)
    const masks = flat.length > 0 && flat.every((item) => typeof item === 'boolean')
    if (!masks && !flat.every((item) => Number.isSafeInteger(item))) {
      throw new IndexError(
        `${name}: an array of positions holds integers, or booleans as a mask, not ${JSON.stringify(index)}. Use slice(start, stop) for a range.`,
      )
    }
    return tensor(index, { dtype: masks ? 'bool' : 'int32' })
  }
  if (index instanceof Value) {
    if (index.dtype !== 'bool' && !isInteger(index))
      throw new IndexError(
        `${name}: a tensor of positions must be int32, uint8 or bool, not ${index.dtype}. Make it with { dtype: 'int32' }.`,
      )
    if (index.shape.length > 0 || (isInteger(index) && !P.isReadable(index))) return index
    refuseSize(name)
    const item = P.item(index)
    return index.dtype === 'bool' ? Boolean(item) : Number(item)
  }
  return index
}

const consumed = (index: Index): number =>
  index === null || index === '...' || typeof index === 'boolean'
    ? 0
    : index instanceof Value && index.dtype === 'bool'
      ? index.shape.length
      : 1

/** Reads the indices of one call. */
export function planIndex(name: string, input: Value, given: readonly Index[]): IndexPlan {
  const indices = given.map((index) => simplify(name, index))
  const used = indices.reduce<number>((count, index) => count + consumed(index), 0)
  const rank = input.shape.length
  if (used > rank) throw new IndexError(`${name}: ${used} indices are too many for shape ${printShape(input.shape)}. Give at most ${rank}.`)
  if (indices.filter((index) => index === '...').length > 1)
    throw new IndexError(`${name}: '...' may stand only once. Write slice() for single dims.`)

  let view = input
  let dim = 0 // position in the view
  let source = 0 // the same in the input, for messages
  const gathered: { dim: number; positions: Value }[] = []
  for (const index of indices) {
    const size = input.shape[source] as number
    if (index === null) {
      view = P.unsqueeze(view, dim++)
    } else if (index === '...') {
      dim += rank - used
      source += rank - used
    } else if (typeof index === 'boolean') {
      view = P.unsqueeze(view, dim)
      gathered.push({ dim: dim++, positions: P.full([index ? 1 : 0], 0, 'int32') })
    } else if (typeof index === 'number') {
      if (!Number.isInteger(index)) throw new IndexError(`${name}: index must be an integer, not ${index}. Round it first.`)
      if (index < -size || index >= size) throw new IndexError(`${name}: index ${index} is out of range for dim ${source} of size ${size}.`)
      view = P.select(view, dim, index < 0 ? index + size : index)
      source++
    } else if (index instanceof Slice) {
      view = sliceDim(view, dim++, index)
      source++
    } else if (index instanceof Value && index.dtype === 'bool') {
      const masked = input.shape.slice(source, source + index.shape.length)
      if (index.shape.some((length, i) => length !== masked[i])) {
        throw new IndexError(
          `${name}: a mask of shape ${printShape(index.shape)} does not fit dims ${source} to ${source + index.shape.length - 1} of shape ${printShape(input.shape)}.`,
        )
      }
      refuseSize(name)
      const places = P.nonzero(index)
      for (let axis = 0; axis < index.shape.length; axis++) gathered.push({ dim: dim++, positions: P.select(places, 1, axis) })
      source += index.shape.length
    } else if (index instanceof Value) {
      gathered.push({ dim: dim++, positions: checked(name, index, size, source) })
      source++
    } else {
      throw new OptionError(
        `${name}: cannot index with ${typeof index === 'string' ? `'${index}'` : typeof index}. Use a number, slice(), null, '...', an array or a tensor.`,
      )
    }
  }
  const adjacent = gathered.every((entry, i) => i === 0 || entry.dim === (gathered[i - 1] as { dim: number }).dim + 1)
  return { view, gathered, adjacent }
}

function sliceDim(view: Value, dim: number, range: Slice): Value {
  const size = view.shape[dim] as number
  const { start, length, step } = resolveSlice(range, size)
  if (start === 0 && length === size && step === 1) return view
  const starts = view.shape.map((_, i) => (i === dim && length > 0 ? start : 0))
  const lengths = view.shape.map((whole, i) => (i === dim ? length : whole))
  return P.slice(
    view,
    starts,
    lengths,
    view.shape.map((_, i) => (i === dim ? step : 1)),
  )
}

function checked(name: string, index: Value, size: number, dim: number): Value {
  const refuse = (position: number): Error => new IndexError(`${name}: index ${position} is out of range for dim ${dim} of size ${size}.`)
  P.inspectRange(name, index, -size, size, refuse)
  return index
}
