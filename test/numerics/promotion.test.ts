// The dtype of a result, for every pair of dtypes, with dims and 0-d, as PyTorch has it.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type DType, full, type Tensor, tensor } from 'wengert'

type Row = readonly [DType, boolean, DType, boolean, mul: DType, div: DType, maximum: DType]
const rows = JSON.parse(readFileSync(new URL('../fixtures/promotion.json', import.meta.url), 'utf8')) as Row[]

const make = (dtype: DType, dims: boolean): Tensor => full(dims ? [2] : [], 1, { dtype })

test.each(rows)('%s (dims: %s) with %s (dims: %s)', (a, aDims, b, bDims, mul, div, maximum) => {
  const x = make(a, aDims)
  const y = make(b, bDims)
  expect({ mul: x.mul(y).dtype, div: x.div(y).dtype, maximum: x.maximum(y).dtype }).toEqual({ mul, div, maximum })
})

describe('a JavaScript number', () => {
  test.each(['float32', 'float64', 'int32', 'uint8'] as const)('takes the dtype %s of the tensor', (dtype) => {
    expect(make(dtype, true).mul(2).dtype).toBe(dtype)
    expect(make(dtype, false).mul(2).dtype).toBe(dtype)
  })
  test('is int32 next to a bool', () => {
    expect(tensor([true, false]).add(1).dtype).toBe('int32')
  })
  test('that is a fraction does not fit an integer tensor', () => {
    expect(() => tensor([1, 2], { dtype: 'int32' }).mul(0.5)).toThrow(/0\.5/)
  })
})
