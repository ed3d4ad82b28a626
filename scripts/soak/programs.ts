// What the soak test runs: training in which nothing is ever disposed of. Each program says in one figure whether memory stayed bounded.
import { setImmediate } from 'node:timers/promises'
import { compile, manualSeed, memory, nn, optim, randint, randn, type Tensor } from 'wengert'
import * as F from 'wengert/nn/functional'
import { networks, type Training, trainingStep } from '../../bench/networks.ts'

/** What a program found out. */
export interface Finding {
  /** Words with figures and units. */
  readonly figure: string
  readonly passed: boolean
}

const MB = 2 ** 20
const megabytes = (bytes: number): string => `${Math.round(bytes / MB)} MB`

/** What the process needs now besides the heap, with nothing left to collect. */
function footprint(): { readonly apart: number; readonly javascript: number } {
  memory.collect()
  const { rss, heapUsed } = process.memoryUsage()
  return { apart: rss - memory.stats().pooled, javascript: heapUsed }
}

function perceptron(): () => Tensor {
  manualSeed(0)
  const model = new nn.Sequential(new nn.Linear(32, 64), new nn.Tanh(), new nn.Linear(64, 10))
  const x = randn([64, 32])
  const targets = randint(0, 10, [64])
  const training: Training = {
    model,
    optimizer: new optim.Adam(model.parameters(), { lr: 1e-3 }),
    x,
    loss: (output) => F.crossEntropy(output, targets),
  }
  return trainingStep(training)
}

/** Growth between a tenth of the steps and all of them, which may be what an engine's own tables take, and no more. */
function grownBy(early: ReturnType<typeof footprint>, steps: number, start: number, loss: number): Finding {
  const late = footprint()
  const { pooled, collections, fullCollections, collectionTime } = memory.stats()
  const seconds = (performance.now() - start) / 1000
  const growth = Math.max(late.apart - early.apart, late.javascript - early.javascript)
  return {
    figure: `${steps} steps in ${seconds.toFixed(0)} s, heap ${megabytes(pooled)}, JavaScript ${megabytes(late.javascript)}, RSS ${megabytes(late.apart + pooled)}, growth without the heap ${megabytes(growth)} after a tenth, ${collections} collections (${fullCollections} full) of ${(collectionTime / collections).toFixed(1)} ms, loss ${loss.toFixed(4)}`,
    passed: growth < 48 * MB && pooled <= 1024 * MB && loss < 0.5,
  }
}

function synchronous(steps: number): Finding {
  const step = perceptron()
  const start = performance.now()
  let early = footprint()
  let loss = 0
  for (let i = 0; i < steps; i++) {
    if (i === steps / 10) early = footprint()
    loss = step().item()
  }
  return grownBy(early, steps, start, loss)
}

async function asynchronous(steps: number): Promise<Finding> {
  const step = perceptron()
  const start = performance.now()
  let early = footprint()
  let loss = 0
  for (let i = 0; i < steps; i++) {
    if (i === steps / 10) early = footprint()
    const value = await Promise.resolve().then(step)
    loss = value.item()
    if (i % 100 === 0) await setImmediate()
  }
  return grownBy(early, steps, start, loss)
}

/** A compiled step leaves nothing behind: the heap and the process are as large as they were when the plan had settled. */
function compiled(steps: number, settled: number): Finding {
  const step = compile(perceptron())
  const start = performance.now()
  const levels = (): readonly [heap: number, process: number] => {
    memory.collect()
    return [memory.stats().used, process.memoryUsage().rss]
  }
  let early = levels()
  let loss = 0
  for (let i = 0; i < steps; i++) {
    if (i === settled) early = levels()
    loss = step().item()
  }
  const late = levels()
  const growth = late.map((level, i) => level / (early[i] as number) - 1)
  return {
    figure: `${steps} steps in ${((performance.now() - start) / 1000).toFixed(0)} s, heap ${(late[0] / 1024).toFixed(0)} KB in use, RSS ${megabytes(late[1])}, growth since step ${settled}: ${growth.map((share) => `${(100 * share).toFixed(1)} %`).join(' and ')}, ${step.plans} plan, loss ${loss.toFixed(4)}`,
    passed: growth.every((share) => share <= 0.02) && step.plans === 1 && loss < 0.5,
  }
}

