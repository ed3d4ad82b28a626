// Workers of other kinds, and how they come to their end.
import { vi } from 'vitest'
import { CHUNKS, TASKS } from '../../src/backends/wasm/threads/control.ts'

interface Threads {
  readonly Worker: new (source: string, options: object) => object
}
const getBuiltinModule = process.getBuiltinModule
const threads = getBuiltinModule('node:worker_threads') as Threads

/** Makes workers of another kind from now on. */
export function withWorkers(makeSource: (source: string) => string): void {
  const Worker = class extends threads.Worker {
    constructor(source: string, options: object) {
      super(makeSource(source), options)
    }
  }
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(((name: string) =>
    name === 'node:worker_threads' ? { ...threads, Worker } : getBuiltinModule(name)) as typeof getBuiltinModule)
}

/** Lets events arrive until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 20_000
  while (!holds()) {
    if (performance.now() > end) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** A worker that ends when it has taken a chunk of its own range of a launch of so many tasks. */
export const endsInAChunk =
  (tasks: number) =>
  (source: string): string =>
    `
  const { add } = Atomics
  Atomics.add = (control, at, one) => {
    const chunk = add(control, at, one)
    const chunks = control[${CHUNKS}]
    if (control[${TASKS}] === ${tasks} && chunk >= chunks / 2 && chunk < chunks) process.exit(3)
    return chunk
  }
  ${source}`
