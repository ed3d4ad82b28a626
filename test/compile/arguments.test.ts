// What compiled functions are given and what they give back: memory that is shared or changed, structures, and what makes a call another kind of call.
import { describe, expect, test } from 'vitest'
import { arange, compile, full, inferenceMode, noGrad, ones, slice, type Tensor, tensor, zeros } from 'wengert'
import { grad } from 'wengert/autograd'

const SMALL = [4, 6] as const
const LARGE = [60, 50] as const
const layouts: Readonly<Record<string, (shape: readonly number[]) => Tensor>> = {
  dense: (shape) => numbers(shape),
  transposed: (shape) => numbers([...shape].reverse()).t(),
  reversed: (shape) => numbers(shape).at(slice(null, null, -1)),
  'every other column': (shape) => numbers([shape[0] as number, 2 * (shape[1] as number)]).at('...', slice(null, null, 2)),
  'in the middle of its memory': (shape) => numbers([(shape[0] as number) + 2, shape[1] as number]).at(slice(1, -1)),
}
const numbers = (shape: readonly number[]): Tensor =>
  arange(shape.reduce((a, b) => a * b, 1))
    .mul(0.25)
    .reshape([...shape])

/** Counts how often a function is recorded, or runs without a plan. */
function counting<F extends (...args: never[]) => unknown>(run: F): { step: ReturnType<typeof compile<F>>; readonly runs: number } {
  let runs = 0
  const step = compile(((...args: never[]) => {
    runs++
    return run(...args)
  }) as F)
  return {
    step,
    get runs() {
      return runs
    },
  }
}

describe.each([
  ['small', SMALL],
  ['large', LARGE],
])('%s arguments', (_, shape) => {
  describe.each(Object.entries(layouts))('that are %s', (__, make) => {
    test('are read', () => {
      const { step, runs } = counting((x: Tensor, y: Tensor) => [x.mul(2).add(y), x.sum(0), y.t().sum(0)])
      expect(runs).toBe(0)
      for (let i = 0; i < 3; i++) {
        const [x, y] = [make(shape).add(0), make(shape)]
        const [sum, columns, rows] = step(y, x) as [Tensor, Tensor, Tensor]
        expect(sum.allclose(y.mul(2).add(x))).toBe(true)
        expect(columns.allclose(y.sum(0))).toBe(true)
        expect(rows.allclose(x.t().sum(0))).toBe(true)
      }
    })

    test('are changed in place, and nothing around them', () => {
      const counted = counting((x: Tensor) => {
        x.mul_(2)
        x.at(0).add_(x.at(1))
        x.at('...', 0).zero_()
        return x.sum()
      })
      for (let i = 0; i < 3; i++) {
        const [x, wanted] = [make(shape), make(shape)]
        const base = x.storage.data
        wanted.mul_(2)
        wanted.at(0).add_(wanted.at(1))
        wanted.at('...', 0).zero_()
        const sum = counted.step(x)
        expect(x.toArray()).toEqual(wanted.toArray())
        expect(sum.allclose(wanted.sum())).toBe(true)
        expect(Array.from(base as Float32Array)).toEqual(Array.from(wanted.storage.data as Float32Array))
      }
      expect(counted.runs).toBe(1)
    })
  })

  test('that change are noticed by the tape', () => {
    const step = compile((x: Tensor) => {
      x.add_(1)
    })
    const w = ones([...shape], { requiresGrad: true })
    for (const x of [numbers(shape), numbers([...shape].reverse()).t()]) {
      const product = w.mul(x).sum()
      step(x)
      expect(() => product.backward()).toThrow(/changed|modified/)
      const again = w.mul(x).sum()
      expect(() => again.backward()).not.toThrow()
    }
  })

  test('from outside that change are noticed by the tape, too', () => {
    const x = numbers(shape)
    const step = compile(() => {
      x.add_(1)
    })
    const w = ones([...shape], { requiresGrad: true })
    const product = w.mul(x).sum()
    step()
    expect(() => product.backward()).toThrow(/compile/)
  })

  test('that are one tensor twice, or parts of one memory', () => {
    const counted = counting((x: Tensor, y: Tensor) => {
      x.add_(1)
      return x.mul(y)
    })
    const x = numbers(shape)
    expect(counted.step(x, x).toArray()).toEqual(numbers(shape).add(1).square().toArray())
    const memory = numbers([2, ...shape])
    const [first, second] = [memory.at(0), memory.at(1)]
    const wanted = first.add(1).mul(second)
    expect(counted.step(first, second).toArray()).toEqual(wanted.toArray())
    const overlapping = numbers([(shape[0] as number) + 1, shape[1] as number])
    const copy = overlapping.clone()
    const eager = copy
      .at(slice(0, -1))
      .add_(1)
      .mul(copy.at(slice(1)))
    expect(counted.step(overlapping.at(slice(0, -1)), overlapping.at(slice(1))).toArray()).toEqual(eager.toArray())
    expect(overlapping.toArray()).toEqual(copy.toArray())
  })

  test('that share memory and are only read', () => {
    const counted = counting((x: Tensor, y: Tensor) => x.mul(y))
    const x = numbers(shape)
    counted.step(x, x)
    expect(counted.step(x, x.at(slice(null, null, -1))).toArray()).toEqual(x.mul(x.at(slice(null, null, -1))).toArray())
    expect(counted.runs).toBe(1)
  })

  test('that are memory which the function knows from outside', () => {
    const known = numbers(shape)
    const step = compile((x: Tensor) => {
      known.add_(1)
      return x.mul(2)
    })
    const other = numbers(shape).mul(3)
    expect(step(other).toArray()).toEqual(numbers(shape).mul(6).toArray())
    const expected = known.add(1).mul(2).toArray()
    expect(step(known).toArray()).toEqual(expected)
    expect(step(other).toArray()).toEqual(numbers(shape).mul(6).toArray())
    expect(known.toArray()).toEqual(numbers(shape).add(3).toArray())

    const writing = compile((x: Tensor) => {
      x.mul_(2)
      return known.add(x)
    })
    const before = known.clone()
    writing(other)
    expect(known.toArray()).toEqual(before.toArray())
    expect(writing(known).toArray()).toEqual(before.mul(4).toArray())
    expect(known.toArray()).toEqual(before.mul(2).toArray())
  })
})

