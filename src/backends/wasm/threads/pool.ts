// The threads that kernels run on. Workers are started at the first launch that is worth it, and nobody waits for them: a launch takes
// along those that are ready.
//
// Note [Launches]
// No messages are sent. The main thread, thread 0, writes down the kernel, its arguments and its tasks in the control block, opens the
// gate and takes its share itself. A worker that sees the gate open says that it has joined and looks at the gate again; if it is still
// the same, the main thread will wait for this worker before it touches the block, because after closing the gate it waits for all it has
// invited that say they have joined. Who comes late finds the gate closed, and nobody waits for it. Idle workers look at the gate for a
// short time and then park; where there are more threads than cores, nobody looks, everybody parks.
// Tasks are handed out in chunks by atomic counters, and each thread counts the chunks that it finished: when the launch is over, either all
// were finished or a worker has ended in between, and what the kernel wrote is lost.
import { environmentVariable } from '../../../core/environment.ts'
import { OptionError } from '../../../core/errors.ts'
import { isShared, memory, openHeap, reserve, words } from '../../../core/memory/heap.ts'
import * as control from './control.ts'
import { countCores, hasThreads, type StartedWorker, startWorker, warn } from './host.ts'

/** Compiled code. */
export interface Kernel {
  /** What it does, for messages and profiles. */
  readonly name: string
  readonly run: control.Run
  /** By which workers know it. */
  readonly number: number
  readonly bytes: Uint8Array
  /** Where workers find the bytes; 0 until a launch needs them. */
  address: number
}

/** A kernel of which a task follows each task of another one, in the same thread; it needs nothing of that one's other tasks. */
export interface Follower {
  readonly kernel: Kernel
  /** Of its arguments. */
  readonly address: number
}

interface Member {
  readonly slot: number
  /** Null until it could be started. */
  worker: StartedWorker | null
  hasEnded: boolean
  /** The range that it was told to start with. */
  range: number
}

/** Threads unless somebody says otherwise, at most: more cores than that are rarely all fast ones, or free. */
const MOST_BY_ITSELF = 8
/** Nanoseconds of work from which on another thread takes part that is awake. */
const WORTH_A_THREAD = 5000
/** Nanoseconds of work from which on it is worth to wake one. */
const WORTH_WAKING = 30_000
/** Chunks for each thread, so that one which comes late or is held up takes fewer. */
const CHUNKS_EACH = 8
/** Nanoseconds of work in a chunk, at least: taking one costs about a hundredth of it. */
const LEAST_CHUNK = 2000
const WORKER_SPIN_MICROSECONDS = 200
const MAIN_SPIN_MILLISECONDS = 0.1
/** How long to sleep between looks at whether a worker is still there. */
const LOOK_MILLISECONDS = 20
/** Silence after which a worker is given up, where its end cannot be seen; and how much longer than other chunks a chunk may take. */
const PATIENCE_MILLISECONDS = 4000
const PATIENCE_CHUNKS = 50

/** Threads that may be used; 0 until somebody asks. */
let wanted = 0
/** Address of the control block; 0 before threads were wanted, -1 where there can be none. */
let blockAt = 0
let block = new Int32Array(0)
let gate = 0
let members: Member[] = []
const freeSlots: number[] = []
let slots = 1
let mayWait = true
let hasWarned = false

function byDefault(): number {
  const told = Number(environmentVariable('WENGERT_NUM_THREADS'))
  return Number.isInteger(told) && told > 0 ? told : Math.min(countCores(), MOST_BY_ITSELF)
}

const arePossible = (): boolean => blockAt >= 0 && openHeap() && isShared && hasThreads()

function want(count: number): void {
  wanted = Math.min(count, control.MOST_THREADS)
  if (blockAt > 0) block[control.SPIN] = wanted <= countCores() ? WORKER_SPIN_MICROSECONDS : 0
}

/**
 * How many threads compute, the calling one included: 1 where threads cannot share memory (a page that is not cross-origin isolated).
 *
 * @example
 * ```ts
 * import { getNumThreads } from 'wengert'
 *
 * console.log(getNumThreads() >= 1) // true
 * ```
 */
export function getNumThreads(): number {
  if (wanted === 0) want(byDefault())
  return arePossible() ? wanted : 1
}

/**
 * Lets at most `count` threads compute, the calling one included, from now on. Results do not depend on it, only time does. Without this
 * it is the number of cores, at most 8, or what the environment variable `WENGERT_NUM_THREADS` says.
 *
 * @example
 * ```ts
 * import { getNumThreads, setNumThreads } from 'wengert'
 *
 * setNumThreads(1)
 * console.log(getNumThreads()) // 1
 * ```
 */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1)
    throw new OptionError(`setNumThreads: expected an integer ≥ 1, got ${typeof count === 'string' ? `'${count}'` : String(count)}.`)
  hasWarned = false
  want(count)
}

