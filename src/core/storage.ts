// Where elements live: one block of memory with a version. Nobody above this file knows how the block was allocated, so that
// another allocator can take over.
import { type DTypeFacts, dtypes, type ElementArray } from './dtype.ts'
import { OutOfMemoryError } from './errors.ts'
import { buffer, heapFrom } from './memory/heap.ts'
import { giveBack, hold } from './memory/holders.ts'
import { shareOf } from './memory/lumps.ts'
import { addressOf, insistOnBlock, takeBlock } from './memory/pool.ts'
import { isTracing, trace } from './memory/tracing.ts'

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

/** The version that memory starts with as things stand. */
export const startingVersion = (): number => firstVersion

/** A block of elements. Views of one block share it and its version. */
export class Storage {
  readonly type: DTypeFacts
  readonly data: ElementArray
  /** Where in the heap the elements are, in bytes; 0 where they are in memory of their own. */
  readonly address: number
  /** The heap's number for that place; 0 where there is none, or when it was given back. */
  block: number
  /** What the garbage collector has to see of memory that it does not manage. */
  readonly share: object | null
  /** Goes up with every write, so that the tape notices a changed value that it had saved; negative where no tape may save it. */
  version = firstVersion
  /** Name of the operation that wrote last. */
  changedBy: string | null = null

  constructor(type: DTypeFacts, data: ElementArray, address = 0, block = 0, share: object | null = null) {
    this.type = type
    this.data = data
    this.address = address
    this.block = block
    this.share = share
  }

  /** Number of elements. */
  get length(): number {
    return this.data.length
  }

  get device(): Device {
    return 'cpu'
  }
}

/** What has no place in memory: it stands for contents that are elsewhere, or not there yet, and refuses to be read. */
export abstract class PlacelessStorage {
  abstract readonly type: DTypeFacts
  abstract readonly length: number
  abstract version: number
  abstract changedBy: string | null

  abstract get data(): ElementArray

  get address(): number {
    return 0
  }

  get block(): number {
    return 0
  }

  get share(): null {
    return null
  }

  get device(): Device {
    return 'cpu'
  }
}

/** Memory that stands for many blocks at once; it has the version of what it stands for. */
export class OpaqueStorage extends PlacelessStorage {
  readonly type: DTypeFacts
  readonly #below: Storage
  readonly #refuse: () => Error

  constructor(below: Storage, refuse: () => Error) {
    super()
    this.type = below.type
    this.#below = below
    this.#refuse = refuse
  }

  get length(): number {
    return this.#below.length
  }

  get data(): ElementArray {
    throw this.#refuse()
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

/** Storages in the heap that were made while somebody records; null while nobody does. */
let recorded: Storage[] | null = null

/** Adds every storage that is made in the heap from now on to a list, or with null to none; returns the list before. */
export function recordInto(list: Storage[] | null): Storage[] | null {
  const before = recorded
  recorded = list
  return before
}

/** Gives memory in the heap back at once. Nobody may use it afterwards, through whatever view; once more does nothing. */
export function releaseStorage(storage: Storage): void {
  const { block } = storage
  if (block === 0) return
  storage.block = 0
  giveBack(block)
}

/** A storage in a block of the heap; its contents are undefined. */
function inHeap(type: DTypeFacts, length: number, block: number): Storage {
  const address = addressOf(block)
  // an engine inlines a constructor that is named
  const data = type === dtypes.float32 ? new Float32Array(buffer, address, length) : new type.Array(buffer, address, length)
  hold(block, data)
  const storage = new Storage(type, data, address, block, shareOf(length * type.bytes))
  if (recorded !== null) recorded.push(storage)
  if (isTracing) trace(data, type.name, true)
  return storage
}

/** Zeros in memory of their own. */
function apart(type: DTypeFacts, length: number): Storage {
  let data: ElementArray
  try {
    data = type === dtypes.float32 ? new Float32Array(length) : new type.Array(length)
  } catch {
    const bytes = length * type.bytes
    const block = bytes >= heapFrom ? insistOnBlock(bytes) : 0
    if (block === 0) throw new OutOfMemoryError(bytes)
    return inHeap(type, length, block)
  }
  if (isTracing) trace(data, type.name, false)
  return new Storage(type, data)
}

/** What gives memory in place of the heap: a trace, which only notes what will be needed. */
export interface Allocator {
  allocate(type: DTypeFacts, length: number): Storage
  /** Memory with the contents of `storage`, which nobody writes to. */
  adopt(storage: Storage): Storage
}

let allocator: Allocator | null = null

/** Takes memory from somebody else from now on, or with null from the heap; returns who gave it before. */
export function allocateFrom(wanted: Allocator | null): Allocator | null {
  const before = allocator
  allocator = wanted
  return before
}

/** A new block: zeros, or in the heap whatever was there before. */
export function allocate(type: DTypeFacts, length: number): Storage {
  if (allocator !== null) return allocator.allocate(type, length)
  const bytes = length * type.bytes
  if (bytes >= heapFrom) {
    const block = takeBlock(bytes)
    if (block !== 0) return inHeap(type, length, block)
  }
  if (bytes <= ENGINE_BYTES || bytes > SHARED_BYTES) return apart(type, length)
  const exponent = 32 - Math.clz32(bytes - 1)
  const page = pages[exponent] as Page
  if (page.used + bytes > page.buffer.byteLength) {
    page.buffer = new ArrayBuffer(SLOTS << exponent)
    page.used = 0
  }
  const data = type === dtypes.float32 ? new Float32Array(page.buffer, page.used, length) : new type.Array(page.buffer, page.used, length)
  page.used += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
  return new Storage(type, data)
}

/** Memory with the elements of an array that nobody else may write to: a copy in the heap where it is large enough, else the array. */
export function storageOf(type: DTypeFacts, array: ElementArray): Storage {
  return allocator === null ? filledStorage(type, array) : allocator.adopt(filledStorage(type, array))
}

function filledStorage(type: DTypeFacts, array: ElementArray): Storage {
  const block = array.byteLength >= heapFrom ? takeBlock(array.byteLength) : 0
  if (block === 0) {
    if (isTracing) trace(array, type.name, false)
    return new Storage(type, array)
  }
  const storage = inHeap(type, array.length, block)
  storage.data.set(array)
  return storage
}
