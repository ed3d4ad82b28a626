// Training compiled: every optimizer, schedule, layer and loss comes to the state that it comes to eagerly, whatever is changed in between.
// Activations are smooth or stay away from their kinks, and rates are small, so that rounding stays rounding: a fused step may add in another order.
import { describe, expect, test } from 'vitest'
import { compile, defaultGenerator, manualSeed, ones, rand, randint, randn, type Tensor } from 'wengert'
import * as nn from 'wengert/nn'
import * as optim from 'wengert/optim'

type Model = nn.Module & { forward(x: Tensor): Tensor }
type Loss = (output: Tensor, target: Tensor) => Tensor
type Optimizer = optim.Optimizer<{ lr: number }>

interface Training {
  readonly model: Model
  readonly optimizer: Optimizer
  readonly loss: Loss
  /** The batch of a step. */
  readonly batch: (step: number) => readonly [input: Tensor, target: Tensor]
  /** What a step is; left out, the usual one. */
  readonly step?: (input: Tensor, target: Tensor) => Tensor
  /** What happens before a step, outside. */
  readonly before?: (step: number) => void
  /** How often it may be recorded: left out, once. */
  readonly recordings?: number
}

const STEPS = 50

interface Outcome {
  readonly losses: readonly number[]
  readonly state: Readonly<Record<string, Tensor>>
  readonly recorded: number
}

function usualStep({ model, optimizer, loss }: Training): (input: Tensor, target: Tensor) => Tensor {
  return (input, target) => {
    optimizer.zeroGrad()
    const value = loss(model.forward(input), target)
    value.backward()
    optimizer.step()
    return value
  }
}

/** Every tensor that training leaves behind. */
function stateOf({ model, optimizer }: Training): Record<string, Tensor> {
  const state: Record<string, Tensor> = { ...model.stateDict() }
  for (const [number, own] of Object.entries(optimizer.stateDict().state))
    for (const [name, tensor] of Object.entries(own)) state[`${number}.${name}`] = tensor
  model.parameters().forEach(({ grad }, i) => {
    if (grad !== null) state[`gradient ${i}`] = grad
  })
  return state
}

function train(make: () => Training, isCompiled: boolean): Outcome {
  manualSeed(11)
  const training = make()
  let recorded = 0
  const usual = training.step ?? usualStep(training)
  const counted = (input: Tensor, target: Tensor) => {
    recorded++
    return usual(input, target)
  }
  const step = isCompiled ? compile(counted) : counted
  const losses: number[] = []
  for (let i = 0; i < STEPS; i++) {
    training.before?.(i)
    losses.push(step(...training.batch(i)).item())
  }
  const stream = Object.fromEntries(defaultGenerator.getState().map((word, i) => [`stream ${i}`, rand([]).mul(0).add(word)]))
  return { losses, state: { ...stateOf(training), ...stream }, recorded }
}

/** The largest distance of two lists of numbers, in units of the largest number. */
function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [largest, most] = [1e-2, 0] // what is less is the difference of larger numbers
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i] as number))
    const apart = Math.abs((actual[i] as number) - (expected[i] as number))
    if (!(apart <= most)) most = apart
  }
  return actual.length === expected.length ? most / largest : Number.POSITIVE_INFINITY
}

const TOLERANCE = 3e-5

function expectSameTraining(make: () => Training): void {
  const expected = train(make, false)
  const actual = train(make, true)
  expect(Object.keys(actual.state)).toEqual(Object.keys(expected.state))
  expect(distance(actual.losses, expected.losses), 'losses').toBeLessThan(TOLERANCE)
  for (const [name, tensor] of Object.entries(expected.state)) {
    const own = actual.state[name] as Tensor
    expect([name, own.dtype, own.shape]).toEqual([name, tensor.dtype, tensor.shape])
    expect(distance(own.toTypedArray(), tensor.toTypedArray()), name).toBeLessThan(TOLERANCE)
  }
  expect(actual.recorded, 'recordings').toBeLessThanOrEqual(make().recordings ?? 1)
  expect(expected.losses.every(Number.isFinite)).toBe(true)
}