/** Makes the control block; says whether there can be threads. */
function open(): boolean {
  if (blockAt === 0) {
    blockAt = arePossible() ? reserve(control.CONTROL_WORDS * 4) : 0
    if (blockAt === 0) {
      blockAt = -1
      return false
    }
    block = new Int32Array((memory as WebAssembly.Memory).buffer, blockAt, control.CONTROL_WORDS).fill(0)
    try {
      Atomics.wait(block, control.GATE, 1, 0)
    } catch {
      mayWait = false
    }
    want(wanted)
  }
  return blockAt > 0
}

/** Goes on without a worker. */
function drop(member: Member, reason: string): void {
  if (member.hasEnded) return
  member.hasEnded = true
  members = members.filter((other) => other !== member)
  wanted = Math.max(1, Math.min(wanted, members.length + 1))
  if (hasWarned || reason === '') return
  hasWarned = true
  const started = Atomics.load(block, member.slot) === control.STARTING ? 'could not start' : 'ended'
  warn(`A worker thread of wengert ${started} (${reason}); it computes with fewer threads from now on. setNumThreads(n) tries again.`)
}

function start(): void {
  while (members.length < wanted - 1) {
    const index = freeSlots.pop() ?? slots++
    if (index >= control.MOST_THREADS) return
    const slot = control.slotOf(index)
    block.fill(0, slot, control.slotOf(index + 1))
    const member: Member = { slot, worker: null, hasEnded: false, range: 0 }
    const onEnd = (reason: string) => {
      drop(member, reason)
      freeSlots.push(index)
    }
    try {
      member.worker = startWorker({ memory: memory as WebAssembly.Memory, address: blockAt, index }, onEnd)
      members.push(member)
    } catch (error) {
      onEnd(String(error))
      return
    }
  }
}

/** Workers that are ready to take part. For tests and measurements, which want to know. */
export const readyWorkers = (): readonly StartedWorker[] =>
  members.flatMap(({ slot, worker }) => (worker !== null && Atomics.load(block, slot) !== control.STARTING ? [worker] : []))

/** How many chunks workers finished in the last launch that had any. For tests and measurements. */
export const chunksOfWorkers = (): number =>
  members.reduce((sum, { slot, range }) => sum + (range > 0 ? (block[slot + control.DONE] as number) : 0), 0)

/** Puts a kernel's code where workers find it; false where there is no room. */
function publish(kernel: Kernel): boolean {
  const { bytes } = kernel
  if (kernel.address === 0) {
    kernel.address = reserve(bytes.length)
    if (kernel.address !== 0) new Uint8Array((memory as WebAssembly.Memory).buffer, kernel.address, bytes.length).set(bytes)
  }
  return kernel.address !== 0
}

/** How many workers are worth to be invited. */
const helpersFor = (tasks: number, work: number): number => Math.min(wanted - 1, Math.floor(work / WORTH_A_THREAD) - 1, tasks - 1)

/** How many threads a launch is for, if all are awake. */
export const threadsFor = (tasks: number, work: number): number => (getNumThreads() === 1 ? 1 : 1 + Math.max(0, helpersFor(tasks, work)))

/** Invites up to `most` workers that are ready, and says how many. */
function invite(most: number, work: number): number {
  let invited = 0
  for (let i = 0; i < members.length; i++) {
    const member = members[i] as Member
    const state = Atomics.load(block, member.slot)
    const isReady = state === control.IDLE || state === control.JOINED || (state === control.PARKED && work >= WORTH_WAKING)
    const takesPart = invited < most && isReady
    if (takesPart) block[member.slot + control.DONE] = 0
    const range = takesPart ? ++invited : i < wanted - 1 ? 0 : -1
    if (range === member.range) continue
    member.range = range
    Atomics.store(block, member.slot + control.RANGE, range)
  }
  return invited
}

