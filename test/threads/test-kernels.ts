// Kernels whose results show whether every task was done exactly once, and waiting for workers.
import { add, FunctionBuilder, i32, mul } from '../../src/backends/wasm/builder.ts'
import { compileKernel, type Kernel, launch } from '../../src/backends/wasm/launch.ts'
import { readyWorkers } from '../../src/backends/wasm/threads/pool.ts'
import { openHeap, reserve, words } from '../../src/core/memory/heap.ts'

/** Enough work, in nanoseconds, for every thread to be invited. */
export const MUCH = 1e6

function kernel(name: string, write: (f: FunctionBuilder) => void): Kernel {
  const f = new FunctionBuilder('run', [
    ['args', 'i32'],
    ['from', 'i32'],
    ['to', 'i32'],
  ])
  write(f)
  return compileKernel(name, [f.finish()])
}

/** Adds `factor · task + offset` to the word of each task. */
export const counting = (factor: number, offset = 0): Kernel =>
  kernel(`counting by ${factor}`, (f) => {
    const out = f.let('i32', ['i32.load', 0, f.param('args')])
    f.for(f.param('from'), f.param('to'), 1, (task) => {
      const place = f.let('i32', add(out, mul(task, 4)))
      f.emit(['i32.store', 0, place, add(['i32.load', 0, place], add(mul(task, factor), offset))])
    })
  })

/** Runs in circles `rounds` times for each task (the second argument), then adds 1 to the task's word. */
export const lasting = (): Kernel =>
  kernel('lasting', (f) => {
    const out = f.let('i32', ['i32.load', 0, f.param('args')])
    const rounds = f.let('i32', ['i32.load', 4, f.param('args')])
    f.for(f.param('from'), f.param('to'), 1, (task) => {
      const hash = f.local('i32')
      f.set(hash, task)
      f.for(0, rounds, 1, (i) => f.set(hash, ['i32.rem_u', add(['i32.mul', ['local.get', hash], i32(1664525)], i), i32(2147483629)]))
      // what the loop gave is never -1, which no compiler knows
      const place = f.let('i32', add(out, mul(task, 4)))
      f.emit(['i32.store', 0, place, add(['i32.load', 0, place], ['i32.ne', ['local.get', hash], i32(-1)])])
    })
  })

/** Traps at the task that the second argument names; adds 1 to the words of others. */
export const trapping = (): Kernel =>
  kernel('trapping', (f) => {
    const out = f.let('i32', ['i32.load', 0, f.param('args')])
    const bad = f.let('i32', ['i32.load', 4, f.param('args')])
    f.for(f.param('from'), f.param('to'), 1, (task) => {
      f.if(['i32.eq', task, bad], () => f.emit(['unreachable']))
      const place = f.let('i32', add(out, mul(task, 4)))
      f.emit(['i32.store', 0, place, add(['i32.load', 0, place], 1)])
    })
  })

/** Words in the heap, for kernels to write. */
export class Area {
  readonly address: number
  readonly length: number

  constructor(length: number) {
    openHeap()
    this.address = reserve(length * 4)
    this.length = length
    this.clear()
  }

  clear(): void {
    words.fill(0, this.address >>> 2, (this.address >>> 2) + this.length)
  }

  /** A copy. */
  read(): Int32Array {
    return words.slice(this.address >>> 2, (this.address >>> 2) + this.length)
  }

  /** Whether the words are what `expected` says of their place. */
  holds(expected: (task: number) => number): boolean {
    const start = this.address >>> 2
    for (let task = 0; task < this.length; task++) if (words[start + task] !== (expected(task) | 0)) return false
    return true
  }
}

const sleeping = new Int32Array(new SharedArrayBuffer(4))
export const sleep = (milliseconds: number): void => void Atomics.wait(sleeping, 0, 0, milliseconds)

/** Launches until so many workers take part. */
export function startWorkers(count: number): void {
  const area = new Area(64)
  const one = counting(0, 1)
  const end = performance.now() + 20_000
  do {
    launch(one, [area.address], area.length, 100 * MUCH)
    sleep(2)
    if (performance.now() > end) throw new Error(`only ${readyWorkers().length} of ${count} workers have started`)
  } while (readyWorkers().length < count)
}
