// Launches on several threads: every task once, whatever the number of threads and whatever changes while they live.
import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { target, workerModule } from '../../scripts/thread-worker.ts'
import { launch } from '../../src/backends/wasm/launch.ts'
import { chunksOfWorkers, readyWorkers } from '../../src/backends/wasm/threads/pool.ts'
import { buffer, reserve } from '../../src/core/memory/heap.ts'
import { getNumThreads, OptionError, setNumThreads } from '../../src/index.ts'
import { Area, counting, MUCH, startWorkers, trapping } from './test-kernels.ts'

afterEach(() => setNumThreads(2))

test('the text that workers run is that of worker.ts', async () => {
  expect(readFileSync(target, 'utf8') === (await workerModule()), 'run node scripts/thread-worker.ts').toBe(true)
})

test.each([1, 2, 3, 4, 8])('%d threads do every task once', (threads) => {
  setNumThreads(threads)
  expect(getNumThreads()).toBe(threads)
  if (threads > 1) startWorkers(threads - 1)
  const kernel = counting(7, 3)
  for (const tasks of [1, 2, 3, 5, 16, 17, 31, 100, 1001]) {
    const area = new Area(tasks)
    for (let i = 0; i < 20; i++) launch(kernel, [area.address], tasks, MUCH * 100)
    expect(area.holds((task) => 20 * (7 * task + 3))).toBe(true)
  }
})

test('20,000 small launches of changing kernels', () => {
  setNumThreads(2)
  startWorkers(1)
  const kernels = Array.from({ length: 40 }, (_, i) => counting(i + 1, i))
  const area = new Area(24)
  let factors = 0
  let offsets = 0
  let wrong = 0
  let shared = 0
  for (let i = 0; i < 20_000; i++) {
    const chosen = (i * 17) % kernels.length
    launch(kernels[chosen]!, [area.address], area.length, MUCH)
    factors = (factors + chosen + 1) | 0
    offsets = (offsets + chosen) | 0
    if (!area.holds((task) => factors * task + offsets)) wrong++
    if (chunksOfWorkers() > 0) shared++
  }
  expect(wrong).toBe(0)
  expect(shared).toBeGreaterThan(0)
})

test('the number of threads can change at any time', () => {
  setNumThreads(4)
  startWorkers(3)
  const kernel = counting(1, 1)
  const area = new Area(50)
  for (let i = 0; i < 400; i++) {
    setNumThreads(1 + ((i * 7) % 4))
    launch(kernel, [area.address], area.length, MUCH)
  }
  expect(area.holds((task) => 400 * (task + 1))).toBe(true)
})

test('1,200 kernels while workers live', () => {
  setNumThreads(2)
  startWorkers(1)
  const area = new Area(40)
  for (let i = 0; i < 1200; i++) launch(counting(i % 5, i), [area.address], area.length, MUCH)
  expect(area.holds((task) => 2400 * task + (1199 * 1200) / 2)).toBe(true)
})

test('the heap may grow while workers live, and kernels may come to lie in what was added', () => {
  setNumThreads(2)
  startWorkers(1)
  const before = buffer.byteLength
  for (let i = 0; i < 6; i++) {
    reserve(40 * 2 ** 20)
    const area = new Area(333)
    const kernel = counting(i, 1)
    for (let repeat = 0; repeat < 50; repeat++) launch(kernel, [area.address], area.length, MUCH)
    expect(area.holds((task) => 50 * (i * task + 1))).toBe(true)
  }
  expect(buffer.byteLength).toBeGreaterThan(before + 200 * 2 ** 20)
})

test('a trap on any thread is an error of the launch, and nothing else suffers', () => {
  setNumThreads(2)
  startWorkers(1)
  const kernel = trapping()
  const ready = readyWorkers().length
  for (const bad of [0, 40, 99]) {
    const area = new Area(100)
    for (let i = 0; i < 5; i++)
      expect(() => launch(kernel, [area.address, bad], 100, MUCH)).toThrow(/^trapping: RuntimeError: .*unreachable/)
    area.clear()
    launch(kernel, [area.address, -1], 100, MUCH)
    expect(area.holds(() => 1)).toBe(true)
  }
  expect(readyWorkers()).toHaveLength(ready)
})

test('setNumThreads wants a whole number from 1 on', () => {
  for (const count of [0, -1, 1.5, Number.NaN])
    expect(() => setNumThreads(count)).toThrow(new OptionError(`setNumThreads: expected an integer ≥ 1, got ${count}.`))
})
