// Writing into a value, and reading it out: what is read out is always a copy.
import type { ElementArray } from '../../core/dtype.ts'
import { ShapeError } from '../../core/errors.ts'
import { printShape } from '../../core/shape.ts'
import { OpaqueStorage } from '../../core/storage.ts'
import { Value } from '../../core/value.ts'
import { write as bindWrite } from '../bind.ts'
import { dense } from '../kernels.ts'
import { tracer } from '../tracer.ts'
import { elementLike, type Operand } from './operand.ts'

/** Writes into what `destination` looks at; a number takes its dtype, which must hold it, or an error names `name`. */
export const write = (destination: Value, value: Operand, name = 'copy_'): Value =>
  bindWrite(destination, value instanceof Value ? value : elementLike(name, value, destination.storage.type), name)

/** Whether `x` has elements to be read; inside vmap a value stands for many. What cannot be read is checked by the kernels that use it. */
export const isReadable = (x: Value): boolean => tracer === null && !(x.storage instanceof OpaqueStorage)

/** Has contents checked: now, at each run of a program that is being recorded, or not at all where they cannot be read. */
export function inspect(name: string, x: Value, check: (elements: ElementArray) => void): void {
  if (x.storage instanceof OpaqueStorage) return
  if (tracer === null) check(elementsOf(x))
  else tracer.effect(name, [x], ([contents]) => check(elementsOf(contents as Value)))
}

/** The same for elements that must lie in [from, to): `refuse` says what is wrong with the first that does not; `except` may be anywhere. */
export function inspectRange(name: string, x: Value, from: number, to: number, refuse: (outside: number) => Error, except?: number): void {
  inspect(name, x, (elements) => {
    const outside = firstOutside(elements, from, to, except)
    if (outside !== undefined) throw refuse(outside)
  })
}

/** The first element outside [from, to) that is not `except`. Where all are inside, as a rule, the extremes tell in a third of the time. */
export function firstOutside(elements: ElementArray, from: number, to: number, except?: number): number | undefined {
  const { length } = elements
  let [least, largest] = [from, from]
  for (let i = 0; i < length; i++) {
    const element = elements[i] as number
    if (element < least) least = element
    if (element > largest) largest = element
  }
  if (least >= from && (largest < to || length === 0)) return undefined
  return elements.find((element) => element !== except && (element < from || element >= to))
}

/** The elements in row-major order, to be looked at: where they lie so already, it is the memory itself. */
function elementsOf(x: Value): ElementArray {
  const source = dense(x)
  return source.storage.data.subarray(source.offset, source.offset + source.elementCount)
}

/** The elements in row-major order, as a new typed array. */
export function toTypedArray(x: Value): ElementArray {
  tracer?.refuse('toArray', 'Return the tensor, and read it outside')
  return elementsOf(x).slice()
}

/** Nested arrays of numbers or booleans, as deep as there are dims. */
export type Nested = number | boolean | Nested[]

/** The elements as nested arrays; a 0-d tensor gives its element. */
export function toNested(x: Value): Nested {
  const data = toTypedArray(x)
  const element = (at: number): number | boolean => (x.dtype === 'bool' ? data[at] !== 0 : (data[at] as number))
  const build = (dim: number, at: number, span: number): Nested => {
    if (dim === x.shape.length) return element(at)
    const inner = span / (x.shape[dim] as number)
    return Array.from({ length: x.shape[dim] as number }, (_, i) => build(dim + 1, at + i * inner, inner))
  }
  return build(0, 0, x.elementCount)
}

/** The only element, as a number or boolean. */
export function item(x: Value): number | boolean {
  if (x.elementCount !== 1) throw new ShapeError(`item: needs exactly one element, got shape ${printShape(x.shape)}. Use toArray().`)
  tracer?.refuse('item', 'Return the tensor and read it outside, or choose with where()')
  const element = x.storage.data[x.offset] as number
  return x.dtype === 'bool' ? element !== 0 : element
}
