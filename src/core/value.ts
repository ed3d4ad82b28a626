// A value: a view into a storage, and a slot for whatever records derivatives. It has no methods; Tensor extends it and
// installs its constructor here, so that nothing below ever imports Tensor.
import type { DType, DTypeFacts } from './dtype.ts'
import { contiguousStrides, type Shape, sizeOf } from './shape.ts'
import { allocate, type Device, type Storage } from './storage.ts'

/** What core knows of the tape's node that made a value: that there is one. */
export interface GradientSource {
  readonly sequence: number
}

/** What an active transform keeps with a value of its own level: the value that it stands for one level below. */
export interface Lifted {
  readonly level: {
    /** Whether the level records histories of its own; the history of other levels' values is that of what they stand for. */
    readonly records: boolean
  }
  readonly below: Value
}

/** How a view was made, so that a write through it can be recorded on what it is a view of. */
export interface ViewOrigin {
  /** The value that the view primitive was applied to; may be a view itself. */
  readonly parent: Value
  /** The value at the end of that chain. */
  readonly root: Value
  /** Null where no primitive did: a custom function returned the memory of an argument. */
  readonly primitive: string | null
  readonly params: unknown
  /** The root's generation that this view's `source` belongs to. */
  generation: number
  /** Why this view cannot be changed while operations are recorded; null where it can. */
  locked: string | null
}

/** Storage, view and gradient slot: what operations take and return. */
export class Value {
  /** @internal The memory; views share it. */
  readonly storage: Storage
  readonly shape: Shape
  /** Steps in elements; may be 0 (broadcast) or negative (reversed slice). */
  readonly strides: readonly number[]
  /** @internal The public form is `storageOffset()`. */
  readonly offset: number
  /** Number of elements. */
  readonly elementCount: number
  /** @internal The tape node that made this value; null where no gradient is wanted. */
  source: GradientSource | null = null
  /** @internal How a view was made; set on views only. */
  origin: ViewOrigin | null = null
  /** @internal Set on values of an active transform only. */
  lifted: Lifted | null = null
  /** @internal How often a recorded write replaced the history of this value. */
  generation = 0

  constructor(storage: Storage, shape: Shape, strides: readonly number[], offset: number, elementCount: number) {
    this.storage = storage
    this.shape = shape
    this.strides = strides
    this.offset = offset
    this.elementCount = elementCount
  }

  get dtype(): DType {
    return this.storage.type.name
  }

  get device(): Device {
    return this.storage.device
  }
}

type ValueConstructor = new (storage: Storage, shape: Shape, strides: readonly number[], offset: number, elementCount: number) => Value

let Constructor: ValueConstructor = Value

/** Makes every value from now on an instance of `constructor`. Called once, by Tensor. */
export function installConstructor(constructor: ValueConstructor): void {
  Constructor = constructor
}

/** A value that looks at `storage` through the given index map. */
export const viewOf = (storage: Storage, shape: Shape, strides: readonly number[], offset: number, elementCount: number): Value =>
  new Constructor(storage, shape, strides, offset, elementCount)

/** The same elements of the same memory, without history. */
export const aliasOf = (value: Value): Value => new Constructor(value.storage, value.shape, value.strides, value.offset, value.elementCount)

/** What memory holds of a value that stands for another under some transforms: the value below all of them. */
export const physicalOf = (value: Value): Value => (value.lifted === null ? value : physicalOf(value.lifted.below))

/** A new contiguous value of zeros. */
export function emptyValue(type: DTypeFacts, shape: Shape): Value {
  const size = sizeOf(shape)
  return new Constructor(allocate(type, size), shape, contiguousStrides(shape), 0, size)
}
