// What cannot be compiled, and what goes wrong while a plan runs: messages with the line of the program, and everything as it was before.
import { afterEach, describe, expect, test } from 'vitest'
import {
  arange,
  compile,
  defaultGenerator,
  inferenceMode,
  isGradEnabled,
  OptionError,
  ones,
  setGradEnabled,
  type Tensor,
  TraceError,
  tensor,
  WengertError,
  zeros,
} from 'wengert'
import * as nn from 'wengert/nn'
import * as F from 'wengert/nn/functional'
import * as optim from 'wengert/optim'

/** The line of this file that calls. */
function here(): number {
  const [, , frame] = (new Error().stack ?? '').split('\n')
  return Number(/:(\d+):\d+\)?$/.exec(frame ?? '')?.[1])
}

/** What a call throws. */
function thrownBy(run: () => unknown): WengertError {
  try {
    run()
  } catch (error) {
    if (error instanceof WengertError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

afterEach(() => {
  // nothing is left of whatever was refused
  expect(isGradEnabled()).toBe(true)
  expect(ones([2]).add(1).toArray()).toEqual([2, 2])
  expect(compile((x: Tensor) => x.add(1))(ones([2])).toArray()).toEqual([2, 2])
})

const x = arange(6).sub(2).reshape([2, 3])
let line = 0

const asksForContents: Readonly<Record<string, readonly [run: (x: Tensor) => unknown, operation: string, instead: string]>> = {
  'item()': [
    (x) => {
      line = here() + 1
      return x.sum().item()
    },
    'item',
    'Return the tensor and read it outside, or choose with where().',
  ],
  'toArray()': [
    (x) => {
      line = here() + 1
      return x.mul(2).toArray()
    },
    'toArray',
    'Return the tensor, and read it outside.',
  ],
  'toTypedArray() of a tensor from outside': [
    () => {
      line = here() + 1
      return [...ones([3]).toTypedArray()]
    },
    'toArray',
    'Return the tensor, and read it outside.',
  ],
  'nonzero()': [
    (x) => {
      line = here() + 1
      return x.nonzero()
    },
    'nonzero',
    'The size of the result depends on values. Compute it outside, or use where() with a mask.',
  ],
  'maskedSelect()': [
    (x) => {
      line = here() + 1
      return x.maskedSelect(x.gt(0))
    },
    'maskedSelect',
    'The size of the result depends on values. Compute it outside, or use where() with a mask.',
  ],
  'at() with a mask': [
    (x) => {
      line = here() + 1
      return x.at(x.gt(0))
    },
    'at',
    'The size of the result depends on values. Compute it outside, or use where() with a mask.',
  ],
  'allclose()': [
    (x) => {
      line = here() + 1
      return x.allclose(x)
    },
    'allclose',
    'Return isclose(a, b).all() and read it outside.',
  ],
  'equal()': [
    (x) => {
      line = here() + 1
      return x.equal(x)
    },
    'equal',
    'Return a.eq(b).all() and read it outside.',
  ],
  'something in a layer': [
    (x) => {
      class Odd extends nn.Module {
        forward(input: Tensor): Tensor {
          line = here() + 1
          return input.mul(Number(input.sum().item()))
        }
      }
      return new nn.Sequential(new nn.Tanh(), new Odd()).forward(x)
    },
    'Sequential[1] Odd: item',
    'Return the tensor and read it outside, or choose with where().',
  ],
}

describe('contents are asked for', () => {
  test.each(Object.entries(asksForContents))('%s', (_, [run, operation, instead]) => {
    const step = compile(run)
    for (let i = 0; i < 2; i++) {
      const error = thrownBy(() => step(x))
      expect(error).toBeInstanceOf(TraceError)
      expect(error.message).toBe(
        `${operation}: inside compile a tensor has no contents yet, but they are asked for (test/compile/errors.test.ts:${line}). ${instead}`,
      )
    }
    expect(step.plans).toBe(0)
  })

  test('a branch on a tensor', () => {
    const branch = compile((x: Tensor) => (Number(x.sum()) > 0 ? x : x.neg()))
    expect(() => branch(x)).toThrow(WengertError)
    const compare = compile((x: Tensor) => ((x.sum() as unknown as number) > 0 ? x : x.neg()))
    expect(() => compare(x)).toThrow(WengertError)
  })
})

test('tensors can be printed inside', () => {
  const texts: string[] = []
  const w = ones([3], { requiresGrad: true })
  const step = compile((x: Tensor) => {
    const y = x.mul(w)
    texts.push(String(x), String(y), String(w), String(x.gt(0).sum()), String(zeros([0, 2])))
    return y
  })
  step(x)
  step(x)
  expect(texts).toEqual([
    'tensor(<no contents while compile records>, size=[2, 3], dtype=float32)',
    'tensor(<no contents while compile records>, size=[2, 3], dtype=float32,\n       gradFn=<MulBackward0>)',
    'tensor(<no contents while compile records>, size=[3], dtype=float32,\n       requiresGrad=true)',
    'tensor(<no contents while compile records>, size=[], dtype=int32)',
    'tensor(<no contents while compile records>, size=[0, 2], dtype=float32)',
  ])
  expect(String(w)).toBe('tensor([1., 1., 1.], requiresGrad=true)')
})

describe('tensors that leave while they are recorded', () => {
  let escaped: Tensor = x
  const step = compile((x: Tensor) => {
    line = here() + 1
    escaped = x.mul(2)
    return escaped.add(1)
  })
  const message = () =>
    `compile: a tensor that was computed while compile recorded (test/compile/errors.test.ts:${line}) has no contents outside. Return it from the compiled function, and use what that returns.`

  test('have no contents outside', () => {
    expect(step(x).toArray()).toEqual(x.mul(2).add(1).toArray())
    for (const use of [
      () => escaped.toArray(),
      () => escaped.add(1),
      () => x.mul(escaped),
      () => escaped.sum(),
      () => x.clone().add_(escaped),
    ])
      expect(thrownBy(use).message).toBe(message())
  })

  test('have none in another compiled function either', () => {
    step(x)
    const other = compile((y: Tensor) => y.add(escaped))
    expect(thrownBy(() => other(x)).message).toBe(message())
    const given = compile((y: Tensor) => y.add(1))
    expect(thrownBy(() => given(escaped)).message).toBe(message())
  })
})

test('async functions', () => {
  const step = compile(async (x: Tensor) => x.add(1))
  expect(() => step(x)).toThrow(
    'compile: the function is async, but a plan runs without waiting. Compile a function that returns tensors, and await outside.',
  )
})

test('what is no function, or no number of plans', () => {
  expect(() => compile(3 as never)).toThrow(new OptionError('compile: needs a function, got number.'))
  expect(() => compile(null as never)).toThrow('compile: needs a function, got null.')
  for (const maxPlans of [0, 1.5, -1, Number.NaN])
    expect(() => compile(() => {}, { maxPlans })).toThrow(`compile: maxPlans is an integer ≥ 1, not ${maxPlans}.`)
})

test('a history that is written into a tensor from outside', () => {
  const w = ones([3], { requiresGrad: true })
  const known = zeros([3])
  const step = compile((x: Tensor) => {
    known.copy_(w.mul(x))
  })
  expect(() => step(ones([3]))).toThrow(TraceError)
  expect(() => step(ones([3]))).toThrow(/from outside, whose history would end with the run\. Write its detach\(\)/)
  expect([known.requiresGrad, known.toArray()]).toEqual([false, [0, 0, 0]])
  known.add_(w)
  expect(known.requiresGrad).toBe(true)
})

describe('an exception of the function itself', () => {
  test('leaves contents, versions, gradients, modes and random numbers as they were', () => {
    const model = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4), new nn.Dropout(0.5))
    const optimizer = new optim.Adam(model.parameters(), 0.1)
    const known = ones([3])
    const product = known.mul(ones([3], { requiresGrad: true })).sum()
    const before = JSON.stringify(Object.entries(model.stateDict()).map(([name, tensor]) => [name, tensor.toArray()]))
    const stream = defaultGenerator.getState()
    let fails = true
    const step = compile((x: Tensor) => {
      optimizer.zeroGrad()
      const loss = model.forward(x).square().sum()
      loss.backward()
      optimizer.step()
      known.zero_()
      if (fails) {
        setGradEnabled(false)
        inferenceMode(() => {
          throw new RangeError('mine')
        })
      }
      return loss
    })
    expect(() => step(x)).toThrow(new RangeError('mine'))
    expect(JSON.stringify(Object.entries(model.stateDict()).map(([name, tensor]) => [name, tensor.toArray()]))).toBe(before)
    expect(model.parameters().every(({ grad }) => grad === null)).toBe(true)
    expect(defaultGenerator.getState()).toEqual(stream)
    expect(known.toArray()).toEqual([1, 1, 1])
    product.backward() // known has not changed since
    fails = false
    expect(Number.isFinite(step(x).item())).toBe(true)
    expect(known.toArray()).toEqual([0, 0, 0])
    expect(step.plans).toBe(1)
  })

  test('in a transform inside', () => {
    const step = compile((x: Tensor) => {
      const hook = x.mul(2).requiresGrad_()
      hook.registerHook(() => {
        throw new Error('in a hook')
      })
      hook.square().sum().backward()
    })
    expect(() => step(x)).toThrow('in a hook')
  })
})

describe('values that are checked at each run', () => {
  const w = ones([4, 3], { requiresGrad: true })
  const outside: Readonly<Record<string, readonly [run: (index: Tensor) => Tensor, bad: number]>> = {
    'a class of crossEntropy': [(index) => F.crossEntropy(w.at(0).expand([2, 3]), index), 3],
    'a negative class of nllLoss': [(index) => F.nllLoss(w.at(0).expand([2, 3]).logSoftmax(1), index), -3],
    'a row of an embedding': [(index) => F.embedding(index, w).sum(), 4],
    'a position of at()': [(index) => w.at(index).sum(), 4],
    'a negative position of at()': [(index) => w.at(index).sum(), -5],
    'positions of at() that would meet in range': [(index) => w.at(index, 0).add(w.at(0, index)).sum(), 3],
    'a position of setAt()': [(index) => w.mul(1).clone().setAt([index], 3) ?? w.sum(), 4],
    'a position of indexSelect()': [(index) => w.indexSelect(0, index).sum(), 4],
    'a position of gather()': [(index) => w.gather(0, index.unsqueeze(1)).sum(), 4],
    'a position of take()': [(index) => w.take(index).sum(), 12],
    'a position of indexAdd()': [(index) => w.indexAdd(0, index, ones([2, 3])).sum(), 7],
    'a position of scatter()': [(index) => w.scatter(0, index.unsqueeze(1), ones([2, 1])).sum(), 4],
    'a class of oneHot()': [(index) => F.oneHot(index, 3).sum().to('float32').add(w.sum()), 3],
  }
  const positions = (...list: number[]): Tensor => tensor(list, { dtype: 'int32' })

  test.each(Object.entries(outside))('%s', (_, [run, bad]) => {
    const step = compile((index: Tensor) => {
      const result = run(index)
      return result
    })
    const wanted = run(positions(0, 1))
    expect(step(positions(0, 1)).allclose(wanted)).toBe(true)
    for (let i = 0; i < 2; i++) {
      const error = thrownBy(() => step(positions(1, bad)))
      const eager = thrownBy(() => run(positions(1, bad)))
      expect([error.code, error.message]).toEqual([eager.code, eager.message])
      expect(step(positions(0, 1)).allclose(wanted)).toBe(true)
    }
    expect(step.plans).toBe(1)
  })

  test('targets of binaryCrossEntropy', () => {
    const run = (p: Tensor) => F.binaryCrossEntropy(p, ones([2]))
    const step = compile(run)
    expect(step(tensor([0.5, 0.25])).allclose(run(tensor([0.5, 0.25])))).toBe(true)
    const error = thrownBy(() => step(tensor([0.5, 2])))
    expect(error.message).toBe(thrownBy(() => run(tensor([0.5, 2]))).message)
  })

  test('norms that are not finite', () => {
    const v = ones([3], { requiresGrad: true })
    const run = (x: Tensor) => {
      v.grad = null
      v.mul(x).sum().backward()
      return nn.utils.clipGradNorm_([v], 1, { errorIfNonfinite: true })
    }
    const step = compile(run)
    expect(step(ones([3])).allclose(run(ones([3])))).toBe(true)
    const bad = ones([3]).mul(Number.POSITIVE_INFINITY)
    expect(thrownBy(() => step(bad)).message).toBe(thrownBy(() => run(bad)).message)
    expect(step(ones([3])).allclose(run(ones([3])))).toBe(true)
  })

  test('a step that fails so has changed nothing that comes later', () => {
    const model = new nn.Linear(3, 4)
    const optimizer = new optim.SGD(model.parameters(), 0.1)
    const step = compile((input: Tensor, target: Tensor) => {
      optimizer.zeroGrad()
      const loss = F.crossEntropy(model.forward(input), target)
      loss.backward()
      optimizer.step()
      return loss
    })
    step(x, positions(0, 1))
    const before = model.weight.toArray()
    expect(() => step(x, positions(0, 4))).toThrow(/crossEntropy/)
    expect(model.weight.toArray()).toEqual(before)
    step(x, positions(0, 3))
    expect(model.weight.toArray()).not.toEqual(before)
    expect(model.weight.grad?.shape).toEqual([4, 3])
  })
})