test('tensors from outside are read as they are at each call', () => {
  const [small, large] = [numbers([3]), numbers(LARGE)]
  const step = compile(() => [small.mul(2), large.sum(0), small.sum().add(large.at(0, 0))])
  for (let i = 0; i < 3; i++) {
    const [doubled, columns, both] = step() as [Tensor, Tensor, Tensor]
    expect(doubled.toArray()).toEqual(small.mul(2).toArray())
    expect(columns.allclose(large.sum(0))).toBe(true)
    expect(both.item()).toBe(small.sum().item() + large.at(0, 0).item())
    small.add_(1)
    large.setAt([0, 0], 10 * i)
  }
})

describe('results', () => {
  test('that are arguments, tensors from outside, and views of them', () => {
    const known = numbers(LARGE)
    const step = compile((x: Tensor) => ({ x, known, row: known.at(1), part: x.at(0), twice: [x, x], sum: x.add(known) }))
    const x = numbers(LARGE).mul(2)
    for (let i = 0; i < 2; i++) {
      const results = step(x)
      expect(results.x).toBe(x)
      expect(results.twice[0]).toBe(x)
      expect(results.twice[1]).toBe(x)
      expect(results.known.storage).toBe(known.storage)
      expect(results.row.storage).toBe(known.storage)
      expect(results.row.toArray()).toEqual(known.at(1).toArray())
      expect(results.part.toArray()).toEqual(x.at(0).toArray())
      expect(results.sum.toArray()).toEqual(x.add(known).toArray())
      known.add_(1)
      expect(results.row.toArray()).toEqual(known.at(1).toArray())
    }
  })

  test('that are views of each other stay so', () => {
    const step = compile((x: Tensor) => {
      const y = x.mul(2)
      return [y, y.t(), y.at(1), y.detach()]
    })
    for (const shape of [SMALL, LARGE]) {
      const [whole, turned, row, alias] = step(numbers(shape)) as [Tensor, Tensor, Tensor, Tensor]
      expect(turned.toArray()).toEqual(numbers(shape).mul(2).t().toArray())
      whole.at(1).zero_()
      expect(row.sum().item()).toBe(0)
      expect(alias.at(1).sum().item()).toBe(0)
      expect(turned.at('...', 1).sum().item()).toBe(0)
    }
  })

  test('are not changed by later calls, nor do changes of them reach the plan', () => {
    const step = compile((x: Tensor) => [x.add(1), x.at(0).mul(2), x.sum(), x.sum().expand([3])])
    for (const shape of [SMALL, LARGE]) {
      const first = step(numbers(shape))
      const copies = first.map((result) => result.toArray())
      const second = step(numbers(shape).mul(-1))
      expect(first.map((result) => result.toArray())).toEqual(copies)
      for (const result of second.slice(0, 3)) result.zero_()
      expect(step(numbers(shape)).map((result) => result.toArray())).toEqual(copies)
      expect(first.map((result) => result.toArray())).toEqual(copies)
    }
  })

  test('have no history', () => {
    const w = ones([3], { requiresGrad: true })
    const step = compile((x: Tensor) => w.mul(x))
    const result = step(numbers([3]))
    expect([result.requiresGrad, result.gradFn, result.isLeaf]).toEqual([false, null, true])
  })

  test('of every structure', () => {
    const symbol = Symbol('s')
    const step = compile((x: Tensor, more: { y: Tensor[]; name: string }) => ({
      tuple: [x.add(1), [more.y[0]?.mul(2), { deep: more.y[1] }]] as const,
      name: more.name,
      nothing: null,
      undefined,
      symbol,
      number: 3,
    }))
    for (let i = 0; i < 2; i++) {
      const [x, y, z] = [numbers([2]).add(i), numbers([3]).add(i), numbers([4])]
      const { tuple, ...others } = step(x, { y: [y, z], name: 'n' })
      expect(tuple[0].toArray()).toEqual(x.add(1).toArray())
      expect(tuple[1][0]?.toArray()).toEqual(y.mul(2).toArray())
      expect(tuple[1][1].deep).toBe(z)
      expect(others).toEqual({ name: 'n', nothing: null, undefined: undefined, symbol, number: 3 })
    }
    expect(compile(() => {})()).toBe(undefined)
    expect(compile(() => 7)()).toBe(7)
  })
})

