// A LeNet and an MLP follow PyTorch's losses from identical weights and batches.
// The numbers come from the formulas of scripts/fixtures/training.py.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fromTypedArray, noGrad, type Tensor } from 'wengert'
import * as nn from 'wengert/nn'
import * as F from 'wengert/nn/functional'
import * as optim from 'wengert/optim'
import { drawUnits, sizeOf } from '../records/values.ts'

type Case = 'lenet-sgd' | 'lenet-adam' | 'mlp-sgd' | 'mlp-adam'
const expected = JSON.parse(readFileSync(new URL('../fixtures/training.json', import.meta.url), 'utf8')) as Record<Case, number[]>

function draw(seed: number, size: number): Float64Array {
  const units = drawUnits(seed)
  const drawn = new Float64Array(size)
  for (let i = 0; i < size; i++) drawn[i] = units.next().value
  return drawn
}

/** Parameter number i is uniform in ±1/√fan-in of its layer, drawn with seed i + 1. */
function initialise(model: nn.Module): void {
  let bound = 0
  noGrad(() => {
    ;[...model.parameters()].forEach((parameter, i) => {
      const shape = [...parameter.shape] as number[]
      if (shape.length > 1) bound = 1 / Math.sqrt(sizeOf(shape.slice(1)))
      parameter.copy_(
        fromTypedArray(
          Float32Array.from(draw(i + 1, sizeOf(shape)), (unit) => unit * bound),
          shape,
        ),
      )
    })
  })
}

const pixels = 784
const templates = Array.from({ length: 10 }, (_, digit) => draw(500 + digit, pixels))

/** Noisy copies of ten random pictures. */
function batch(step: number, shape: readonly number[]): { x: Tensor; y: Tensor } {
  const size = shape[0] as number
  const labels = Int32Array.from(draw(10_000 + step, size), (unit) => (unit + 1) * 5)
  const noise = draw(20_000 + step, size * pixels)
  const x = Float32Array.from(
    noise,
    (unit, i) => ((templates[labels[Math.floor(i / pixels)] as number] as Float64Array)[i % pixels] as number) + unit * 0.5,
  )
  return { x: fromTypedArray(x, [...shape]), y: fromTypedArray(labels) }
}

const lenet = () =>
  new nn.Sequential(
    new nn.Conv2d(1, 6, 5, { padding: 2 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(6, 16, 5),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(400, 120),
    new nn.ReLU(),
    new nn.Linear(120, 84),
    new nn.ReLU(),
    new nn.Linear(84, 10),
  ) as nn.Module & { forward(x: Tensor): Tensor }

const mlp = () =>
  new nn.Sequential(new nn.Linear(784, 64), new nn.ReLU(), new nn.Linear(64, 10)) as nn.Module & { forward(x: Tensor): Tensor }

function losses(model: nn.Module & { forward(x: Tensor): Tensor }, optimizer: optim.Optimizer, shape: readonly number[]): number[] {
  return Array.from({ length: 100 }, (_, step) => {
    const { x, y } = batch(step, shape)
    optimizer.zeroGrad()
    const loss = F.crossEntropy(model.forward(x), y)
    loss.backward()
    optimizer.step()
    return loss.item() as number
  })
}

const sgd = (model: nn.Module, lr: number) => new optim.SGD(model.parameters(), { lr, momentum: 0.9 })
const adam = (model: nn.Module) => new optim.Adam(model.parameters(), { lr: 1e-3 })

const cases = {
  'lenet-sgd': { build: lenet, optimizer: (model) => sgd(model, 0.02), shape: [8, 1, 28, 28] },
  'lenet-adam': { build: lenet, optimizer: adam, shape: [8, 1, 28, 28] },
  'mlp-sgd': { build: mlp, optimizer: (model) => sgd(model, 0.01), shape: [16, 784] },
  'mlp-adam': { build: mlp, optimizer: adam, shape: [16, 784] },
} satisfies Record<Case, { build: typeof mlp; optimizer: (model: nn.Module) => optim.Optimizer; shape: readonly number[] }>

for (const [name, { build, optimizer, shape }] of Object.entries(cases)) {
  test(`${name} trains as in PyTorch`, () => {
    const model = build()
    initialise(model)
    const actual = losses(model, optimizer(model), shape)
    const wanted = expected[name as Case]
    const errors = actual.map((loss, step) => Math.abs(loss / (wanted[step] as number) - 1))
    expect(Math.max(...errors.slice(0, 10)), 'first ten steps').toBeLessThan(1e-4)
    expect(errors[99], 'step 100').toBeLessThan(1e-2)
  })
}
