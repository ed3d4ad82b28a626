// Kernels and their launch. A kernel is `run(args, from, to)`: it reads its operands' addresses and sizes from the words at `args` and does
// the tasks [from, to). How work is cut into tasks depends on sizes only, never on the number of threads, so that neither do results.
import { DeviceError, WengertError } from '../../core/errors.ts'
import { ARGUMENT_WORDS, ARGUMENTS_AT, isShared, memory, openHeap, reserve, words } from '../../core/memory/heap.ts'
import { printShape } from '../../core/shape.ts'
import { assemble, type FunctionCode } from './assembler.ts'
import type { Cut } from './cut.ts'
import { recorder } from './launch-recorder.ts'
import { destinations } from './operands.ts'
import { inTurn } from './threads/control.ts'
import { type Follower, type Kernel, runOnThreads } from './threads/pool.ts'

export type { Follower, Kernel } from './threads/pool.ts'

const MAXIMUM_PAGES = 65536
/** Nanoseconds of work from which on it is worth to ask whether there are other threads. */
const LEAST_THREADED_WORK = 10_000
let argumentsAt = ARGUMENTS_AT
let argumentWords = ARGUMENT_WORDS
let compiled = 0

/** Looks on, for tests and measurements. */
export interface LaunchObserver {
  /** A kernel was compiled. */
  compiled?(kernel: Kernel): void
  /** Makes a launch by calling `start` with its work, or with another. */
  launching?(kernel: Kernel, tasks: number, work: number, start: (work: number) => void, follower: Follower | null): void
}

let observer: LaunchObserver | null = null

/** Lets somebody look on from now on, or, with null, nobody; returns who did before. */
export function setLaunchObserver(wanted: LaunchObserver | null): LaunchObserver | null {
  const before = observer
  observer = wanted
  return before
}

/** Whether kernels can be compiled and run here. */
export function isAvailable(): boolean {
  return openHeap()
}

/** Compiles a kernel: functions of which the one named `run` is called. */
export function compileKernel(name: string, functions: readonly FunctionCode[]): Kernel {
  openHeap()
  const bytes = assemble(functions, { maximumPages: MAXIMUM_PAGES, shared: isShared })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: memory as WebAssembly.Memory } })
  const kernel = { name, run: exports['run'] as Kernel['run'], number: compiled++, bytes, address: 0 }
  observer?.compiled?.(kernel)
  return kernel
}

/** More room: tensors of very many dims need it. */
function reserveArguments(count: number): void {
  const wanted = 2 ** Math.ceil(Math.log2(count))
  const at = reserve(wanted * 4)
  if (at === 0) throw new WengertError('OutOfMemory', 'kernel: the heap has no room for its arguments. Hold fewer tensors.')
  argumentsAt = at
  argumentWords = wanted
}

/**
 * Runs all tasks of a kernel and returns when they are done. `args` are 32-bit words (addresses, sizes, strides); `work` is about how many
 * nanoseconds one thread needs, which decides how many take part. With a `cut`, the launch is the one that computes the program's output.
 */
export function launch(kernel: Kernel, args: readonly number[], tasks: number, work: number, cut: Cut | null = null): void {
  if (recorder !== null) return recorder.launch(kernel, args, tasks, work, cut)
  if (args.length > argumentWords) reserveArguments(args.length)
  const at = argumentsAt >>> 2
  for (let i = 0; i < args.length; i++) words[at + i] = args[i] as number
  launchAt(kernel, argumentsAt, tasks, work, null)
}

/** The same with arguments that are in the heap already, and with a kernel that follows each task. */
export function launchAt(kernel: Kernel, address: number, tasks: number, work: number, follower: Follower | null): void {
  if (observer?.launching) observer.launching(kernel, tasks, work, (wanted) => start(kernel, address, tasks, wanted, follower), follower)
  else start(kernel, address, tasks, work, follower)
}

function start(kernel: Kernel, address: number, tasks: number, work: number, follower: Follower | null): void {
  if (work < LEAST_THREADED_WORK || tasks < 2) runAlone(kernel, address, tasks, follower)
  else launchOnThreads(kernel, address, tasks, work, follower)
}

function runAlone(kernel: Kernel, address: number, tasks: number, follower: Follower | null): void {
  const run = follower === null ? kernel.run : inTurn(kernel.run, follower.kernel.run, follower.address)
  run(address, 0, tasks)
}

function launchOnThreads(kernel: Kernel, address: number, tasks: number, work: number, follower: Follower | null): void {
  const outcome = runOnThreads(kernel, address, tasks, work, follower)
  if (outcome === 'alone') runAlone(kernel, address, tasks, follower)
  else if (outcome === 'lost') {
    const lost = destinations().map(({ storage, shape }) => `the contents of a ${storage.type.name} tensor of shape ${printShape(shape)}`)
    throw new DeviceError(
      `${kernel.name}: a worker thread ended in the middle of it; ${lost.length > 0 ? `${lost.join(', ')} are` : 'what it was to write is'} lost. Compute them again; fewer threads go on.`,
    )
  }
}
