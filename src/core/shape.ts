// Shapes, strides, dims and broadcasting: arithmetic on lists of sizes, nothing else.
import { IndexError, ShapeError } from './errors.ts'

/** Sizes of a tensor's dims, outermost first. */
export type Shape = readonly number[]

/** `[2, 3]`, as error messages print shapes. */
export const printShape = (shape: Shape): string => `[${shape.join(', ')}]`

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  let size = 1
  for (let i = 0; i < shape.length; i++) size *= shape[i] as number
  return size
}

/** Row-major strides, in elements. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step
    step *= Math.max(1, shape[i] as number)
  }
  return strides
}

/** The coordinates of an element from its index in row-major order. */
export function coordinatesOf(index: number, shape: Shape): number[] {
  const coordinates = new Array<number>(shape.length)
  let rest = index
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    const size = shape[dim] as number
    coordinates[dim] = rest % size
    rest = Math.floor(rest / size)
  }
  return coordinates
}

/** Whether `strides` walk a dense row-major block (sizes of one do not count). */
export function isDense(shape: Shape, strides: readonly number[]): boolean {
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i] as number
    if (size === 0) return true
    if (size !== 1) {
      if (strides[i] !== step) return false
      step *= size
    }
  }
  return true
}

/** The dims from the outermost in memory to the innermost; null where memory has the order of the dims. */
export function memoryOrder(shape: Shape, strides: readonly number[]): readonly number[] | null {
  if (isDense(shape, strides)) return null
  const step = (dim: number): number => Math.abs(strides[dim] as number)
  return shape.map((_, dim) => dim).sort((a, b) => step(b) - step(a))
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** `dim` counted from the front; throws where it is no integer or out of range. A 0-d tensor has the dims −1 and 0, as in PyTorch. */
export function normalizeDim(operation: string, dim: number, rank: number): number {
  if (!Number.isInteger(dim)) throw new IndexError(`${operation}: dim must be an integer, got ${dim}.`)
  const reach = Math.max(rank, 1)
  if (dim < -reach || dim >= reach) {
    throw new IndexError(`${operation}: dim ${dim} is out of range for a tensor of ${rank} dims. Use ${-reach} to ${reach - 1}.`)
  }
  return dim < 0 ? dim + reach : dim
}

/** Dims counted from the front, ascending; `null` means all. Throws for a dim named twice. */
export function normalizeDims(operation: string, dims: number | readonly number[] | null, rank: number): number[] {
  const normalized: number[] = []
  if (dims === null) for (let dim = 0; dim < rank; dim++) normalized.push(dim)
  else if (typeof dims === 'number') normalized.push(normalizeDim(operation, dims, rank))
  else {
    for (const dim of dims) normalized.push(normalizeDim(operation, dim, rank))
    normalized.sort((a, b) => a - b)
    const twice = normalized.find((dim, i) => dim === normalized[i - 1])
    if (twice !== undefined) throw new IndexError(`${operation}: dim ${twice} appears twice in ${printShape(dims)}.`)
  }
  return rank === 0 ? [] : normalized
}

/** The common shape of two operands: sizes are equal, or one of them is 1 or missing. */
export function broadcastShapes(operation: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b) || b.length === 0) return a
  if (a.length === 0) return b
  const rank = Math.max(a.length, b.length)
  const shape = new Array<number>(rank)
  for (let i = 1; i <= rank; i++) {
    const x = i <= a.length ? (a[a.length - i] as number) : 1
    const y = i <= b.length ? (b[b.length - i] as number) : 1
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(
        `${operation}: shapes ${printShape(a)} and ${printShape(b)} do not broadcast: sizes ${x} and ${y} differ. Reshape or expand one of them.`,
      )
    }
    shape[rank - i] = x === 1 ? y : x
  }
  return shape
}

/** Throws unless every size is an integer ≥ 0. */
export function checkShape(operation: string, shape: Shape): void {
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) throw new ShapeError(`${operation}: sizes must be integers ≥ 0, got ${printShape(shape)}.`)
  }
}

/** The shape left by a reduction over `dims` (ascending, from the front). */
export function reducedShape(shape: Shape, dims: readonly number[], keepdim: boolean): number[] {
  const reduced: number[] = []
  for (let i = 0; i < shape.length; i++) {
    if (!dims.includes(i)) reduced.push(shape[i] as number)
    else if (keepdim) reduced.push(1)
  }
  return reduced
}
