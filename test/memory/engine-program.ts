// Run by engines.test.ts, in a process of its own: takes away what an engine may lack, makes ten times what the heap may hold, and prints
// what became of it.
import { Worker } from 'node:worker_threads'

const [mode = ''] = process.argv.slice(2)
const LIMIT = (mode === 'no-collector' ? 1024 : 16) * 2 ** 20

if (mode === 'no-collector') Object.assign(process, { getBuiltinModule: undefined })
if (mode === 'idle-collector') Object.assign(globalThis, { gc: () => {} })
if (mode === 'no-wasm') Object.assign(globalThis, { WebAssembly: undefined })
if (mode === 'unshared') {
  const { Memory } = WebAssembly
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      if (descriptor.shared === true) throw new TypeError('no shared memory here')
      super(descriptor)
    }
  }
}

async function work(): Promise<void> {
  const { full, memory } = await import('wengert')
  memory.configure({ limit: LIMIT })
  const kept = Array.from({ length: 10 }, (_, i) => full([64, 64], i))
  let last = kept[0] as (typeof kept)[number]
  for (let i = 0; i < 5000; i++) {
    last = full([64, 64], i).add(1).mul(2).sub(2).div(2)
    if (mode.endsWith('collector') && i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const wrong = [...kept, last].filter((x, i) => x.toTypedArray().some((element: number) => element !== (i < 10 ? i : 4999))).length
  const { stats } = memory
  process.stdout.write(JSON.stringify({ wrong, gc: typeof (globalThis as { gc?: unknown }).gc, stats: stats() }))
}

if (mode === 'worker') new Worker(new URL(import.meta.url), { argv: ['plain'], stdout: false })
else await work()
