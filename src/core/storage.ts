// Where elements live: one block of memory with a version. Nobody above this file knows how the block was allocated, so that
// another allocator can take over.
import { type DTypeFacts, dtypes, type ElementArray } from './dtype.ts'
import { heapFrom, memory, openHeap, takeBlock } from './memory/heap.ts'

/** The devices of this version. */
export type Device = 'cpu'

// Memory that was made in inference mode has no place on a tape: its versions are negative, however often it is written to.
const UNTRACKED = -1073741824
let firstVersion = 0

/** Whether new memory is kept from the tape for good (inference mode), from now on; returns what held before. */
export function setUntracked(untracked: boolean): boolean {
  const before = firstVersion < 0
  firstVersion = untracked ? UNTRACKED : 0
  return before
}

/** A block of elements. Views of one block share it and its version. */
export class Storage {
  readonly type: DTypeFacts
  readonly data: ElementArray
  /** Where in the heap the elements are, in bytes; 0 where they are in memory of their own. */
  readonly address: number
  /** Goes up with every write, so that the tape notices a changed value that it had saved; negative where no tape may save it. */
  version = firstVersion
  /** Name of the operation that wrote last. */
  changedBy: string | null = null

  constructor(type: DTypeFacts, data: ElementArray, address = 0) {
    this.type = type
    this.data = data
    this.address = address
  }

  get device(): Device {
    return 'cpu'
  }
}

/** Memory that stands for many blocks at once, so that nobody can read elements from it; it has the version of what it stands for. */
export class OpaqueStorage {
  readonly type: DTypeFacts
  readonly #below: Storage
  readonly #refuse: () => Error

  constructor(below: Storage, refuse: () => Error) {
    this.type = below.type
    this.#below = below
    this.#refuse = refuse
  }

  get data(): ElementArray {
    throw this.#refuse()
  }

  get address(): number {
    return 0
  }

  get version(): number {
    return this.#below.version
  }

  set version(version: number) {
    this.#below.version = version
  }

  get changedBy(): string | null {
    return this.#below.changedBy
  }

  set changedBy(name: string | null) {
    this.#below.changedBy = name
  }

  get device(): Device {
    return this.#below.device
  }
}

// An engine keeps typed arrays of up to 64 bytes among its own objects; a larger one asks the system for memory, which takes longer
// than computing a few hundred elements. Arrays in between share pages, eight or more to a page. A page is freed with its last array,
// so a page holds one size class (a power of two) only: what outlives its neighbours keeps a few of its own size, never large ones.
const ENGINE_BYTES = 64
const SHARED_BYTES = 1024
const SLOTS = 8
const ALIGNMENT = 8

interface Page {
  buffer: ArrayBuffer
  used: number
}

/** The page of each size class that has room, by the class's exponent. */
const pages: Page[] = Array.from({ length: Math.log2(SHARED_BYTES) + 1 }, () => ({ buffer: new ArrayBuffer(0), used: 0 }))

/** A new block: zeros, or in the heap whatever was there before. */
export function allocate(type: DTypeFacts, length: number): Storage {
  const bytes = length * type.bytes
  if (bytes >= heapFrom && openHeap()) {
    const address = takeBlock(bytes)
    if (address !== 0)
      return new Storage(type, new type.Array((memory as WebAssembly.Memory).buffer as ArrayBuffer, address, length), address)
  }
  if (bytes <= ENGINE_BYTES || bytes > SHARED_BYTES)
    return new Storage(type, type === dtypes.float32 ? new Float32Array(length) : new type.Array(length))
  const exponent = 32 - Math.clz32(bytes - 1)
  const page = pages[exponent] as Page
  if (page.used + bytes > page.buffer.byteLength) {
    page.buffer = new ArrayBuffer(SLOTS << exponent)
    page.used = 0
  }
  // an engine inlines a constructor that is named
  const data = type === dtypes.float32 ? new Float32Array(page.buffer, page.used, length) : new type.Array(page.buffer, page.used, length)
  page.used += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
  return new Storage(type, data)
}
