// Random numbers inside compiled functions: the same stream as without, fresh at each call, and replayed by the seed.
import { beforeEach, expect, test } from 'vitest'
import {
  compile,
  defaultGenerator,
  func,
  Generator,
  manualSeed,
  rand,
  randint,
  randn,
  randperm,
  type Tensor,
  TraceError,
  zeros,
} from 'wengert'
import * as autograd from 'wengert/autograd'
import * as F from 'wengert/nn/functional'

beforeEach(() => {
  manualSeed(5)
})

const read = (tensors: readonly Tensor[]): unknown => tensors.map((tensor) => tensor.toArray())

/** What three calls give, and where the stream is afterwards. */
function threeCalls(run: () => readonly Tensor[]): unknown {
  manualSeed(5)
  return [read(run()), read(run()), read(run()), defaultGenerator.getState()]
}

const w = randn([3, 40], { requiresGrad: true })
function gradientOf(loss: () => Tensor): Tensor[] {
  w.grad = null
  loss().backward()
  return [(w.grad as unknown as Tensor).clone()]
}

const programs: Readonly<Record<string, () => readonly Tensor[]>> = {
  'several draws': () => [rand([3]), rand([3]), randn([2]), randint(0, 9, [4]), randperm(5)],
  'draws large enough for the heap': () => [rand([2000]).add(1), randn([1500])],
  'draws that nobody uses': () => {
    rand([7])
    return [rand([2])]
  },
  'dropout with its gradient': () => gradientOf(() => F.dropout(w.mul(2), 0.5).sum()),
  'a checkpoint, whose second run draws what the first drew': () =>
    gradientOf(() => autograd.checkpoint((x: Tensor) => F.dropout(x.mul(x), 0.5).sum(), [w])),
  'a checkpoint in the middle of other draws': () => {
    const before = rand([2])
    const [gradient] = gradientOf(() =>
      autograd
        .checkpoint((x: Tensor) => F.dropout(x.mul(x), 0.3), [F.dropout(w, 0.1)])
        .add(rand([40]))
        .sum(),
    ) as [Tensor]
    return [before, gradient, rand([2])]
  },
  'vmap with the same draws for all examples, in chunks': () => [
    func.vmap((x: Tensor) => x.add(rand([2])), { randomness: 'same', chunkSize: 2 })(zeros([5, 2])),
  ],
  'vmap with different draws': () => [func.vmap((x: Tensor) => x.add(rand([2])), { randomness: 'different' })(zeros([5, 2]))],
  'a seed that is set inside': () => {
    const before = rand([2])
    manualSeed(8)
    return [before, rand([2]), rand([2])]
  },
  'a generator that is made inside': () => {
    const generator = new Generator(3)
    return [rand([2], { generator }), rand([2], { generator }), rand([2])]
  },
  'a state that is set inside': () => {
    defaultGenerator.setState([1, 2, 3, 4])
    return [rand([2]), randn([3])]
  },
  'writes of random numbers': () => [zeros([3]).normal_(), zeros([4]).uniform_(), zeros([5]).bernoulli_(0.5)],
}

test.each(Object.entries(programs))('%s: as without compile', (_, run) => {
  expect(threeCalls(compile(run))).toEqual(threeCalls(run))
})

test('a generator from outside goes on where it was, and starts again with its seed', () => {
  const generator = new Generator(7)
  const draw = compile(() => [rand([3], { generator }), rand([3], { generator })])
  const first = read(draw())
  const second = read(draw())
  expect(second).not.toEqual(first)
  generator.manualSeed(7)
  expect([read(draw()), read(draw())]).toEqual([first, second])
  generator.manualSeed(7)
  const eager = () => [rand([3], { generator }), rand([3], { generator })]
  expect([read(eager()), read(eager())]).toEqual([first, second])
})

test('recording draws nothing by itself', () => {
  const before = defaultGenerator.getState()
  const draw = compile(() => {
    rand([3])
    throw new Error('not yet')
  })
  expect(() => draw()).toThrow('not yet')
  expect(defaultGenerator.getState()).toEqual(before)
})

test('the state cannot be asked for inside', () => {
  const ask = compile(() => defaultGenerator.getState())
  expect(() => ask()).toThrow(TraceError)
  expect(() => ask()).toThrow(/^getState: inside compile .* \(test\/compile\/random\.test\.ts:\d+\)\. Ask for it outside\.$/)
})
