// The same seed gives the same bits, over repeated runs and on one, two and four threads, also when better kernels come while it runs.
import { expect, test } from 'vitest'
import { compile, manualSeed, randint, randn, type Tensor } from 'wengert'
import * as nn from 'wengert/nn'
import * as F from 'wengert/nn/functional'
import * as optim from 'wengert/optim'
import { eachThreadCount, sharedLaunches } from '../programs/threads.ts'

const RUNS = 20

/** Losses and parameters after some steps, as the words that they are made of. */
function train(makeModel: () => nn.Module & { forward(x: Tensor): Tensor }, shape: readonly number[], steps: number): string {
  manualSeed(7)
  const model = makeModel()
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-2 })
  const [x, y] = [randn([...shape]), randint(0, 10, [shape[0] as number])]
  const step = compile((inputs: Tensor, targets: Tensor) => {
    optimizer.zeroGrad()
    const loss = F.crossEntropy(model.forward(inputs), targets)
    loss.backward()
    nn.utils.clipGradNorm_(model.parameters(), 1)
    optimizer.step()
    return loss
  })
  const losses: number[] = []
  for (let i = 0; i < steps; i++) losses.push(step(x, y).item())
  expect(step.plans).toBe(1)
  // FNV-1a over every bit
  let hash = 0x811c9dc5
  for (const tensor of [...model.parameters(), ...model.buffers()])
    for (const word of new Uint32Array((tensor.detach().toTypedArray() as Float32Array).buffer)) hash = Math.imul(hash ^ word, 0x01000193)
  return `${losses.join(' ')} ${hash >>> 0}`
}

const perceptron = () =>
  new nn.Sequential(new nn.Linear(100, 64), new nn.GELU(), new nn.LayerNorm(64), new nn.Dropout(0.25), new nn.Linear(64, 10))
const convolutional = () =>
  new nn.Sequential(
    new nn.Conv2d(3, 16, 3, { padding: 1 }),
    new nn.BatchNorm2d(16),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Dropout(0.25),
    new nn.Conv2d(16, 8, 3, { stride: 2 }),
    new nn.Flatten(),
    new nn.Linear(8 * 3 * 3, 10),
  )

const cases = [
  ['perceptron', perceptron, [128, 100], 5, RUNS],
  ['convolutional network', convolutional, [8, 3, 16, 16], 2, RUNS],
  ['perceptron, for long', perceptron, [128, 100], 140, 1],
] as const

test.each(cases)('%s: the same bits in every run and on any number of threads', (_, makeModel, shape, steps, runs) => {
  let first: string | null = null
  eachThreadCount(
    (threads) => {
      for (let run = 0; run < runs; run++) {
        const result = train(makeModel, shape, steps)
        first ??= result
        expect(result, `run ${run} on ${threads} threads`).toBe(first)
      }
    },
    [1, 2, 4],
  )
  expect(sharedLaunches).toBeGreaterThan(100)
})
