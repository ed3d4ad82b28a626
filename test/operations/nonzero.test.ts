// The two forms of nonzero: rows of positions, and a tensor of positions for each dim.
import { expect, test } from 'vitest'
import { nonzero, type Tensor, tensor } from 'wengert'

const x = tensor([
  [0, 3],
  [5, 6],
])

test('asTuple gives the positions along each dim', () => {
  expect(x.nonzero({ asTuple: true }).map((positions) => positions.toArray())).toEqual([
    [0, 1, 1],
    [1, 0, 1],
  ])
  expect(nonzero(x, { asTuple: true }).map(({ dtype }) => dtype)).toEqual(['int32', 'int32'])
  expect(x.nonzero({ asTuple: false }).toArray()).toEqual([
    [0, 1],
    [1, 0],
    [1, 1],
  ])
})

test('its tensors are an index', () => {
  expect(x.at(...x.nonzero({ asTuple: true })).toArray()).toEqual([3, 5, 6])
})

test('a tensor of no dims counts as one of one', () => {
  const tuple = (value: number): unknown[] =>
    tensor(value)
      .nonzero({ asTuple: true })
      .map((positions: Tensor) => positions.toArray())
  expect(tuple(7)).toEqual([[0]])
  expect(tuple(0)).toEqual([[]])
})
