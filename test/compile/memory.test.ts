// Memory of plans: how many there are at most, when it goes back, and what becomes of it when a worker ends in the middle of a step.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { compile, DeviceError, memory, ones, randn, setNumThreads, type Tensor } from 'wengert'
import * as nn from 'wengert/nn'
import * as F from 'wengert/nn/functional'
import * as optim from 'wengert/optim'
import { setLaunchObserver } from '../../src/backends/wasm/launch.ts'
import { readyWorkers } from '../../src/backends/wasm/threads/pool.ts'
import { endsInAChunk, until, withWorkers } from '../threads/ending-workers.ts'
import { MUCH, startWorkers } from '../threads/test-kernels.ts'

/** Bytes in use when everything has gone back that nobody can reach. */
function used(): number {
  for (let i = 0; i < 3; i++) memory.collect()
  return memory.stats().used
}

/** Lets go of everything that only finished calls hold. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

const MEGABYTE = 2 ** 20
const BATCH = 1024

function training(): (x: Tensor, y: Tensor) => Tensor {
  const model = new nn.Sequential(new nn.Linear(32, 256), new nn.Tanh(), new nn.Linear(256, 8))
  const optimizer = new optim.Adam(model.parameters(), 1e-3)
  return (x, y) => {
    optimizer.zeroGrad()
    const loss = F.mseLoss(model.forward(x), y)
    loss.backward()
    optimizer.step()
    return loss
  }
}

test('there are at most as many plans as there may be, and the least lately used goes first', () => {
  let recorded = 0
  const run = (x: Tensor): Tensor => {
    recorded++
    return x.mul(2)
  }
  const step = compile(run, { maxPlans: 3 })
  const call = (size: number): unknown => step(ones([size])).toArray()
  for (let size = 1; size < 9; size++) {
    expect(call(size)).toEqual(Array(size).fill(2))
    expect(step.plans).toBe(Math.min(size, 3))
  }
  call(6)
  expect(recorded).toBe(8)
  call(9)
  call(6)
  expect(recorded).toBe(9)
  call(7)
  expect(recorded).toBe(10)
  for (let size = 1; size < 30; size++) compile(run)(ones([size]))
  const usual = compile(run)
  for (let size = 1; size < 30; size++) usual(ones([size]))
  expect(usual.plans).toBe(8)
})

test('batches of all sizes do not fill the heap', async () => {
  const step = compile(training(), { maxPlans: 2 })
  const run = async (from: number, to: number): Promise<number> => {
    for (let size = from; size < to; size += 7) step(randn([size, 32]), randn([size, 8]))
    await settle()
    return used()
  }
  const before = await run(BATCH, BATCH + 70)
  const after = await run(BATCH, BATCH + 350)
  expect(after - before).toBeLessThan(3 * MEGABYTE)
  expect(step.plans).toBe(2)
})

test('memory goes back with dispose(), and when nobody can reach the function', async () => {
  const make = async (): Promise<ReturnType<typeof compile<ReturnType<typeof training>>>> => {
    const step = compile(training())
    step(randn([4 * BATCH, 32]), randn([4 * BATCH, 8]))
    await settle()
    return step
  }
  const warm = await make() // kernels, tables
  warm.dispose()
  await settle()
  const before = used()
  let step: Awaited<ReturnType<typeof make>> | null = await make()
  expect(used() - before).toBeGreaterThan(4 * MEGABYTE)
  step.dispose()
  await settle()
  expect(used() - before).toBeLessThan(MEGABYTE)
  step(randn([4 * BATCH, 32]), randn([4 * BATCH, 8]))
  await settle()
  expect(used() - before).toBeGreaterThan(4 * MEGABYTE)
  step = null
  await settle()
  expect(used() - before).toBeLessThan(MEGABYTE)
})

test('a plan does not hold what it was given, nor what it gave', async () => {
  const step = compile((x: Tensor) => x.mul(2))
  const call = (): void => void step(ones([MEGABYTE]))
  call()
  await settle()
  const before = used()
  call()
  await settle()
  expect(used() - before).toBeLessThan(MEGABYTE)
  step.dispose()
  await settle()
  expect(before - used()).toBeLessThan(MEGABYTE)
})

let warnings: string[] = []
beforeEach(() => {
  warnings = []
  vi.spyOn(process, 'emitWarning').mockImplementation(((text: string) => void warnings.push(text)) as typeof process.emitWarning)
})
afterEach(async () => {
  for (const worker of readyWorkers()) worker.terminate()
  await until(() => readyWorkers().length === 0)
  vi.restoreAllMocks()
  setNumThreads(1)
})

/** From now on there is a worker, which ends in the middle of the largest launch of a run. */
function letWorkerEndIn(run: () => void): void {
  let fatal = 0
  setLaunchObserver({
    launching: (_kernel, tasks, work, start) => {
      fatal = Math.max(fatal, tasks)
      start(work)
    },
  })
  run()
  expect(fatal).toBeGreaterThan(8)
  withWorkers(endsInAChunk(fatal))
  setNumThreads(2)
  startWorkers(1)
  setLaunchObserver({ launching: (_kernel, _tasks, work, start) => start(Math.max(work, 10 * MUCH)) })
}

test('a worker that ends in the middle of a step: an error within 5 s that says what is lost, and everything can be used', async () => {
  const weight = ones([300, 1000])
  const step = compile((x: Tensor) => {
    weight.mul_(0.5)
    weight.add_(x.exp().sin())
    return weight.sum(1).add(x.at('...', 0))
  })
  const x = randn([300, 1000])
  step(x)
  letWorkerEndIn(() => step(x))
  try {
    const begun = performance.now()
    expect(() => {
      while (performance.now() - begun < 5000) step(x)
    }).toThrow(DeviceError)
    expect(performance.now() - begun).toBeLessThan(5000)
  } finally {
    setLaunchObserver(null)
  }
  vi.mocked(process.getBuiltinModule).mockRestore()
  weight.fill_(1)
  const wanted = weight.mul(0.5).add(x.exp().sin())
  expect(step(x).allclose(wanted.sum(1).add(x.at('...', 0)), 1e-4)).toBe(true)
  expect(weight.allclose(wanted)).toBe(true)
  setNumThreads(2)
  startWorkers(1)
  weight.fill_(1)
  expect(step(x).allclose(wanted.sum(1).add(x.at('...', 0)), 1e-4)).toBe(true)
})

test('the error of such an end names what the step changes', async () => {
  const weight = ones([300, 1000])
  const bias = ones([1000])
  const step = compile((x: Tensor) => {
    weight.add_(x.exp())
    bias.add_(x.sum(0))
    return x.sum()
  })
  const x = randn([300, 1000])
  step(x)
  letWorkerEndIn(() => step(x))
  try {
    const begun = performance.now()
    expect(() => {
      while (performance.now() - begun < 5000) step(x)
    }).toThrow(
      /: a worker thread ended in the middle of a compiled step; the contents of its results and of a float32 tensor of shape \[300, 1000\], a float32 tensor of shape \[1000\], which it changes, are lost\. Restore them, and go on with fewer threads\.$/,
    )
  } finally {
    setLaunchObserver(null)
  }
})