describe('what makes a call another kind of call', () => {
  test('arguments that are no tensors', () => {
    const counted = counting((x: Tensor, how: { factor: number; names: string[] }, on: boolean) =>
      on ? x.mul(how.factor).add(how.names.length) : x,
    )
    const x = numbers([3])
    for (const factor of [2, 3, 2, 3, 2])
      expect(counted.step(x, { factor, names: ['a'] }, true).toArray()).toEqual(x.mul(factor).add(1).toArray())
    expect(counted.runs).toBe(2)
    expect(counted.step(x, { factor: 2, names: ['a'] }, false)).toBe(x)
    expect(counted.step(x, { factor: 2, names: ['a', 'b'] }, true).toArray()).toEqual(x.mul(2).add(2).toArray())
    expect(counted.runs).toBe(4)
    counted.step(x, { factor: Number.NaN, names: [] }, true)
    counted.step(x, { factor: Number.NaN, names: [] }, true)
    expect(counted.runs).toBe(5)
    counted.step(x, { factor: 0, names: [] }, true)
    counted.step(x, { factor: -0, names: [] }, true)
    expect(counted.runs).toBe(7)
  })

  test('shapes, dtypes, how many arguments, and whether they require gradients', () => {
    const counted = counting((...list: Tensor[]) => list.map((x) => x.add(1)))
    const kinds: (() => Tensor[])[] = [
      () => [numbers([3])],
      () => [numbers([4])],
      () => [numbers([3, 1])],
      () => [numbers([3]).to('float64')],
      () => [numbers([3]).to('int32')],
      () => [numbers([3]), numbers([3])],
      () => [],
      () => [numbers([3]).requiresGrad_()],
    ]
    for (let round = 0; round < 3; round++) for (const kind of kinds) counted.step(...kind())
    expect(counted.runs).toBe(kinds.length)
    expect(counted.step.plans).toBe(kinds.length)
    counted.step.dispose()
    expect(counted.step.plans).toBe(0)
    counted.step(numbers([3]))
    expect(counted.runs).toBe(kinds.length + 1)
  })

  test('modes of gradients, outside and inside', () => {
    const w = ones([2], { requiresGrad: true })
    const seen: boolean[] = []
    const counted = counting((x: Tensor) => {
      const loss = w.mul(x).sum()
      seen.push(loss.requiresGrad)
      if (loss.requiresGrad) loss.backward()
      return noGrad(() => w.mul(3))
    })
    const gradient = (): unknown => {
      w.grad = null
      counted.step(numbers([2]))
      return (w.grad as unknown as Tensor | null)?.toArray() ?? null
    }
    for (let i = 0; i < 2; i++) {
      expect(gradient()).toEqual([0, 0.25])
      expect(noGrad(gradient)).toBe(null)
      expect(inferenceMode(gradient)).toBe(null)
    }
    expect(seen).toEqual([true, false, false])
    const result = inferenceMode(() => counted.step(numbers([2])))
    expect(result.toArray()).toEqual([3, 3])
  })
})

