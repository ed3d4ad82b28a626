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

// An engine keeps typed arrays of up to 64 bytes among its own objects; a larger one asks the system for memory, which takes longer
// than computing a few hundred elements. Arrays in between share pages. A page is freed when its last array is: hence the small size.
const ENGINE_BYTES = 64
const SHARED_BYTES = 1024
const PAGE_BYTES = 8192
const ALIGNMENT = 8

let page = new ArrayBuffer(0)
let used = 0

/** A new block, filled with zeros. */
export function allocate(type: DTypeFacts, length: number): Storage {
  const bytes = length * type.bytes
  if (bytes <= ENGINE_BYTES || bytes > SHARED_BYTES) return new Storage(type, new type.Array(length))
  if (used + bytes > page.byteLength) {
    page = new ArrayBuffer(PAGE_BYTES)
    used = 0
  }
  const data = new type.Array(page, used, length)
  used += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
  return new Storage(type, data)
}
