// Data sets and loaders: order, batches, collation, types, turns of the event loop.

import { inspect } from 'node:util'
import { expect, expectTypeOf, test } from 'vitest'
import { arange, data, Generator, manualSeed, type Tensor, tensor, zeros } from 'wengert'

const { DataLoader, randomSplit, Subset, TensorDataset } = data
const labels = (n: number) => arange(n).to('int32')

test('a tensor data set gives rows', () => {
  const set = new TensorDataset(
    tensor([
      [1, 2],
      [3, 4],
    ]),
    tensor([0, 1], { dtype: 'int32' }),
  )
  expect([set.length, set.at(-1)[0].toArray(), set.at(-1)[1].item()]).toEqual([2, [3, 4], 1])
  expect(() => set.at(2)).toThrow('index 2 is out of range for 2 items')
  expect(() => new TensorDataset(zeros([2]), zeros([3]))).toThrow('first sizes differ: 2, 3')
  expect(() => new TensorDataset(tensor(1))).toThrow('0-d')
})

test('batches come in order; the last is shorter or dropped', () => {
  const set = new TensorDataset(arange(5), labels(5))
  const all = new DataLoader(set, 2)
  expect([all.length, [...all].map(([x, y]) => [x.toArray(), y.toArray()])]).toEqual([
    3,
    [
      [
        [0, 1],
        [0, 1],
      ],
      [
        [2, 3],
        [2, 3],
      ],
      [[4], [4]],
    ],
  ])
  const full = new DataLoader(set, { batchSize: 2, dropLast: true })
  expect([full.length, [...full].length]).toEqual([2, 2])
})

test('shuffling is seeded, differs between passes and loses nothing', () => {
  const set = new TensorDataset(arange(50))
  const order = (loader: Iterable<[Tensor]>) => [...loader].flatMap(([x]) => x.toArray() as number[])
  const make = () => new DataLoader(set, 7, { shuffle: true, generator: new Generator(5) })
  const [a, b] = [make(), make()]
  const first = order(a)
  expect(order(b)).toEqual(first)
  expect(order(a)).not.toEqual(first)
  expect([...first].sort((x, y) => x - y)).toEqual(Array.from({ length: 50 }, (_, i) => i))
  const seeded = () => {
    manualSeed(1)
    return order(new DataLoader(set, 7, { shuffle: true }))
  }
  expect(seeded()).toEqual(seeded())
})

test('items of any kind are put together', () => {
  const items = [
    { image: tensor([1, 2]), label: 3, name: 'a', pair: [true, 1] },
    { image: tensor([3, 4]), label: 4, name: 'b', pair: [false, 2] },
  ]
  const [batch] = [...new DataLoader(items, 2)]
  expect([batch!.image.toArray(), batch!.label.toArray(), batch!.name, batch!.pair.map((part) => (part as Tensor).toArray())]).toEqual([
    [
      [1, 2],
      [3, 4],
    ],
    [3, 4],
    ['a', 'b'],
    [
      [true, false],
      [1, 2],
    ],
  ])
  const own = new DataLoader(items, 2, { collate: (list) => list.map(({ name }) => name).join('+') })
  expectTypeOf([...own]).toEqualTypeOf<string[]>()
  expect([...own]).toEqual(['a+b'])
  expect(() => [...new DataLoader([tensor([1]), tensor([1, 2])], 2)]).toThrow('samples of shapes [1] and [2] do not stack')
})

test('parts of a data set', () => {
  const set = new TensorDataset(arange(10))
  const part = new Subset(set, [9, 0, -2])
  expect([part.length, part.at(0)[0].item(), [...new DataLoader(part, 3)].map(([x]) => x.toArray())]).toEqual([3, 9, [[9, 0, 8]]])
  const [train, test] = randomSplit(set, [0.75, 0.25], { generator: new Generator(2) })
  expect([train!.length, test!.length]).toEqual([8, 2])
  expect([...train!.indices, ...test!.indices].sort((x, y) => x - y)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(randomSplit(['a', 'b', 'c'], [2, 1]).map((each) => each.length)).toEqual([2, 1])
  expect(() => randomSplit(set, [3, 3])).toThrow('must sum to 10')
  expect(() => new Subset(set, [10])).toThrow('out of range')
})

test('batches have types', () => {
  const set = new TensorDataset(zeros([100, 784]), zeros([100], { dtype: 'int32' }))
  for (const batch of new DataLoader(set, 32))
    expectTypeOf(batch).toEqualTypeOf<[Tensor<[number, 784], 'float32'>, Tensor<[number], 'int32'>]>()
  for (const batch of new DataLoader(set, { batchSize: 32, dropLast: true, shuffle: true }))
    expectTypeOf(batch).toEqualTypeOf<[Tensor<[32, 784], 'float32'>, Tensor<[32], 'int32'>]>()
  for (const batch of new DataLoader(new Subset(set, [1, 2]), 2))
    expectTypeOf(batch).toEqualTypeOf<[Tensor<[number, 784], 'float32'>, Tensor<[number], 'int32'>]>()
  expectTypeOf(set.at(0)).toEqualTypeOf<[Tensor<[784], 'float32'>, Tensor<[], 'int32'>]>()
})

test('for await gives timers their turn', async () => {
  const loader = new DataLoader(new TensorDataset(arange(400)))
  let fired = 0
  const timer = setInterval(() => fired++, 1)
  const began = performance.now()
  let last = 0
  for await (const [x] of loader) {
    last = x.item()
    while (performance.now() - began < (last + 1) * 0.25);
  }
  clearInterval(timer)
  expect(last).toBe(399)
  expect(fired).toBeGreaterThanOrEqual(4)
})

test('wrong options are named', () => {
  const set = new TensorDataset(arange(4))
  expect(() => new DataLoader(set, { batchsize: 2 } as never)).toThrow("unknown option 'batchsize'. Did you mean 'batchSize'?")
  expect(() => new DataLoader(set, 0)).toThrow('at least 1')
  expect(() => new DataLoader(set, 2, { shuffle: 1 } as never)).toThrow('shuffle must be true or false')
  expect(() => new DataLoader({} as never)).toThrow('a data set has a length and at(index)')
})

test('a loader prints in one line', () => {
  expect(inspect(new DataLoader(new TensorDataset(zeros([5, 2]), labels(5)), 2, { shuffle: true }))).toBe(
    'DataLoader(TensorDataset([5, 2], [5]), batchSize=2, shuffle=true, dropLast=false)',
  )
  expect(String(new DataLoader([1, 2, 3]))).toBe('DataLoader(Array(3), batchSize=1, shuffle=false, dropLast=false)')
})
