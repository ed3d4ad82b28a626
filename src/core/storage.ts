// Where elements live: one block of memory with a version. Nobody above this file knows how the block was allocated, so that
// another allocator can take over.
import type { DTypeFacts, ElementArray } from './dtype.ts'

/** The devices of this version. */
export type Device = 'cpu'

/** A block of elements. Views of one block share it and its version. */
export class Storage {
  readonly type: DTypeFacts
  readonly data: ElementArray
  /** Goes up with every write, so that the tape notices a changed value that it had saved. */
  version = 0

  constructor(type: DTypeFacts, data: ElementArray) {
    this.type = type
    this.data = data
  }

  get device(): Device {
    return 'cpu'
  }
}

/** A new block, filled with zeros. */
export const allocate = (type: DTypeFacts, length: number): Storage => new Storage(type, new type.Array(length))