// Two networks: one of small tensors, one of such as live in the heap.
const sizes = { small: [8, 6, 10], large: [64, 40, 72] } as const

function regression(
  makeOptimizer: (model: nn.Module) => Optimizer,
  more: Partial<Training> = {},
  size: keyof typeof sizes = 'small',
): Training {
  const [batch, inputs, hidden] = sizes[size]
  const model = new nn.Sequential(new nn.Linear(inputs, hidden), new nn.Tanh(), new nn.Linear(hidden, 3))
  const batches = Array.from({ length: 4 }, () => [randn([batch, inputs]), randn([batch, 3])] as const)
  return {
    model,
    optimizer: makeOptimizer(model),
    loss: (output, target) => output.sub(target).square().mean(),
    batch: (step) => batches[step % batches.length] as (typeof batches)[number],
    ...more,
  }
}

const optimizers: Readonly<Record<string, (model: nn.Module) => Optimizer>> = {
  SGD: (model) => new optim.SGD(model.parameters(), 0.05),
  'SGD with momentum': (model) => new optim.SGD(model.parameters(), 0.02, { momentum: 0.9 }),
  'SGD with dampening and decay': (model) => new optim.SGD(model.parameters(), 0.02, { momentum: 0.9, dampening: 0.5, weightDecay: 0.01 }),
  'SGD with Nesterov momentum': (model) => new optim.SGD(model.parameters(), 0.02, { momentum: 0.8, nesterov: true }),
  'SGD upwards': (model) => new optim.SGD(model.parameters(), 0.001, { maximize: true }),
  Adam: (model) => new optim.Adam(model.parameters(), 0.01),
  'Adam with decay and amsgrad': (model) => new optim.Adam(model.parameters(), 0.01, { weightDecay: 0.01, amsgrad: true }),
  AdamW: (model) => new optim.AdamW(model.parameters(), 0.01, { weightDecay: 0.1, betas: [0.8, 0.95] }),
  'groups with options of their own': (model) => {
    const [weight, ...others] = model.parameters()
    return new optim.SGD(
      [
        { params: [weight as Tensor], lr: 0.01, momentum: 0.9 },
        { params: others, weightDecay: 0.1 },
      ],
      0.03,
    )
  },
}

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

const sgd = (model: nn.Module): Optimizer => new optim.SGD(model.parameters(), 0.05, { momentum: 0.5 })

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

