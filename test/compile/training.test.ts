// Training compiled: every optimizer, schedule, layer and loss comes to the state that it comes to eagerly.
import { describe, expect, test } from 'vitest'
import { randint, randn, type Tensor } from 'wengert'
import * as nn from 'wengert/nn'
import * as optim from 'wengert/optim'
import { expectSameTraining, type Loss, type Model, optimizers, regression, sgd, type Training } from './same-training.ts'

describe('optimizers', () => {
  test.each(Object.entries(optimizers))('%s', (_, makeOptimizer) => {
    expectSameTraining(() => regression(makeOptimizer))
    expectSameTraining(() => regression(makeOptimizer, {}, 'large'))
  })
  test('of float64', () => {
    expectSameTraining(() => {
      const model = new nn.Linear(5, 2).double()
      const data = [randn([7, 5], { dtype: 'float64' }), randn([7, 2], { dtype: 'float64' })] as const
      return { ...regression(() => new optim.Adam(model.parameters(), 0.01)), model, batch: () => data }
    })
  })
})

const schedulers: Readonly<Record<string, (optimizer: never) => optim.LRScheduler>> = {
  StepLR: (optimizer) => new optim.StepLR(optimizer, 7),
  MultiStepLR: (optimizer) => new optim.MultiStepLR(optimizer, [5, 20], 0.5),
  ExponentialLR: (optimizer) => new optim.ExponentialLR(optimizer, 0.95),
  CosineAnnealingLR: (optimizer) => new optim.CosineAnnealingLR(optimizer, 20),
  LinearLR: (optimizer) => new optim.LinearLR(optimizer, 0.3),
  LambdaLR: (optimizer) => new optim.LambdaLR(optimizer, (epoch) => 1 / (1 + epoch)),
  OneCycleLR: (optimizer) => new optim.OneCycleLR(optimizer, 0.05, { totalSteps: 60 }),
}

describe('schedules change rates and momenta without recording again', () => {
  const names = Object.keys(optim).filter((name) => name.endsWith('LR'))
  test('all of them are here', () => {
    expect(Object.keys(schedulers).sort()).toEqual(names.sort())
  })
  test.each(Object.entries(schedulers))('%s', (_, makeScheduler) => {
    for (const makeOptimizer of [sgd, optimizers['AdamW'] as typeof sgd])
      expectSameTraining(() => {
        const training = regression(makeOptimizer)
        const scheduler = makeScheduler(training.optimizer as never)
        return { ...training, before: (step) => void (step > 0 && scheduler.step()) }
      })
  })
  test('a rate set by hand', () => {
    expectSameTraining(() => {
      const training = regression(sgd)
      const [group] = training.optimizer.paramGroups
      return {
        ...training,
        before: (step) => {
          if (group !== undefined) group.lr = step % 3 === 0 ? 0.05 : 0.02
        },
      }
    })
  })
})

/** A network around a layer, with everything before and after it trained. */
function around(layer: Model, input: readonly number[], output: readonly number[]): Training {
  const features = input.slice(1).reduce((product, size) => product * size, 1)
  const results = output.reduce((product, size) => product * size, 1)
  const model = new nn.Sequential(
    new nn.Linear(5, features),
    new nn.Unflatten(1, input.slice(1)),
    layer,
    new nn.Flatten(),
    new nn.Linear(results, 2),
  ) as Model
  const batches = Array.from({ length: 3 }, () => [randn([input[0] as number, 5]), randn([input[0] as number, 2])] as const)
  return {
    ...regression(sgd),
    model,
    optimizer: new optim.SGD(model.parameters(), 0.02),
    batch: (step) => batches[step % 3] as (typeof batches)[number],
  }
}

const vectors =
  (layer: () => Model, results = 12) =>
  () =>
    around(layer(), [6, 12], [results])
const sequences = (layer: () => Model, channels: number, length: number) => () => around(layer(), [4, 3, 9], [channels, length])
const images = (layer: () => Model, channels: number, size: number) => () => around(layer(), [4, 3, 8, 8], [channels, size, size])

