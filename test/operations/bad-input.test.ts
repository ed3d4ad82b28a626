// What cannot be meant: each call throws one sentence with a code, and changes nothing.
import { describe, expect, test } from 'vitest'
import {
  arange,
  eye,
  fromTypedArray,
  full,
  linspace,
  manualSeed,
  ones,
  randint,
  randn,
  randperm,
  slice,
  type Tensor,
  tensor,
  WengertError,
  zeros,
} from 'wengert'

/** The code and the message of what `call` throws. */
function thrown(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(WengertError)
    return `${(error as WengertError).code}: ${(error as WengertError).message}`
  }
  throw new Error('did not throw')
}

// What the types forbid, too: people write JavaScript.
const wrong = (value: unknown) => value as never

describe('creation', () => {
  test.each([
    ['ragged array', () => tensor(wrong([[1], [2, 3]])), 'Shape: tensor: '],
    ['number beside an array', () => tensor(wrong([1, [2]])), 'Shape: tensor: '],
    ['text for a number', () => tensor(wrong(['1'])), 'DType: tensor: '],
    ['no data', () => tensor(wrong(undefined)), 'DType: tensor: data is undefined'],
    ['misspelt requiresGrad', () => tensor([1], wrong({ requireGrad: true })), "Did you mean 'requiresGrad'?"],
    ['unknown dtype', () => tensor([1], { dtype: wrong('float16') }), 'DType: tensor: '],
    ['unknown device', () => tensor([1], { device: wrong('cuda') }), 'Device: tensor: '],
    ['gradient for integers', () => tensor([1], { dtype: 'int32', requiresGrad: true }), 'Grad: '],
    ['NaN in an integer tensor', () => tensor([Number.NaN], { dtype: 'int32' }), 'DType: tensor: '],
    ['typed array of another length', () => fromTypedArray(new Float32Array(5), [2, 3]), 'Shape: fromTypedArray: '],
    ['negative size', () => zeros([2, -1]), 'Shape: zeros: '],
    ['size that is no integer', () => ones([Number.NaN]), 'Shape: ones: '],
    ['sizes not in an array', () => zeros(wrong(3)), 'zeros: '],
    ['no value', () => full([2], wrong(undefined)), 'Option: full: '],
    ['steps that are no integer', () => linspace(0, 1, 2.5), 'linspace: '],
    ['NaN steps', () => eye(Number.NaN), 'eye: '],
    ['empty range', () => randint(3, 3, [2]), 'randint: '],
    ['negative length', () => randperm(-1), 'randperm: '],
    ['seed that is no integer', () => manualSeed(Number.NaN), 'manualSeed: '],
    ['step of 0', () => slice(0, 3, 0), 'slice: '],
    ['fraction in a slice', () => slice(0.5), 'slice: '],
    ['end that is no number', () => arange(0, wrong('3')), 'arange: '],
  ])('%s', (_, call, expected) => {
    expect(thrown(call)).toContain(expected)
  })
})

describe('methods', () => {
  // A plain Tensor: the compiler knows no sizes, so the library must look.
  const x: Tensor = arange(6).reshape([2, 3])
  test.each([
    ['misspelt option', () => x.sum(1, wrong({ keepDim: true })), "Did you mean 'keepdim'?"],
    ['boolean by position', () => x.sum(1, wrong(true)), 'Option: sum: '],
    ['option by position and by name', () => x.sum(1, wrong({ dim: 1 })), 'Option: sum: '],
    ['NaN as a dim', () => x.sum(wrong(Number.NaN)), 'sum: '],
    ['array as an operand', () => x.add(wrong([1, 2, 3])), 'add: '],
    ['text as an operand', () => x.mul(wrong('2')), 'mul: '],
    ['nothing as an operand', () => x.mul(wrong(undefined)), 'mul: '],
    ['sizes one by one', () => x.reshape(wrong(3)), 'reshape: '],
    ['size that is no integer', () => x.reshape([1.5, 4]), 'reshape: '],
    ['fraction with integers', () => x.to('int32').add(0.5), 'add: '],
    ['float result in an integer tensor', () => x.to('int32').div_(2), 'div_: '],
    ['shape that grows in place', () => ones([3]).add_(x), 'add_: '],
    ['item of several', () => x.item(), 'item: '],
    ['gradient of several', () => randn([2], { requiresGrad: true }).mul(2).backward(), 'backward: '],
    ['gradient of nothing', () => x.sum().backward(), 'Grad: backward: '],
    [
      'gradient of another shape',
      () =>
        randn([2], { requiresGrad: true })
          .mul(2)
          .backward(ones([3])),
      'backward: ',
    ],
    ['gradient of a leaf in place', () => randn([2], { requiresGrad: true }).add_(1), 'Grad: '],
    ['index that is no integer', () => x.at(wrong({})), 'at: '],
    ['text that is no ellipsis', () => x.at(wrong('1:2')), 'at: '],
    ['arithmetic with operators', () => Number(wrong(x)) + 1, 'operators do not work on tensors'],
  ])('%s', (_, call, expected) => {
    const before = x.toArray()
    expect(thrown(call)).toContain(expected)
    expect(x.toArray()).toEqual(before)
  })
})
