// A program with threads, run by processes.test.ts in a process of its own. Its argument says what it does; it prints what came out.
import { Worker } from 'node:worker_threads'
import { launch } from '../../src/backends/wasm/launch.ts'
import { chunksOfWorkers, readyWorkers } from '../../src/backends/wasm/threads/pool.ts'
import { getNumThreads, memory, ones, setNumThreads } from '../../src/index.ts'
import { Area, counting, lasting, MUCH, startWorkers } from './test-kernels.ts'

function computeTensors(): void {
  const x = ones([300, 300]).mul(2).add(1)
  console.log(x.sum().item(), getNumThreads(), memory.stats().pooled > 0)
}

function compute(): boolean {
  const area = new Area(100)
  const kernel = counting(3, 1)
  for (let i = 0; i < 100; i++) launch(kernel, [area.address], area.length, MUCH)
  return area.holds((task) => 100 * (3 * task + 1))
}

/** What each argument asks for. */
const programs: Readonly<Record<string, () => void>> = {
  threads() {
    setNumThreads(3)
    startWorkers(2)
    console.log(compute(), readyWorkers().length)
  },
  starting() {
    setNumThreads(3)
    console.log(compute())
  },
  exiting() {
    setNumThreads(2)
    startWorkers(1)
    const area = new Area(40)
    launch(lasting(), [area.address, 100_000], 40, MUCH * 100)
    console.log(area.holds(() => 1))
    process.exit(4)
  },
  failing() {
    setNumThreads(2)
    startWorkers(1)
    throw new Error('on purpose')
  },
  counting() {
    console.log(getNumThreads())
  },
  shared() {
    setNumThreads(3)
    console.log(compute(), getNumThreads(), readyWorkers().length)
  },
  tensors: computeTensors,
  forbidden() {
    // what a page's policy does
    WebAssembly.Module = new Proxy(WebAssembly.Module, {
      construct() {
        throw new WebAssembly.CompileError('violates the policy')
      },
    })
    computeTensors()
  },
  missing() {
    Reflect.deleteProperty(globalThis, 'WebAssembly')
    computeTensors()
  },
  inside() {
    const worker = new Worker(new URL(import.meta.url), { argv: ['threads'] })
    worker.on('exit', (code) => console.log('exit', code))
  },
  taking() {
    setNumThreads(2)
    startWorkers(1)
    const area = new Area(40)
    const circles = lasting()
    for (let i = 1; ; i++) {
      launch(circles, [area.address, 10_000], 40, MUCH * 10)
      if (!area.holds(() => i)) throw new Error('wrong')
      if (chunksOfWorkers() > 0) break
    }
    console.log('taken')
  },
}

programs[process.argv[2]!]!()