const layers: Readonly<Record<string, () => Training>> = {
  ReLU: vectors(() => new nn.ReLU()),
  ReLU6: vectors(() => new nn.ReLU6()),
  Sigmoid: vectors(() => new nn.Sigmoid()),
  Tanh: vectors(() => new nn.Tanh()),
  SELU: vectors(() => new nn.SELU()),
  SiLU: vectors(() => new nn.SiLU()),
  Mish: vectors(() => new nn.Mish()),
  Hardswish: vectors(() => new nn.Hardswish()),
  Hardsigmoid: vectors(() => new nn.Hardsigmoid()),
  LogSigmoid: vectors(() => new nn.LogSigmoid()),
  Softsign: vectors(() => new nn.Softsign()),
  Tanhshrink: vectors(() => new nn.Tanhshrink()),
  LeakyReLU: vectors(() => new nn.LeakyReLU(0.1)),
  ELU: vectors(() => new nn.ELU()),
  CELU: vectors(() => new nn.CELU(0.5)),
  Softshrink: vectors(() => new nn.Softshrink(0.1)),
  Hardshrink: vectors(() => new nn.Hardshrink(0.1)),
  GELU: vectors(() => new nn.GELU()),
  'GELU by tanh': vectors(() => new nn.GELU({ approximate: 'tanh' })),
  Softplus: vectors(() => new nn.Softplus()),
  Hardtanh: vectors(() => new nn.Hardtanh()),
  Threshold: vectors(() => new nn.Threshold(0.1, 0.5)),
  PReLU: vectors(() => new nn.PReLU(12)),
  GLU: vectors(() => new nn.GLU(), 6),
  Softmax: vectors(() => new nn.Softmax(1)),
  LogSoftmax: vectors(() => new nn.LogSoftmax(1)),
  Softmin: vectors(() => new nn.Softmin(1)),
  Identity: vectors(() => new nn.Identity()),
  Linear: vectors(() => new nn.Linear(12, 7), 7),
  Dropout: vectors(() => new nn.Dropout(0.3)),
  LayerNorm: vectors(() => new nn.LayerNorm(12)),
  'LayerNorm over two dims': sequences(() => new nn.LayerNorm([3, 9]), 3, 9),
  BatchNorm1d: vectors(() => new nn.BatchNorm1d(12)),
  'BatchNorm1d with the average of all batches': vectors(() => new nn.BatchNorm1d(12, { momentum: null })),
  'BatchNorm1d without statistics': vectors(() => new nn.BatchNorm1d(12, { trackRunningStats: false })),
  'BatchNorm1d over sequences': sequences(() => new nn.BatchNorm1d(3, { affine: false }), 3, 9),
  BatchNorm2d: images(() => new nn.BatchNorm2d(3), 3, 8),
  Conv1d: sequences(() => new nn.Conv1d(3, 4, 3, { padding: 1 }), 4, 9),
  Conv2d: images(() => new nn.Conv2d(3, 5, 3, { stride: 2 }), 5, 3),
  MaxPool1d: sequences(() => new nn.MaxPool1d(3), 3, 3),
  MaxPool2d: images(() => new nn.MaxPool2d(2), 3, 4),
  AvgPool1d: sequences(() => new nn.AvgPool1d(3), 3, 3),
  AvgPool2d: images(() => new nn.AvgPool2d(2), 3, 4),
  AdaptiveAvgPool1d: sequences(() => new nn.AdaptiveAvgPool1d(3), 3, 3),
  AdaptiveAvgPool2d: images(() => new nn.AdaptiveAvgPool2d(2), 3, 2),
  Embedding: () => {
    const model = new nn.Sequential(new nn.Embedding(20, 6, { paddingIdx: 3 }), new nn.Flatten(), new nn.Linear(24, 2)) as Model
    const batches = Array.from({ length: 3 }, () => [randint(0, 20, [5, 4]), randn([5, 2])] as const)
    return { ...regression(sgd), model, optimizer: sgd(model), batch: (step) => batches[step % 3] as (typeof batches)[number] }
  },
}

