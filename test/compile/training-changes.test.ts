// Training compiled while something changes in between, and steps that do something else with gradients than the usual one.
import { describe, expect, test } from 'vitest'
import { compile, inferenceMode, ones, randn, type Tensor } from 'wengert'
import * as nn from 'wengert/nn'
import * as optim from 'wengert/optim'
import { expectSameTraining, type Optimizer, optimizers, regression, sgd, type Training, usualStep } from './same-training.ts'

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

  test('another list of groups, and another group in it', () => {
    expectSameTraining(() => {
      const training = regression(optimizers['Adam'] as typeof sgd)
      const groups = training.optimizer.paramGroups as { params: Tensor[]; lr?: number }[]
      const before = (step: number): void => {
        const [group] = groups as [(typeof groups)[number]]
        if (step === 10) groups[0] = { ...group, lr: 0.05 }
        if (step === 20) groups[0] = { ...group, params: group.params.slice(1) }
      }
      return { ...training, before, recordings: 3 }
    })
  })

  test('parameters that join later are counted for themselves', () => {
    expectSameTraining(() => {
      const training = regression((model) => new optim.AdamW(model.parameters(), 0.01))
      const first = training.model.parameters()[0] as Tensor
      first.requiresGrad_({ requiresGrad: false })
      const before = (step: number): void => {
        if (step === 10) first.requiresGrad_()
      }
      return { ...training, before, recordings: 2 }
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

// small tensors lie outside the heap, and a plan copies them in when they have changed
test('small tensors are those of now, whoever changed them', () => {
  const state = ones([3])
  const seen = compile((x: Tensor) => x.mul(state))
  const add = compile((by: Tensor) => void state.add_(by))
  const results: unknown[] = []
  const look = (): void => void results.push(seen(ones([3])).toArray())
  look()
  add(ones([3]))
  look()
  look()
  state.fill_(5)
  look()
  state.at(0).mul_(2)
  look()
  add(ones([3]))
  add(ones([3]))
  look()
  inferenceMode(() => state.copy_(ones([3])))
  look()
  expect(results).toEqual([
    [1, 1, 1],
    [2, 2, 2],
    [2, 2, 2],
    [5, 5, 5],
    [10, 5, 5],
    [12, 7, 7],
    [1, 1, 1],
  ])
  expect([seen.plans, add.plans]).toEqual([1, 1])
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