/** Waits until a worker has left the launch; false when it has ended instead. `chunkMilliseconds` is what a chunk has taken here. */
function awaitLeave({ slot, worker }: Member, chunkMilliseconds: number): boolean {
  const isInside = () => Atomics.load(block, slot) === control.JOINED
  if (!isInside()) return true
  let before = performance.now()
  const spinUntil = before + ((block[control.SPIN] as number) > 0 ? MAIN_SPIN_MILLISECONDS : 0)
  const patience = Math.max(PATIENCE_MILLISECONDS, PATIENCE_CHUNKS * chunkMilliseconds)
  let silence = 0
  let done = -1
  for (;;) {
    for (let i = 0; i < 64; i++) {
      if (!isInside()) return true
      control.pause()
    }
    let now = performance.now()
    if (now < spinUntil) continue
    if (mayWait) {
      Atomics.store(block, control.MAIN_SLEEPS, 1)
      Atomics.wait(block, slot, control.JOINED, LOOK_MILLISECONDS)
      Atomics.store(block, control.MAIN_SLEEPS, 0)
      if (!isInside()) return true
      now = performance.now()
    } else if (now < before + LOOK_MILLISECONDS) continue
    const ended = worker?.hasEnded()
    // it may have left before it ended
    if (ended === true) return !isInside()
    if (ended === false) continue
    // A machine that was asleep is no silence of the worker's.
    silence += Math.min(now - before, 5 * LOOK_MILLISECONDS)
    before = now
    const count = Atomics.load(block, slot + control.DONE)
    if (count !== done) silence = 0
    done = count
    if (silence > patience) {
      worker?.terminate()
      return false
    }
  }
}

/** What became of a launch: too few threads to be one, done, or not all done because a worker has ended. */
export type Outcome = 'alone' | 'done' | 'lost'

/** Writes down a kernel of the launch. */
function name(at: number, { number, address, bytes }: Kernel, args: number): void {
  block[at] = number
  block[at + control.CODE] = address
  block[at + control.CODE_BYTES] = bytes.length
  block[at + control.ARGUMENTS] = args
}

/** Runs all tasks of a kernel on several threads, if there are any, each with its follower's, and returns when they are done. */
export function runOnThreads(kernel: Kernel, args: number, tasks: number, work: number, follower: Follower | null): Outcome {
  if (wanted === 0) want(byDefault())
  if (wanted === 1 || blockAt < 0 || !open()) return 'alone'
  if (members.length < wanted - 1) start()
  const invited = invite(helpersFor(tasks, work), work)
  if (invited === 0 || !publish(kernel) || (follower !== null && !publish(follower.kernel))) return 'alone'

  const ranges = invited + 1
  const size = Math.ceil(tasks / Math.min(tasks, ranges * CHUNKS_EACH, Math.max(ranges, Math.floor(work / LEAST_CHUNK))))
  const chunks = Math.ceil(tasks / size)
  name(control.KERNEL, kernel, args)
  if (follower === null) block[control.FOLLOWER] = -1
  else name(control.FOLLOWER, follower.kernel, follower.address)
  block[control.TASKS] = tasks
  block[control.CHUNK] = size
  block[control.CHUNKS] = chunks
  block[control.RANGES] = ranges
  block[control.PAGES] = words.byteLength / 65536
  control.offerChunks(block, chunks, ranges)
  const main = control.slotOf(0)
  block[main + control.DONE] = 0
  gate = (gate + 1) | 0
  Atomics.store(block, control.GATE, gate)
  for (const { slot, range } of members)
    if (range > 0 && Atomics.load(block, slot) === control.PARKED) {
      Atomics.compareExchange(block, slot, control.PARKED, control.IDLE)
      Atomics.notify(block, slot)
    }
  let failure = ''
  const began = work > PATIENCE_CHUNKS * 1e5 ? performance.now() : 0
  try {
    control.takeChunks(block, main, follower === null ? kernel.run : control.inTurn(kernel.run, follower.kernel.run, follower.address))
  } catch (error) {
    control.withdrawChunks(block)
    failure = String(error)
  }
  const own = block[main + control.DONE] as number
  const finished = close(began > 0 ? (performance.now() - began) / Math.max(own, 1) : 0)
  failure ||= finished.failure
  if (failure !== '') throw new Error(`${kernel.name}: ${failure}`)
  return finished.done === chunks ? 'done' : 'lost'
}

/** Ends a launch: closes the gate, waits for the workers inside, and says how many chunks were finished and what went wrong in workers. */
function close(chunkMilliseconds: number): { done: number; failure: string } {
  gate = (gate + 1) | 0
  Atomics.store(block, control.GATE, gate)
  let done = block[control.slotOf(0) + control.DONE] as number
  let failure = ''
  for (const member of members) {
    if (member.range <= 0) continue
    const { slot } = member
    if (!awaitLeave(member, chunkMilliseconds)) drop(member, '')
    done += Atomics.load(block, slot + control.DONE)
    const text = control.readFailure(block, slot)
    // one that cannot have the kernel has done nothing, and the others did it all
    if (Atomics.load(block, slot) === control.BROKEN) drop(member, text)
    else failure ||= text
  }
  return { done, failure }
}
