// Bad data and bad shapes: one sentence that says what was given and what to do.
import { describe, expect, test } from 'vitest'
import {
  arange,
  eye,
  fromTypedArray,
  full,
  linspace,
  normal,
  ones,
  rand,
  randint,
  randperm,
  stack,
  tensor,
  WengertError,
  zeros,
} from 'wengert'

const complaint = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof WengertError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'nothing thrown'
}

describe('what is refused', () => {
  test.each<[string, () => unknown, string]>([
    [
      'ragged rows',
      () => tensor([[1, 2], [3]] as never),
      'Shape: tensor: ragged array: [0] has 2 elements, [1] has 1 element. Pad the rows to one length.',
    ],
    [
      'ragged depth',
      () => tensor([[1], 2] as never),
      'Shape: tensor: ragged array: [0] has 1 element, [1] is a single number. Pad the rows to one length.',
    ],
    [
      'an array too deep',
      () => tensor([1, [2]] as never),
      'Shape: tensor: ragged array: [0] has no dims, [1] has 1 element. Pad the rows to one length.',
    ],
    [
      'ragged deep inside',
      () =>
        tensor([
          [[1], [2]],
          [[3], []],
        ] as never),
      'Shape: tensor: ragged array: [0][0] has 1 element, [1][1] has 0 elements. Pad the rows to one length.',
    ],
    [
      'a string',
      () => tensor(['1'] as never),
      "DType: tensor: [0] is the string '1'. Elements are numbers or booleans; convert it with Number(…).",
    ],
    [
      'undefined',
      () => tensor([1, undefined] as never),
      'DType: tensor: [1] is undefined. Elements are numbers or booleans; convert it with Number(…).',
    ],
    ['null', () => tensor(null as never), 'DType: tensor: data is null. Elements are numbers or booleans; convert it with Number(…).'],
    ['a bigint', () => tensor([1n] as never), 'DType: tensor: [0] is bigint. Elements are numbers or booleans; convert it with Number(…).'],
    [
      'an unknown typed array',
      () => tensor(new Float32Array(1).map(Number) && (new BigInt64Array(2) as never)),
      'DType: tensor: BigInt64Array has no dtype here. Convert it to Float32Array, Float64Array, Int32Array or Uint8Array.',
    ],
    [
      'NaN as an integer',
      () => tensor([1, Number.NaN], { dtype: 'int32' }),
      'DType: tensor: NaN does not fit into int32. Check the computation that it comes from.',
    ],
    [
      'a number out of range',
      () => tensor([300], { dtype: 'uint8' }),
      'DType: tensor: 300 does not fit into uint8. Use a dtype with more room.',
    ],
    [
      'a typed array of another size',
      () => fromTypedArray(new Float32Array(3), [2, 2]),
      'Shape: fromTypedArray: 3 elements do not fill shape [2, 2], which takes 4.',
    ],
    ['a number for a shape', () => zeros(3 as never), 'Option: zeros: a shape is an array of integers, not 3. Write [3].'],
    ['a negative size', () => ones([2, -1]), 'Shape: ones: sizes must be integers of at least 0, got [2, -1].'],
    ['NaN for a size', () => rand([Number.NaN]), 'Shape: rand: sizes must be integers of at least 0, got [NaN].'],
    ['a fraction for a size', () => zeros([1.5]), 'Shape: zeros: sizes must be integers of at least 0, got [1.5].'],
    ['a string to fill with', () => full([2], '1' as never), 'Option: full: fillValue must be a number or a boolean, not string.'],
    [
      'NaN filled into integers',
      () => full([2], Number.NaN, { dtype: 'int32' }),
      'DType: full: NaN does not fit into int32. Check the computation that it comes from.',
    ],
    ['a step of 0', () => arange(0, 1, 0), 'Option: arange: step must not be 0. Use full for equal numbers.'],
    ['a step in the wrong direction', () => arange(1, 0), 'Option: arange: a step of 1 does not lead from 1 to 0. Change its sign?'],
    ['an endless range', () => arange(Number.POSITIVE_INFINITY), 'Option: arange: from 0 to Infinity by 1 is no finite range.'],
    ['NaN in a range', () => arange(Number.NaN), 'Option: arange: end must be a number, not NaN.'],
    ['a fraction of steps', () => linspace(0, 1, 2.5), 'Shape: linspace: steps must be an integer of at least 0, not 2.5.'],
    ['a negative eye', () => eye(-1), 'Shape: eye: sizes must be integers of at least 0, got [-1, -1].'],
    ['low above high', () => randint(5, 5, [1]), 'Option: randint: needs integers low < high, got 5 and 5.'],
    [
      'no shape',
      () => randint(1, 5 as never),
      'Option: randint: the shape is missing. Write randint(high, shape) or randint(low, high, shape).',
    ],
    ['a fraction of a permutation', () => randperm(2.5), 'Shape: randperm: n must be an integer of at least 0, not 2.5.'],
    [
      'no shape for two numbers',
      () => normal(0, 1),
      'Option: normal: the shape is missing. Write normal(mean, std, shape), or give a tensor.',
    ],
    ['integers that require a gradient', () => zeros([2], { dtype: 'int32', requiresGrad: true }), 'Grad: '],
    ['no tensors', () => stack([] as never), 'Shape: stack: needs at least one tensor, got an empty array.'],
    [
      'a tensor for an array of tensors',
      () => stack(tensor([1]) as never),
      'Option: stack: the first argument must be an array of tensors. Write stack([a, b]).',
    ],
  ])('%s', (_, run, expected) => {
    expect(complaint(run).startsWith(expected), complaint(run)).toBe(true)
  })
})

describe('in-place forms keep shape and dtype', () => {
  test.each<[string, () => unknown, string]>([
    [
      'a float result in an integer tensor',
      () => tensor([1, 2], { dtype: 'int32' }).div_(2),
      'DType: div_: a float32 result cannot be stored in a int32 tensor.',
    ],
    ['a larger result', () => tensor([1]).add_(tensor([1, 2]) as never), 'Shape: add_: a result of shape [2] does not fit into [1].'],
    [
      'a larger composed result',
      () => tensor([1]).clamp_(tensor([1, 2]) as never),
      'Shape: clamp_: a result of shape [2] does not fit into [1].',
    ],
    [
      'a fraction for integers',
      () => tensor([1], { dtype: 'int32' }).fill_(0.5),
      'DType: fill_: 0.5 beside a tensor of int32 would be cut off.',
    ],
    [
      'an expanded destination',
      () => zeros([1]).expand([3]).add_(1),
      'Shape: add_: several elements of an expanded tensor are one place in memory.',
    ],
  ])('%s', (_, run, expected) => {
    expect(complaint(run).startsWith(expected), complaint(run)).toBe(true)
  })
  test('nothing is changed by a refused write', () => {
    const x = tensor([1, 2])
    complaint(() => x.add_(tensor([1, 2, 3]) as never))
    complaint(() => x.copy_(tensor([1, 2, 3]) as never))
    complaint(() => x.maskedFill_(tensor([1, 0]) as never, 3))
    expect(x.toArray()).toEqual([1, 2])
  })
})

test('errors have a stable code and a name', () => {
  try {
    zeros([-1])
  } catch (error) {
    expect(error).toBeInstanceOf(WengertError)
    expect(error).toMatchObject({ code: 'Shape', name: 'ShapeError' })
  }
})
