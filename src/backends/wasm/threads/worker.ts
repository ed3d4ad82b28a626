// The program of a worker thread: waits at the gate, takes its share of a launch, waits again, until the process or the page ends.
// Nobody imports this file: worker-source.ts has it as text (`node scripts/thread-worker.ts`).
import {
  ARGUMENTS,
  BROKEN,
  CODE,
  CODE_BYTES,
  CONTROL_WORDS,
  FOLLOWER,
  GATE,
  IDLE,
  inTurn,
  JOINED,
  KERNEL,
  MAIN_SLEEPS,
  PAGES,
  PARKED,
  pause,
  RANGE,
  type Run,
  SPIN,
  slotOf,
  takeChunks,
  withdrawChunks,
  writeFailure,
} from './control.ts'
import type { WorkerFacts } from './host.ts'

const PAGE = 65536
const LOOKS = 16

function serve({ memory, address, index }: WorkerFacts): void {
  const control = new Int32Array(memory.buffer, address, CONTROL_WORDS)
  const slot = slotOf(index)
  const kernels: Run[] = []
  let pages = 0

  /** A kernel of this launch, compiled when it is met for the first time: engines share the machine code between threads. */
  function find(at: number): Run {
    const number = control[at] as number
    const known = kernels[number]
    if (known !== undefined) return known
    const bytes = new Uint8Array(memory.buffer, (control[at + CODE] as number) >>> 0, control[at + CODE_BYTES] as number).slice()
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
    const run = exports['run'] as Run
    kernels[number] = run
    return run
  }

  /** What this launch runs. */
  function findAll(): Run {
    const needed = control[PAGES] as number
    // that the memory has grown reaches a thread a little later
    if (needed !== pages) while (memory.buffer.byteLength < needed * PAGE) pause()
    pages = needed
    const run = find(KERNEL)
    return control[FOLLOWER] === -1 ? run : inTurn(run, find(FOLLOWER), control[FOLLOWER + ARGUMENTS] as number)
  }

  function leave(state: number): void {
    Atomics.store(control, slot, state)
    if (Atomics.load(control, MAIN_SLEEPS) === 1) Atomics.notify(control, slot)
  }

  /** Returns when the gate has changed. */
  function idle(gate: number): void {
    const end = performance.now() + (Atomics.load(control, slot + RANGE) < 0 ? 0 : (control[SPIN] as number) / 1000)
    do
      for (let i = 0; i < LOOKS; i++) {
        if (Atomics.load(control, GATE) !== gate) return
        pause()
      }
    while (performance.now() < end)
    Atomics.store(control, slot, PARKED)
    // the main thread wakes whom it sees parked after opening the gate
    if (Atomics.load(control, GATE) === gate) Atomics.wait(control, slot, PARKED)
    Atomics.compareExchange(control, slot, PARKED, IDLE)
  }

  Atomics.store(control, slot, IDLE)
  for (let last = 0; ; ) {
    const gate = Atomics.load(control, GATE)
    if ((gate & 1) === 0 || gate === last) {
      idle(gate)
      continue
    }
    last = gate
    // From here on the main thread waits for this one before it touches the control block, unless it had closed the gate before. The gate
    // comes last: an invitation may be one to the next launch, but then this gate is closed already.
    Atomics.store(control, slot, JOINED)
    if (Atomics.load(control, slot + RANGE) > 0 && Atomics.load(control, GATE) === gate) {
      let run: Run
      try {
        run = findAll()
      } catch (error) {
        writeFailure(control, slot, error)
        leave(BROKEN)
        return
      }
      try {
        takeChunks(control, slot, run)
      } catch (error) {
        withdrawChunks(control)
        writeFailure(control, slot, error)
      }
    }
    leave(IDLE)
  }
}

interface Threads {
  readonly workerData?: WorkerFacts
}
const threads = (globalThis as { process?: { getBuiltinModule?: (name: string) => Threads } }).process?.getBuiltinModule?.(
  'node:worker_threads',
)
if (threads?.workerData) serve(threads.workerData)
else globalThis.onmessage = ({ data }: MessageEvent<WorkerFacts>) => serve(data)