/** Modules that are no layers of a network like the others, or are part of every network here. */
const otherModules = new Set(['Module', 'Sequential', 'ModuleList', 'Flatten', 'Unflatten'])

describe('layers', () => {
  test('all of them are here', () => {
    const names = Object.entries(nn).flatMap(([name, value]) =>
      typeof value === 'function' && (value === nn.Module || value.prototype instanceof nn.Module) && !name.endsWith('Loss') ? [name] : [],
    )
    const here = new Set([...Object.keys(layers), ...otherModules])
    expect(names.filter((name) => !here.has(name))).toEqual([])
  })
  test.each(Object.entries(layers))('%s', (_, make) => {
    expectSameTraining(make)
  })
  test.each(['Dropout', 'BatchNorm1d', 'BatchNorm1d with the average of all batches', 'BatchNorm2d'])(
    '%s, trained and evaluated by turns',
    (name) => {
      expectSameTraining(() => {
        const training = (layers[name] as () => Training)()
        return { ...training, before: (step) => void training.model.train({ mode: step % 10 < 7 }), recordings: 2 }
      })
    },
  )
})

const positive = (output: Tensor): Tensor => output.sigmoid().mul(0.98).add(0.01)
const classes = (target: Tensor): Tensor => target.at('...', 0).gt(0).to('int32')
const signs = (target: Tensor): Tensor => target.sign()

const losses: Readonly<Record<string, () => Loss>> = {
  MSELoss: () => (output, target) => new nn.MSELoss().forward(output, target),
  L1Loss: () => (output, target) => new nn.L1Loss().forward(output, target),
  SmoothL1Loss: () => (output, target) => new nn.SmoothL1Loss().forward(output, target),
  HuberLoss: () => (output, target) => new nn.HuberLoss({ delta: 0.5 }).forward(output, target),
  BCELoss: () => (output, target) => new nn.BCELoss().forward(positive(output), positive(target)),
  BCEWithLogitsLoss: () => (output, target) => new nn.BCEWithLogitsLoss().forward(output, positive(target)),
  NLLLoss: () => (output, target) => new nn.NLLLoss().forward(output.logSoftmax(1), classes(target)),
  CrossEntropyLoss: () => (output, target) => new nn.CrossEntropyLoss().forward(output, classes(target)),
  'CrossEntropyLoss of probabilities': () => (output, target) =>
    new nn.CrossEntropyLoss({ labelSmoothing: 0.1 }).forward(output, target.softmax(1)),
  KLDivLoss: () => (output, target) => new nn.KLDivLoss({ reduction: 'batchmean' }).forward(output.logSoftmax(1), target.softmax(1)),
  MarginRankingLoss: () => (output, target) => new nn.MarginRankingLoss({ margin: 5 }).forward(output, output.mul(0.5), signs(target)),
  HingeEmbeddingLoss: () => (output, target) => new nn.HingeEmbeddingLoss({ margin: 9 }).forward(output.abs().add(1), signs(target)),
  SoftMarginLoss: () => (output, target) => new nn.SoftMarginLoss().forward(output, signs(target)),
  CosineEmbeddingLoss: () => (output, target) => new nn.CosineEmbeddingLoss().forward(output, target, classes(target).mul(2).sub(1)),
}

describe('losses', () => {
  test('all of them are here', () => {
    const names = Object.keys(nn).filter((name) => name.endsWith('Loss'))
    expect(names.filter((name) => !(name in losses))).toEqual([])
  })
  test.each(Object.entries(losses))('%s', (_, makeLoss) => {
    expectSameTraining(() => regression(sgd, { loss: makeLoss() }))
    expectSameTraining(() => regression(sgd, { loss: makeLoss() }, 'large'))
  })
})
