// What happens to operands whose dtype has no say in the result's: they are rounded to the dtype that is computed in, as in PyTorch.
import { afterEach, describe, expect, test } from 'vitest'
import { addcmul, div, floorDivide, tensor, where } from 'wengert'
import { setCompileText } from '../../src/backends/reference/compile-text.ts'

afterEach(() => setCompileText(undefined))

describe.each([
  ['emitted', undefined],
  ['interpreted', false],
] as const)('%s', (_, mode) => {
  test('a 0-d float64 beside float32', () => {
    setCompileText(mode)
    const x = tensor([0.1])
    const tenth = tensor(0.1, { dtype: 'float64' })
    expect(x.eq(tenth).toArray()).toEqual([true])
    expect(x.sub(tenth).toArray()).toEqual([0])
    expect(x.lt(tensor([0.1], { dtype: 'float64' })).toArray()).toEqual([false]) // both with dims: in float64, 0.1f is above 0.1
    expect(x.eq(tensor([0.1], { dtype: 'float64' })).toArray()).toEqual([false])
    expect(
      where(tensor([true]), tenth, x)
        .eq(x)
        .toArray(),
    ).toEqual([true])
    expect(addcmul(x, tensor([1]), tenth).toArray()).toEqual([Math.fround(2 * Math.fround(0.1))])
  })
  test('a 0-d int32 beside uint8', () => {
    setCompileText(mode)
    const x = tensor([0, 1, 200, 255], { dtype: 'uint8' })
    const y = tensor(-2, { dtype: 'int32' })
    expect(x.maximum(y).toArray()).toEqual([254, 254, 254, 255])
    expect(x.lt(y).toArray()).toEqual([true, true, true, false])
    expect(x.remainder(y).toArray()).toEqual([0, 1, 200, 1])
    expect(floorDivide(x, y).toArray()).toEqual([0, 0, 0, 1])
    expect(x.reshape([2, 2]).transpose(0, 1).maximum(y).toArray()).toEqual([
      [254, 254],
      [254, 255],
    ])
  })
})

describe('whole quotients', () => {
  test('near the limits of int32', () => {
    const x = tensor([-2147483648, 2147483647, -7], { dtype: 'int32' })
    expect(floorDivide(x, 3).toArray()).toEqual([-715827883, 715827882, -3])
    expect(div(x, 3, { roundingMode: 'trunc' }).toArray()).toEqual([-715827882, 715827882, -2])
    expect(floorDivide(x, tensor(3, { dtype: 'int32' })).toArray()).toEqual([-715827883, 715827882, -3])
  })
  test('by an infinite divisor', () => {
    const x = tensor([1, -1, 0])
    expect(floorDivide(x, Number.POSITIVE_INFINITY).toArray()).toEqual([0, -1, 0])
    expect(floorDivide(x, Number.NEGATIVE_INFINITY).toArray()).toEqual([-1, 0, -0])
  })
})

describe('integers are computed modulo 2³²', () => {
  test('powers', () => {
    const x = tensor([3, -3, 2, 1, -1, 0], { dtype: 'int32' })
    expect(x.pow(tensor([40, 41, 32, 2147483647, 2147483647, 0], { dtype: 'int32' })).toArray()).toEqual([
      689956897,
      Number(BigInt.asIntN(32, (-3n) ** 41n)),
      0,
      1,
      -1,
      1,
    ])
    expect(x.pow(tensor(-1, { dtype: 'int32' })).toArray()).toEqual([0, 0, 0, 1, -1, 0])
    expect(tensor([3, 255], { dtype: 'uint8' }).pow(7).toArray()).toEqual([2187 % 256, 255])
  })
  test('products', () => {
    const x = tensor([2147483647, 2147483647, 2147483647, 3], { dtype: 'int32' })
    const exact = Number(BigInt.asIntN(32, 2147483647n ** 3n * 3n))
    expect(x.prod().item()).toBe(exact)
    setCompileText(false)
    expect(x.reshape([4, 1]).prod(0).toArray()).toEqual([exact])
  })
})

test('no subtraction with a bool operand', () => {
  const mask = tensor([true])
  const x = tensor([1])
  expect(() => x.sub(mask)).toThrow(/bool/)
  expect(() => mask.sub(x)).toThrow(/bool/)
  expect(() => mask.sub(mask)).toThrow(/bool/)
  expect(() => mask.sub(1)).toThrow(/bool/)
})
