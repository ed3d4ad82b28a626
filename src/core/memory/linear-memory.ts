// The one WebAssembly memory of the process: made once, grown on demand, seen as words and floats. It knows nothing of blocks.

const PAGE = 65536
/** 4 GiB less one page: no block ends where 32-bit addresses wrap around. */
export const LARGEST_BYTES = 65535 * PAGE
/** What a shared memory may grow to; engines that cannot reserve the first range take a later one. */
const SHARED_PAGES = [65536, 32768, 16384, 8192]
const INITIAL_PAGES = 256
/**
 * Growing unshared memory detaches every view of it, and tensors are views. So such a memory has its final size from the start; pages that
 * nobody touches are not backed by anything.
 */
const FIXED_PAGES = [16384, 8192, 4096, 1024, 256]

/** The memory, or null until it is wanted or where the engine has none. */
export let memory: WebAssembly.Memory | null = null
/** Whether threads can share it. */
export let isShared = false
/** The memory's buffer as it is now; views of earlier ones stay valid and look at the same bytes. */
export let buffer: ArrayBuffer = /*@__PURE__*/ new ArrayBuffer(0)
/** The heap as words of each kind; new objects after it has grown. */
export let words: Int32Array = /*@__PURE__*/ new Int32Array(0)
export let floats: Float32Array = /*@__PURE__*/ new Float32Array(0)
export let doubles: Float64Array = /*@__PURE__*/ new Float64Array(0)
/** How many bytes the memory can ever have. */
export let capacity = 0

function look(opened: WebAssembly.Memory): void {
  // shared buffers have a type of their own, which typed arrays take just the same
  buffer = opened.buffer as ArrayBuffer
  words = new Int32Array(buffer)
  floats = new Float32Array(buffer)
  doubles = new Float64Array(buffer)
}

function open(initial: number, maximum: number, shared: boolean): boolean {
  try {
    memory = new WebAssembly.Memory({ initial, maximum, shared })
  } catch {
    return false // refused: too large here, or no such memory at all
  }
  isShared = shared
  capacity = Math.min(LARGEST_BYTES, maximum * PAGE)
  look(memory)
  return true
}

/** A module with one vector instruction. */
const PROBE = /*@__PURE__*/ new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 0x41, 0, 0xfd, 15, 0x1a, 0x0b,
])

/** Whether kernels can be compiled: a page's policy may forbid it, an old engine has no vectors. Without kernels a heap has no use. */
function canCompile(): boolean {
  try {
    return new WebAssembly.Module(PROBE) !== null
  } catch {
    return false
  }
}

let tried = false

/** Makes the memory at the first call; says whether there is one. */
export function openHeap(): boolean {
  if (!tried) {
    tried = true
    if (!canCompile()) return false
    if (!SHARED_PAGES.some((pages) => open(INITIAL_PAGES, pages, true))) FIXED_PAGES.some((pages) => open(pages, pages, false))
  }
  return memory !== null
}

/** Sees to it that addresses below `end` exist; says whether they do. `ahead` more are added where that is possible. */
export function growTo(end: number, ahead: number): boolean {
  const present = buffer.byteLength
  if (end <= present) return true
  if (end > capacity || memory === null) return false
  const missing = Math.ceil((end - present) / PAGE)
  const wanted = Math.min(Math.ceil((end + ahead - present) / PAGE), Math.floor(capacity / PAGE) - present / PAGE)
  for (const pages of [wanted, missing]) {
    try {
      memory.grow(pages)
      look(memory)
      return true
    } catch {
      // the system has no more; perhaps a little
    }
  }
  capacity = present
  return false
}