/** Losses of the first steps, in a heap that is large enough for all of them. */
function firstLosses(name: keyof typeof networks, steps: number): number[] {
  manualSeed(0)
  const step = trainingStep(networks[name]())
  return Array.from({ length: steps }, () => step().item())
}

/** Trains in a small heap until its memory has been used that many times; the first losses are those of a large heap. */
function recycled(name: keyof typeof networks, limit: number, times: number): Finding {
  const expected = firstLosses(name, 10)
  memory.configure({ limit })
  memory.collect()
  const before = memory.stats()
  manualSeed(0)
  const step = trainingStep(networks[name]())
  const start = performance.now()
  const losses: number[] = []
  const rounds = (): number => (memory.stats().handedOut - before.handedOut) / limit
  while (rounds() < times) losses.push(step().item())
  const { refusals, used } = memory.stats()
  const same = expected.every((loss, i) => Object.is(loss, losses[i]))
  const refused = refusals - before.refusals
  const collections = memory.stats().collections - before.collections
  const milliseconds = (performance.now() - start) / losses.length
  return {
    figure: `${losses.length} steps of ${milliseconds.toFixed(1)} ms, memory used ${rounds().toFixed(0)} times, ${collections} collections, ${megabytes(used)} in use, ${refused} typed arrays, first losses ${same ? 'equal' : 'DIFFERENT'}, last ${losses.at(-1)?.toFixed(4)}`,
    passed: same && refused === 0 && losses.every(Number.isFinite),
  }
}

/** The share of time that collecting takes when the engine has much else to look at. */
function collectingShare(name: keyof typeof networks, limit: number, live: number, seconds: number): Finding {
  const ballast: { readonly number: number; readonly text: string }[] = []
  const { heapUsed } = process.memoryUsage()
  while (process.memoryUsage().heapUsed - heapUsed < live)
    for (let i = 0; i < 10_000; i++) ballast.push({ number: i + 0.5, text: `object ${ballast.length}` })
  memory.configure({ limit })
  const step = trainingStep(networks[name]())
  for (let i = 0; i < 20; i++) step()
  const start = performance.now()
  const before = memory.stats()
  let steps = 0
  for (; performance.now() - start < 1000 * seconds; steps++) step()
  const elapsed = performance.now() - start
  const { collections, fullCollections, collectionTime, softLimit } = memory.stats()
  const share = (collectionTime - before.collectionTime) / elapsed
  return {
    figure: `${(100 * share).toFixed(1)} % of ${(elapsed / steps).toFixed(1)} ms a step, ${collections - before.collections} collections (${fullCollections - before.fullCollections} full) of ${((collectionTime - before.collectionTime) / Math.max(1, collections - before.collections)).toFixed(0)} ms, soft limit ${megabytes(softLimit)}, ${ballast.length} live objects`,
    passed: share <= 0.1,
  }
}

/** By the names of their lines. */
export const programs: Readonly<Record<string, () => Finding | Promise<Finding>>> = {
  'MLP, synchronous': () => synchronous(100_000),
  'MLP, asynchronous': () => asynchronous(100_000),
  'MLP, compiled': () => compiled(100_000, 5000),
  'CNN in 128 MB': () => recycled('CNN 3×32×32, Adam', 128 * MB, 200),
  'GPT in 128 MB': () => recycled('char GPT, AdamW', 128 * MB, 200),
  'collecting, CNN': () => collectingShare('CNN 3×32×32, Adam', 512 * MB, 50 * MB, 20),
  'collecting, GPT': () => collectingShare('char GPT, AdamW', 512 * MB, 50 * MB, 20),
}
