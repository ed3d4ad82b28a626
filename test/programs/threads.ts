// Runs something on one thread and on more, and has even the smallest kernels shared out among them.
import { getNumThreads, setNumThreads } from 'wengert'
import { setLaunchObserver } from '../../src/backends/wasm/launch.ts'
import { chunksOfWorkers, readyWorkers } from '../../src/backends/wasm/threads/pool.ts'
import { startWorkers } from '../threads/test-kernels.ts'

/** Nanoseconds that every launch claims to take, so that every thread is invited to it. */
const MUCH = 1e6

/** How many launches workers have helped with. */
export let sharedLaunches = 0

/** Calls `run` with each number of threads set. */
export function eachThreadCount(run: (count: number) => void, counts: readonly number[] = [1, 2]): void {
  const before = getNumThreads()
  const observer = setLaunchObserver({
    launching: (_kernel, tasks, _work, start) => {
      start(MUCH)
      if (tasks > 1 && getNumThreads() > 1 && chunksOfWorkers() > 0) sharedLaunches++
    },
  })
  try {
    for (const count of counts) {
      setNumThreads(count)
      if (readyWorkers().length < count - 1) startWorkers(count - 1)
      run(count)
    }
  } finally {
    setLaunchObserver(observer)
    setNumThreads(before)
  }
}
