// The heap: one WebAssembly memory in which tensors live, so that kernels and threads work on them in place. It knows addresses and
// blocks, neither tensors nor kernels.

const PAGE = 65536
/** Blocks start at cache lines. */
const LINE = 64
const INITIAL_PAGES = 256
const MAXIMUM_PAGES = 65536
/** Below this address nothing is handed out, so that 0 can say "none". */
const FIRST = 1024

/** The memory, or null until it is wanted or where the engine has none. */
export let memory: WebAssembly.Memory | null = null
/** Whether threads can share it. */
export let isShared = false
/** The heap as words of each kind; new objects after it has grown. */
export let words: Int32Array = new Int32Array(0)
export let floats: Float32Array = new Float32Array(0)
export let doubles: Float64Array = new Float64Array(0)

/** What the environment says, where there is one. */
const environment: Readonly<Record<string, string | undefined>> =
  (globalThis as { process?: { env?: Record<string, string> } }).process?.env ?? {}

const DEFAULT_FROM = 4096
/** From how many bytes on a storage lives in the heap: below, a kernel's call costs more than an emitted loop. */
export let heapFrom: number =
  environment['WENGERT_BACKEND'] === 'reference'
    ? Number.POSITIVE_INFINITY
    : Math.max(1, Number(environment['WENGERT_HEAP_FROM'] ?? DEFAULT_FROM))

/** Lets storages of at least so many bytes live in the heap, from now on; returns what held before. `Infinity` leaves the heap unused. */
export function setHeapFrom(bytes: number): number {
  const before = heapFrom
  heapFrom = Math.max(1, bytes)
  return before
}

let opened = false
/** First address that was never handed out. */
let top = FIRST

function look(): void {
  const { buffer } = memory as WebAssembly.Memory
  words = new Int32Array(buffer)
  floats = new Float32Array(buffer)
  doubles = new Float64Array(buffer)
}

/** Makes the heap at the first call; says whether there is one. */
export function openHeap(): boolean {
  if (opened) return memory !== null
  opened = true
  try {
    memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAXIMUM_PAGES, shared: true })
    isShared = true
  } catch {
    return false
  }
  look()
  return true
}

/** Memory for ever (arguments, staging, packing): its address, or 0 where the heap is full. */
export function reserve(bytes: number): number {
  if (!openHeap()) return 0
  const size = Math.ceil(bytes / LINE) * LINE
  const end = top + size
  const missing = Math.ceil((end - words.byteLength) / PAGE)
  if (missing > 0) {
    try {
      ;(memory as WebAssembly.Memory).grow(Math.max(missing, Math.min(1024, MAXIMUM_PAGES - words.byteLength / PAGE)))
    } catch {
      return 0
    }
    look()
  }
  const address = top
  top = end
  return address
}

/** Free blocks by size class. */
const free = new Map<number, number[]>()

/** Four classes to each power of two: at most a quarter of a block is unused. */
function classOf(bytes: number): number {
  const step = Math.max(LINE, 2 ** (29 - Math.clz32(bytes - 1)))
  return Math.ceil(bytes / step) * step
}

/** A block of at least `bytes`, with whatever it contains; 0 where there is none. */
export function takeBlock(bytes: number): number {
  const size = classOf(bytes)
  return free.get(size)?.pop() ?? reserve(size)
}

/** Takes a block back. */
export function returnBlock(address: number, bytes: number): void {
  const size = classOf(bytes)
  const blocks = free.get(size)
  if (blocks === undefined) free.set(size, [address])
  else blocks.push(address)
}
