// Where the collector cannot be asked, it runs by the engine's own accounts, in which a tensor of the heap is a tiny object. So every
// storage holds a share of an ArrayBuffer as large as the memory that was handed out: untouched, hence free of cost, but counted.
import { canCollect } from './holders.ts'

const LUMP_BYTES = 16 * 2 ** 20

let lump: ArrayBuffer | null = null
let left = 0

function untouched(bytes: number): ArrayBuffer | null {
  try {
    return new ArrayBuffer(bytes)
  } catch {
    return null // the engine's accounts are full already
  }
}

/** What a storage of so many bytes in the heap has to hold as long as it lives; null where nothing is needed. */
export function shareOf(bytes: number): object | null {
  if (canCollect()) return null
  if (bytes >= LUMP_BYTES) return untouched(bytes)
  if (bytes > left) {
    lump = untouched(LUMP_BYTES)
    left = LUMP_BYTES
  }
  left -= bytes
  return lump
}
