// Kernels and their launch. A kernel is `run(args, from, to)`: it reads its operands' addresses and sizes from the words at `args` and does
// the tasks [from, to). How work is cut into tasks depends on sizes only, never on the number of threads, so that neither do results.
import { isShared, memory, openHeap, reserve, words } from '../../core/memory/heap.ts'
import { assemble, type FunctionCode } from './assembler.ts'

/** Compiled code with its number, by which threads find it. */
export interface Kernel {
  /** What it does, for messages and profiles. */
  readonly name: string
  readonly run: (args: number, from: number, to: number) => void
}

const MAXIMUM_PAGES = 65536
const ARGUMENT_BYTES = 4096
let argumentsAt = 0

/** Whether kernels can be compiled and run here. */
export function isAvailable(): boolean {
  return openHeap()
}

/** Compiles a kernel: functions of which the one named `run` is called. */
export function compileKernel(name: string, functions: readonly FunctionCode[]): Kernel {
  const bytes = assemble(functions, { maximumPages: MAXIMUM_PAGES, shared: isShared })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: memory as WebAssembly.Memory } })
  return { name, run: exports['run'] as Kernel['run'] }
}

/**
 * Runs all tasks of a kernel and returns when they are done. `args` are 32-bit words (addresses, sizes, strides); `work` is about how many
 * nanoseconds one thread needs, which decides how many take part.
 */
export function launch(kernel: Kernel, args: readonly number[], tasks: number, _work: number): void {
  if (argumentsAt === 0) argumentsAt = reserve(ARGUMENT_BYTES)
  const at = argumentsAt >>> 2
  for (let i = 0; i < args.length; i++) words[at + i] = args[i] as number
  kernel.run(argumentsAt, 0, tasks)
}