describe('arguments that require gradients', () => {
  test.each([
    ['small', SMALL],
    ['large', LARGE],
  ])('leaves get theirs, each its own (%s)', (_, shape) => {
    const counted = counting((x: Tensor, y: Tensor) => {
      const loss = x.mul(y).square().sum()
      loss.backward()
      return loss
    })
    const made: [Tensor, Tensor, Tensor][] = []
    for (let i = 1; i < 4; i++) {
      const [x, y] = [numbers(shape).mul(i).requiresGrad_(), numbers(shape).add(i)]
      counted.step(x, y)
      made.push([x, y, x.detach().mul(y.square()).mul(2)])
    }
    for (const [x, y, wanted] of made) {
      expect((x.grad as Tensor).allclose(wanted)).toBe(true)
      expect(y.grad).toBe(null)
    }
    expect(counted.runs).toBe(1)
    // a leaf with a gradient belongs to its past: it is added to, without a plan
    const [[x, y, wanted]] = made as [(typeof made)[number]]
    counted.step(x, y)
    expect((x.grad as Tensor).allclose(wanted.mul(2))).toBe(true)
  })

  test('results of others go on with their history', () => {
    const w = numbers([3]).requiresGrad_()
    const step = compile((x: Tensor) => x.square().sum())
    for (let i = 0; i < 2; i++) {
      const loss = step(w.mul(2))
      const [gradient] = grad(loss, w) as [Tensor]
      expect(gradient.toArray()).toEqual(w.detach().mul(8).toArray())
    }
  })
})

describe('tensors of every kind', () => {
  const programs: Readonly<Record<string, (x: Tensor) => Tensor[]>> = {
    'no elements': (x) => {
      const none = x.at(slice(0, 0))
      return [none, none.add(1), none.sum(), none.sum(0), none.matmul(zeros([x.shape[1] as number, 2])), x.add(none.sum())]
    },
    'no dims': (x) => {
      const one = x.at(0, 1)
      return [one, one.exp(), one.add(x), one.expand([3]), one.sum(), tensor(3).mul(one)]
    },
    expanded: (x) => {
      const wide = x.at(0).expand([5, x.shape[1] as number])
      return [wide, wide.add(1), wide.sum(0), wide.matmul(x.t())]
    },
    'reversed and cut': (x) => [
      x.at(slice(null, null, -1)),
      x.at('...', slice(null, null, -2)).mul(2),
      x.at(slice(1, 3), slice(-1, null)).sum(),
    ],
    integers: (x) => {
      const whole = x.mul(5).to('int32')
      return [
        whole,
        whole.mul(3),
        whole.floorDivide(2),
        whole.sum(),
        whole.argmax(1),
        whole.cumsum(0),
        whole.to('uint8'),
        whole.eq(2).sum(),
      ]
    },
    booleans: (x) => {
      const mask = x.gt(1)
      return [
        mask,
        mask.any(),
        mask.all(1),
        mask.logicalNot(),
        mask.logicalXor(x.lt(2)),
        full([2], 1, { dtype: 'bool' }).logicalAnd(mask.at(0, slice(0, 2))),
      ]
    },
    'double precision': (x) => {
      const wide = x.to('float64').div(3)
      return [wide, wide.exp().sum(1), wide.matmul(wide.t()), wide.softmax(1), wide.to('float32')]
    },
  }
  test.each(Object.entries(programs))('%s', (_, run) => {
    for (const shape of [SMALL, LARGE]) {
      const step = compile(run)
      for (let i = 0; i < 2; i++) {
        const x = numbers(shape).sub(i)
        const [actual, expected] = [step(x), run(x)]
        actual.forEach((result, k) => {
          const wanted = expected[k] as Tensor
          expect([result.dtype, result.shape]).toEqual([wanted.dtype, wanted.shape])
          expect(result.allclose(wanted)).toBe(true)
        })
      }
    }
  })

  test('arguments without elements and without dims', () => {
    const counted = counting((none: Tensor, one: Tensor) => {
      one.add_(1)
      return [none.add(one), one.mul(2)]
    })
    for (let i = 0; i < 2; i++) {
      const one = tensor(3)
      const [none, doubled] = counted.step(zeros([0, 3]), one) as [Tensor, Tensor]
      expect([none.shape, doubled.item(), one.item()]).toEqual([[0, 3], 8, 4])
    }
    expect(counted.runs).toBe(1)
  })
})