describe('what is changed in between', () => {
  test('a last batch that is smaller', () => {
    expectSameTraining(() => {
      const training = regression(sgd)
      const rest = [randn([3, 6]), randn([3, 3])] as const
      return { ...training, batch: (step) => (step % 5 === 4 ? rest : training.batch(step)), recordings: 2 }
    })
  })

  test('parameters frozen and thawed', () => {
    expectSameTraining(() => {
      const training = regression(optimizers['SGD with momentum'] as typeof sgd)
      const [first] = training.model.children() as [nn.Module]
      // frozen, then thawed for good, then single parameters
      const before = (step: number): void => {
        if (step === 10) first.requiresGrad_({ requiresGrad: false })
        if (step === 20) first.requiresGrad_()
        if (step === 30) (first as nn.Linear).bias?.requiresGrad_({ requiresGrad: false })
        if (step === 40) (first as nn.Linear).bias?.requiresGrad_()
      }
      return { ...training, before, recordings: 4 }
    })
  })

  test('groups of parameters added later', () => {
    expectSameTraining(() => {
      const training = regression((model) => new optim.Adam([model.parameters()[0] as Tensor], 0.01))
      const before = (step: number): void => {
        if (step === 10) training.optimizer.addParamGroup({ params: training.model.parameters().slice(1), lr: 0.02 })
      }
      return { ...training, before, recordings: 3 }
    })
  })

  test('options of the optimizer', () => {
    expectSameTraining(() => {
      const training = regression((model) => new optim.AdamW(model.parameters(), 0.01, { weightDecay: 0 }))
      const [group] = training.optimizer.paramGroups as unknown as [Record<string, unknown>]
      const before = (step: number): void => {
        if (step === 10) group['weightDecay'] = 0.1
        if (step === 20) group['betas'] = [0.8, 0.9]
        if (step === 25) group['eps'] = 1e-4
        if (step === 30) group['amsgrad'] = true
        if (step === 40) group['maximize'] = true
      }
      return { ...training, before, recordings: 4 }
    })
  })

  test('states saved and loaded', () => {
    for (const name of ['SGD with momentum', 'Adam', 'Adam with decay and amsgrad'])
      expectSameTraining(() => {
        const training = regression(optimizers[name] as typeof sgd)
        const { model, optimizer } = training
        let saved: [Record<string, Tensor>, ReturnType<Optimizer['stateDict']>] | null = null
        const clone = (state: Record<string, Tensor>) =>
          Object.fromEntries(Object.entries(state).map(([key, tensor]) => [key, tensor.clone()]))
        const before = (step: number): void => {
          if (step === 10) {
            const { state, param_groups } = optimizer.stateDict()
            saved = [
              clone(model.stateDict()),
              { state: Object.fromEntries(Object.entries(state).map(([i, own]) => [i, clone(own)])), param_groups },
            ]
          }
          if ((step === 25 || step === 40) && saved !== null) {
            model.loadStateDict(saved[0])
            optimizer.loadStateDict(saved[1])
          }
        }
        return { ...training, before, recordings: 3 }
      })
  })

  test('an optimizer state that is changed in place', () => {
    expectSameTraining(() => {
      const training = regression(optimizers['Adam'] as typeof sgd)
      const before = (step: number): void => {
        if (step !== 20) return
        for (const own of training.optimizer.state.values()) {
          own['step']?.fill_(3)
          own['expAvg']?.zero_()
        }
      }
      return { ...training, before }
    })
  })

  test('parameters changed by hand', () => {
    expectSameTraining(() => {
      const training = regression(sgd)
      const before = (step: number): void => {
        if (step % 10 === 5) for (const parameter of training.model.parameters()) parameter.detach().mul_(0.9)
      }
      return { ...training, before }
    })
  })
})

test.each(['before it is compiled', 'while it is compiled'])('counts of steps are read inside, from a state that was made %s', (made) => {
  const w = ones([3], { requiresGrad: true })
  const optimizer = new optim.Adam([w], 0.1)
  const run = (x: Tensor): Tensor[] => {
    const count = (): Tensor => optimizer.state.get(w)?.['step'] as Tensor
    const [before, plus] = [count().clone(), count().add(1)]
    w.grad = null
    w.mul(x).sum().backward()
    optimizer.step()
    const between = [count().clone(), count().mul(2), w.mul(count())]
    optimizer.step()
    return [before.mul(1), plus, ...between, count().add(0.5), count().clone()]
  }
  const x = ones([3])
  const begin = (): void => {
    w.mul(x).sum().backward()
    optimizer.step()
  }
  if (made.startsWith('before')) begin()
  else compile(begin)()
  const step = compile(run)
  for (let i = 0; i < 3; i++) {
    const [before, plus, between, twice, , half, after] = step(x).map((tensor) => tensor.sum().item())
    const t = 1 + 2 * i
    expect([before, plus, between, twice, half, after]).toEqual([t, t + 1, t + 1, 2 * t + 2, t + 2.5, t + 2])
    expect(optimizer.state.get(w)?.['step']?.item()).toBe(t + 2)
  }
})

test('a first step that fails does not count', () => {
  expectSameTraining(() => {
    const training = regression((model) => new optim.SGD(model.parameters(), 0.05, { momentum: 0.5, dampening: 0.5 }))
    const usual = usualStep(training)
    let isBad = true
    const bad = compile((input: Tensor, target: Tensor) => {
      usual(input, target)
      if (isBad) throw new Error('not yet')
    })
    const before = (step: number): void => {
      if (step === 0) expect(() => bad(...training.batch(0))).toThrow('not yet')
      isBad = false
    }
    return { ...training, before }
  })
})

