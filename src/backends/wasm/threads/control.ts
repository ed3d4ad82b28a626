// The control block: words in shared memory through which the main thread and its workers agree on a launch, and how each of them takes
// its share. Both sides run this file. See Note [Launches] in pool.ts.

/** Words between what different threads write, so that no two share a cache line. */
const LINE = 32
/** Most threads, the main one included. */
export const MOST_THREADS = 64

/** Odd while a launch is open; goes up by one with every opening and every closing. */
export const GATE = 0
// Facts of the launch, written while the gate is closed and nobody is inside.
export const KERNEL = LINE
/** From a kernel's number on: where its code is, its bytes, its arguments. */
export const CODE = 1
export const CODE_BYTES = 2
export const ARGUMENTS = 3
export const TASKS = LINE + 4
export const CHUNK = LINE + 5
export const CHUNKS = LINE + 6
export const RANGES = LINE + 7
export const PAGES = LINE + 8
/** How many microseconds an idle worker looks at the gate before it parks. */
export const SPIN = LINE + 9
/** Whether the main thread sleeps until a worker has left. */
export const MAIN_SLEEPS = 2 * LINE
/** The kernel that follows each task; its number is -1 where none does. */
export const FOLLOWER = LINE + 10
/** The next chunk of each range, a line each. */
const COUNTERS = 3 * LINE

const SLOTS = COUNTERS + MOST_THREADS * LINE
const SLOT_WORDS = 128
export const CONTROL_WORDS: number = SLOTS + MOST_THREADS * SLOT_WORDS

/** The words of a thread start here; slot 0 is the main thread's. The first one is its state. */
export const slotOf = (index: number): number => SLOTS + index * SLOT_WORDS
/** From a slot on: chunks that the thread has finished in this launch. */
export const DONE = 1
/** From a slot on: the range that the thread starts with; 0 where a worker is not to take part, -1 where it will not be wanted soon. */
export const RANGE = 2
/** From a slot on: bytes of the text of what went wrong, which follows; 0 where all went well. */
export const FAILURE = LINE
const FAILURE_BYTES = (SLOT_WORDS - FAILURE - 1) * 4

export const STARTING = 0
export const IDLE = 1
/** Inside a launch, or finding out that there is none. */
export const JOINED = 2
export const PARKED = 3
/** Cannot run kernels, and has ended. */
export const BROKEN = 4

/** The first chunk of a range; that of the range after the last is the number of chunks. */
export const rangeStart = (chunks: number, ranges: number, range: number): number => Math.floor((chunks * range) / ranges)

/** Makes all chunks available. */
export function offerChunks(control: Int32Array, chunks: number, ranges: number): void {
  for (let range = 0; range < ranges; range++) control[COUNTERS + range * LINE] = rangeStart(chunks, ranges, range)
}

/** Lets nobody take another chunk. */
export function withdrawChunks(control: Int32Array): void {
  const chunks = control[CHUNKS] as number
  for (let range = 0; range < (control[RANGES] as number); range++) Atomics.store(control, COUNTERS + range * LINE, chunks)
}

/** The function of a kernel. */
export type Run = (args: number, from: number, to: number) => void

/** Two kernels task by task: what the first one leaves in the cache, the second one finds there. */
export const inTurn =
  (first: Run, second: Run, secondArgs: number): Run =>
  (args, from, to) => {
    for (let task = from; task < to; task++) {
      first(args, task, task + 1)
      second(secondArgs, task, task + 1)
    }
  }

/** Does chunks as long as there are any: those of the thread's own range first, which it had in its caches the last time, then of others. */
export function takeChunks(control: Int32Array, slot: number, run: Run): void {
  const args = control[KERNEL + ARGUMENTS] as number
  const tasks = control[TASKS] as number
  const size = control[CHUNK] as number
  const chunks = control[CHUNKS] as number
  const ranges = control[RANGES] as number
  const own = control[slot + RANGE] as number
  let done = 0
  for (let i = 0; i < ranges; i++) {
    const range = own + i < ranges ? own + i : own + i - ranges
    const end = rangeStart(chunks, ranges, range + 1)
    const counter = COUNTERS + range * LINE
    while (Atomics.load(control, counter) < end) {
      const chunk = Atomics.add(control, counter, 1)
      if (chunk >= end) break
      const from = chunk * size
      run(args, from, Math.min(from + size, tasks))
      Atomics.store(control, slot + DONE, ++done)
    }
  }
}

/** Leaves the text of an error in a slot. */
export function writeFailure(control: Int32Array, slot: number, error: unknown): void {
  const text = new TextEncoder().encode(String(error)).subarray(0, FAILURE_BYTES)
  new Uint8Array(control.buffer, control.byteOffset + (slot + FAILURE + 1) * 4, FAILURE_BYTES).set(text)
  Atomics.store(control, slot + FAILURE, text.length)
}

/** The text of the error in a slot, which is taken out; '' where there is none. */
export function readFailure(control: Int32Array, slot: number): string {
  const length = Atomics.exchange(control, slot + FAILURE, 0)
  if (length === 0) return ''
  const start = control.byteOffset + (slot + FAILURE + 1) * 4
  // a decoder does not take shared memory
  return new TextDecoder().decode(new Uint8Array(control.buffer, start, length).slice())
}

/** Tells the processor that this is a waiting loop, where the engine knows how. */
export const pause: () => void = /*@__PURE__*/ (() => (Atomics as { pause?: () => void }).pause ?? (() => undefined))()
