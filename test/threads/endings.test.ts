// Workers that end: before they have started, between launches, in the middle of one. The library goes on with fewer.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { launch } from '../../src/backends/wasm/launch.ts'
import { begin, destination } from '../../src/backends/wasm/operands.ts'
import { chunksOfWorkers, readyWorkers } from '../../src/backends/wasm/threads/pool.ts'
import { DeviceError, getNumThreads, setNumThreads, zeros } from '../../src/index.ts'
import { endsInAChunk, until, withWorkers } from './ending-workers.ts'
import { Area, counting, lasting, MUCH, startWorkers } from './test-kernels.ts'

let warnings: string[] = []
beforeEach(() => {
  warnings = []
  vi.spyOn(process, 'emitWarning').mockImplementation(((text: string) => void warnings.push(text)) as typeof process.emitWarning)
})
afterEach(async () => {
  for (const worker of readyWorkers()) worker.terminate()
  await until(() => readyWorkers().length === 0)
  vi.restoreAllMocks()
})

const kernel = counting(3, 1)
/** Whether launches come out right. */
function computes(): boolean {
  const area = new Area(64)
  for (let i = 0; i < 20; i++) launch(kernel, [area.address], area.length, MUCH)
  return area.holds((task) => 20 * (3 * task + 1))
}

test('a worker that ends between launches: a warning, fewer threads, right results; setNumThreads starts another', async () => {
  setNumThreads(3)
  startWorkers(2)
  readyWorkers()[0]!.terminate()
  expect(computes()).toBe(true)
  await until(() => warnings.length > 0)
  expect(warnings).toEqual([
    'A worker thread of wengert ended (exit code 1); it computes with fewer threads from now on. setNumThreads(n) tries again.',
  ])
  expect(getNumThreads()).toBe(2)
  expect(computes()).toBe(true)
  readyWorkers()[0]!.terminate()
  await until(() => getNumThreads() === 1)
  expect(warnings).toHaveLength(1)
  expect(computes()).toBe(true)
  expect(readyWorkers()).toHaveLength(0)
  setNumThreads(3)
  startWorkers(2)
  expect(computes()).toBe(true)
})

test('a worker that is terminated just before a launch, or as it begins', async () => {
  for (let i = 0; i < 20; i++) {
    setNumThreads(2)
    startWorkers(1)
    const area = new Area(16)
    const circles = lasting()
    launch(circles, [area.address, 1], 16, MUCH)
    readyWorkers()[0]!.terminate()
    const start = performance.now()
    try {
      launch(circles, [area.address, 20_000], 16, MUCH * 10)
      expect(area.holds(() => 2)).toBe(true)
    } catch (error) {
      expect(error).toBeInstanceOf(DeviceError)
    }
    expect(performance.now() - start).toBeLessThan(5000)
    expect(computes()).toBe(true)
    await until(() => readyWorkers().length === 0)
  }
})

/** As many tasks as only the launch has that a worker is to end in. */
const FATAL = 61

test('a worker that ends in mid-kernel: an error within 5 s that says what is lost, then fewer threads', async () => {
  withWorkers(endsInAChunk(FATAL))
  setNumThreads(2)
  startWorkers(1)
  const output = zeros([20, 500])
  const start = performance.now()
  const circles = lasting()
  const run = () => {
    while (performance.now() - start < 5000) {
      begin()
      launch(circles, [destination(output), 20_000], FATAL, MUCH * 10)
    }
  }
  expect(run).toThrow(
    new DeviceError(
      'lasting: a worker thread ended in the middle of it; the contents of a float32 tensor of shape [20, 500] are lost. Compute them again; fewer threads go on.',
    ),
  )
  expect(performance.now() - start).toBeLessThan(5000)
  expect(getNumThreads()).toBe(1)
  expect(computes()).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(warnings).toEqual([])
  vi.mocked(process.getBuiltinModule).mockRestore()
  setNumThreads(2)
  startWorkers(1)
  expect(computes()).toBe(true)
})

test('the same where nobody sees that a worker has ended, only its silence', () => {
  withWorkers(endsInAChunk(FATAL))
  setNumThreads(2)
  startWorkers(1)
  begin()
  vi.spyOn(readyWorkers()[0]!, 'hasEnded').mockReturnValue(null)
  const area = new Area(64)
  const start = performance.now()
  expect(() => {
    while (performance.now() - start < 10_000) launch(kernel, [area.address], FATAL, MUCH)
  }).toThrow('counting by 3: a worker thread ended in the middle of it; what it was to write is lost.')
  expect(performance.now() - start).toBeLessThan(5000)
  expect(computes()).toBe(true)
})

test('a worker that is slow is waited for', () => {
  withWorkers(
    (source) => `
  const { add } = Atomics
  Atomics.add = (...operands) => {
    const chunk = add(...operands)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
    return chunk
  }
  ${source}`,
  )
  setNumThreads(2)
  startWorkers(1)
  const area = new Area(64)
  const circles = lasting()
  for (let i = 0; i < 4; i++) launch(circles, [area.address, 20_000], 64, MUCH * 10)
  expect(chunksOfWorkers()).toBeGreaterThan(0)
  expect(area.holds(() => 4)).toBe(true)
})

test.each([
  ['whose program fails', (source: string) => `throw new Error('no'); ${source}`, /could not start \(Error: no\)/],
  ['that leaves at once', () => 'process.exit(5)', /could not start \(exit code 5\)/],
])('a worker %s: a warning, fewer threads', async (_, makeSource, expected) => {
  withWorkers(makeSource)
  setNumThreads(3)
  expect(computes()).toBe(true)
  await until(() => getNumThreads() === 1)
  expect(warnings).toEqual([expect.stringMatching(expected)])
  expect(computes()).toBe(true)
})

test('an engine that refuses workers: a warning, one thread', () => {
  withWorkers(() => {
    throw new Error('ERR_ACCESS_DENIED')
  })
  setNumThreads(4)
  expect(computes()).toBe(true)
  expect(getNumThreads()).toBe(1)
  expect(warnings).toEqual([expect.stringMatching(/could not start \(Error: ERR_ACCESS_DENIED\)/)])
  expect(computes()).toBe(true)
  expect(warnings).toHaveLength(1)
})

test('a worker that cannot compile kernels: a warning, fewer threads', () => {
  withWorkers((source) => `WebAssembly.Module = class { constructor() { throw new Error('not here') } }; ${source}`)
  setNumThreads(2)
  startWorkers(1)
  for (let i = 0; i < 1000 && getNumThreads() > 1; i++) expect(computes()).toBe(true)
  expect(getNumThreads()).toBe(1)
  expect(warnings).toEqual([expect.stringMatching(/not here/)])
  expect(computes()).toBe(true)
})
