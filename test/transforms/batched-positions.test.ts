// Operations that look at the values of their positions, with each sample's own positions: nothing can be read, and still every
// position counts from either end and is checked.
import { describe, expect, test } from 'vitest'
import { IndexError } from '../../src/core/errors.ts'
import type { Value } from '../../src/core/value.ts'
import { F, type Tensor, tensor } from '../../src/index.ts'
import * as P from '../../src/primitives/operations.ts'
import { BatchLevel, within } from '../../src/transforms/index.ts'

type Positions = readonly (number | readonly (number | readonly number[])[])[]

/** `f` of each of a batch of positions, at once and one by one. */
function both(f: (positions: Tensor) => Value, positions: Positions): { batched: unknown; looped: unknown[] } {
  const batch = tensor(positions as number[], { dtype: 'int32' }) as Tensor
  const level = new BatchLevel(positions.length)
  const batched = within(level, () => level.lower(f(level.lift(batch) as Tensor)))
  expect(batched.batched).toBe(true)
  return {
    batched: P.toNested(batched.value),
    looped: positions.map((_, b) => P.toNested(f(P.copy(P.select(batch, 0, b)) as Tensor))),
  }
}

const x = tensor([
  [0.5, 1, 2, 3],
  [4, 5, 6, 7],
  [8, 9, 10, 11],
]) as Tensor
const rows = tensor([[-1, -2, -3, -4]]) as Tensor

const operations: readonly { name: string; f: (positions: Tensor) => Value; inside: Positions; outside: readonly number[] }[] = [
  { name: 'gather', f: (i) => x.gather(0, i.unsqueeze(0).expand([1, 4]) as Tensor), inside: [[2], [-3]], outside: [3, -4] },
  { name: 'scatter', f: (i) => x.scatter(1, i.expand([3, 1]) as Tensor, 50), inside: [[2], [-4]], outside: [4, -5] },
  {
    name: 'indexSelect',
    f: (i) => x.indexSelect(0, i),
    inside: [
      [2, 0],
      [-1, -3],
    ],
    outside: [3, -4],
  },
  { name: 'indexAdd', f: (i) => x.indexAdd(0, i, rows), inside: [[2], [-3]], outside: [3, -4] },
  { name: 'indexCopy', f: (i) => x.indexCopy(0, i, rows), inside: [[1], [-1]], outside: [3, -4] },
  {
    name: 'embedding',
    f: (i) => F.embedding(i, x, -1),
    inside: [
      [2, 0],
      [1, 1],
    ],
    outside: [3],
  },
  {
    name: 'at, one dim',
    f: (i) => x.at(i),
    inside: [
      [2, 0],
      [-1, -3],
    ],
    outside: [3, -4],
  },
  { name: 'at, one position', f: (i) => x.at(i), inside: [2, -3], outside: [3, -4] },
  {
    name: 'at, two dims',
    f: (i) => x.at(i, [1, 2]),
    inside: [
      [2, 0],
      [-1, -3],
    ],
    outside: [3, -4],
  },
  {
    name: 'at, the second of two dims',
    f: (i) => x.at([1, 2], i),
    inside: [
      [2, 0],
      [-1, -4],
    ],
    outside: [4, -5],
  },
  { name: 'setAt', f: (i) => x.mul(i.reshape([-1]).at(0).mul(0).add(1)).setAt([i], 50), inside: [[2], [-3]], outside: [3, -4] },
  {
    name: 'crossEntropy',
    f: (i) => F.crossEntropy(x, i),
    inside: [
      [2, 0, 1],
      [3, 3, -100],
    ],
    outside: [],
  },
  {
    name: 'oneHot',
    f: (i) => F.oneHot(i, 4),
    inside: [
      [2, 0],
      [3, 1],
    ],
    outside: [],
  },
]

describe.each(operations)('$name', ({ f, inside, outside }) => {
  test('gives each sample what its positions give alone', () => {
    const { batched, looped } = both(f, inside)
    expect(batched).toEqual(looped)
  })
  if (outside.length > 0)
    test.each(outside)('refuses %i, which only one sample asks for', (wrong) => {
      const [first, second] = inside as [number | number[], unknown]
      const changed = Array.isArray(first) ? [wrong, ...first.slice(1)] : wrong
      for (const positions of [
        [changed, second],
        [second, changed],
      ])
        expect(() => both(f, positions as Positions)).toThrow(IndexError)
    })
})

test('a class that does not exist is refused', () => {
  expect(() =>
    both(
      (i) => F.crossEntropy(x, i),
      [
        [0, 1, 2],
        [0, 1, 4],
      ],
    ),
  ).toThrow(IndexError)
})