describe('what a step does with gradients', () => {
  const accumulating = (training: Training, then: (step: number) => void, before?: () => void): Partial<Training> => {
    let step = 0
    return {
      step: (input, target) => {
        before?.()
        const value = training.loss(training.model.forward(input), target)
        value.backward()
        then(step++)
        return value
      },
    }
  }

  const ways: Readonly<Record<string, () => Training>> = {
    'norms are clipped': () => {
      const training = regression(sgd)
      const { model, optimizer } = training
      const clip = (): void => {
        nn.utils.clipGradNorm_(model.parameters(), 0.1)
        optimizer.step()
      }
      return { ...training, ...accumulating(training, clip, () => optimizer.zeroGrad()) }
    },
    'norms are clipped, by the largest element, and checked': () => {
      const training = regression(sgd, {}, 'large')
      const { model, optimizer } = training
      const clip = (): void => {
        nn.utils.clipGradNorm_(model.parameters(), 0.02, Number.POSITIVE_INFINITY, { errorIfNonfinite: true })
        optimizer.step()
      }
      return { ...training, ...accumulating(training, clip, () => optimizer.zeroGrad()) }
    },
    'values are clipped': () => {
      const training = regression(sgd)
      const { model, optimizer } = training
      const clip = (): void => {
        nn.utils.clipGradValue_(model.parameters(), 0.01)
        optimizer.step()
      }
      return { ...training, ...accumulating(training, clip, () => optimizer.zeroGrad()) }
    },
    'they are dropped at the end': () => {
      const training = regression(sgd)
      const { optimizer } = training
      const finish = (): void => {
        optimizer.step()
        optimizer.zeroGrad()
      }
      return { ...training, ...accumulating(training, finish) }
    },
    'they are filled with zeros at the end': () => {
      const training = regression(sgd)
      const { optimizer } = training
      const finish = (): void => {
        optimizer.step()
        optimizer.zeroGrad({ setToNull: false })
      }
      return { ...training, ...accumulating(training, finish), recordings: 2 }
    },
    'they are filled with zeros first': () => {
      const training = regression(sgd, {}, 'large')
      const { model, optimizer } = training
      return {
        ...training,
        ...accumulating(
          training,
          () => optimizer.step(),
          () => model.zeroGrad({ setToNull: false }),
        ),
        recordings: 2,
      }
    },
    'they grow from step to step': () => {
      const training = regression((model) => new optim.SGD(model.parameters(), 0.001))
      return { ...training, ...accumulating(training, () => training.optimizer.step()), recordings: 2 }
    },
  }
  test.each(Object.entries(ways))('%s', (_, make) => {
    expectSameTraining(make)
  })

  test.each(['small', 'large'] as const)('they add up over four calls, then the optimizer makes a step outside (%s)', (size) => {
    expectSameTraining(() => {
      const training = regression(sgd, {}, size)
      const { optimizer } = training
      return {
        ...training,
        ...accumulating(training, () => {}),
        before: (step) => {
          if (step % 4 !== 0 || step === 0) return
          optimizer.step()
          optimizer.zeroGrad()
        },
        recordings: 2,
      }
    })
  })

  test('they add up over calls of one function, and another one makes the step', () => {
    expectSameTraining(() => {
      const training = regression(sgd)
      const { optimizer } = training
      const update = compile(() => {
        optimizer.step()
        optimizer.zeroGrad()
      })
      return {
        ...training,
        ...accumulating(training, () => {}),
        before: (step) => void (step % 4 === 0 && step > 0 && update()),
        recordings: 2,
      }
    })
  })

  test('two backwards, two steps and two optimizers in one function', () => {
    expectSameTraining(() => {
      const training = regression(sgd)
      const { model, optimizer } = training
      const second = new optim.Adam(model.parameters().slice(0, 2), 0.002)
      const step = (input: Tensor, target: Tensor): Tensor => {
        optimizer.zeroGrad()
        const first = training.loss(model.forward(input), target)
        first.backward({ retainGraph: true })
        first.mul(0.5).backward()
        optimizer.step()
        second.zeroGrad()
        const value = training.loss(model.forward(input), target)
        value.backward()
        second.step()
        optimizer.step()
        return value.add(first)
      }
      return { ...training, step }
    })
  })
})
