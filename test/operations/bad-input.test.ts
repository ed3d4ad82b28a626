// What cannot be meant: each call throws one sentence with a code, and changes nothing.
import { describe, expect, test } from 'vitest'
import {
  arange,
  eye,
  fromTypedArray,
  full,
  Generator,
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
import { maxPool2d, pad } from 'wengert/nn/functional'

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

describe('numbers that an integer tensor cannot hold', () => {
  const bytes = tensor([1, 2], { dtype: 'uint8' })
  const words = tensor([1, 2], { dtype: 'int32' })
  const first = tensor([0], { dtype: 'int32' })
  test.each([
    ['operand', () => bytes.add(300), 'DType: add: 300 beside a tensor of uint8 does not fit into 0 to 255'],
    ['compared', () => bytes.lt(-1), 'DType: lt: -1 beside a tensor of '],
    ['bound', () => bytes.clamp(-5, 300), 'DType: clamp: -5 beside a tensor of '],
    ['filled', () => bytes.fill_(300), 'DType: fill_: 300 beside a tensor of '],
    ['filled NaN', () => words.fill_(Number.NaN), 'DType: fill_: NaN beside a tensor of '],
    ['copied fraction', () => words.copy_(2.5), 'DType: copy_: 2.5 beside a tensor of '],
    ['copied NaN', () => words.copy_(Number.NaN), 'DType: copy_: NaN beside a tensor of '],
    ['masked', () => words.maskedFill(words.eq(1), 2 ** 31), 'DType: maskedFill: 2147483648 beside a tensor of '],
    ['scattered', () => bytes.scatter(0, first, 256), 'DType: scatter: 256 beside a tensor of '],
    ['index filled', () => bytes.indexFill(0, first, 0.5), 'DType: indexFill: 0.5 beside a tensor of '],
    ['set', () => bytes.setAt(0, -1), 'DType: setAt: -1 beside a tensor of '],
    ['set at positions', () => bytes.setAt([[0]], -1), 'DType: setAt: -1 beside a tensor of '],
    ['padded', () => pad(bytes, [1, 1], { value: 256 }), 'DType: pad: 256 beside a tensor of '],
    ['drawn below', () => randint(-1, 5, [2], { dtype: 'uint8' }), 'DType: randint: -1 beside a tensor of '],
    ['drawn above', () => randint(0, 257, [2], { dtype: 'uint8' }), 'DType: randint: 256 beside a tensor of '],
    ['drawn far', () => randint(0, 2 ** 40, [2]), 'DType: randint: 1099511627775 beside a tensor of '],
  ])('%s', (_, call, expected) => {
    expect(thrown(call)).toContain(expected)
    expect([...bytes.toArray(), ...words.toArray()]).toEqual([1, 2, 1, 2])
  })
  test('bool tensors take every number', () => {
    const mask = tensor([true, false])
    expect(mask.maskedFill(tensor([false, true]), 1).toArray()).toEqual([true, true])
    expect(mask.fill_(0.5).toArray()).toEqual([true, true])
  })
})

test('a state of fractions', () => {
  expect(thrown(() => new Generator(1).setState([0.5, 0, 0, 0]))).toContain('Option: setState: ')
  expect(thrown(() => new Generator(1).setState([0, 0, 0, Number.NaN]))).toContain('Option: setState: ')
})

test('a pooling window without an element', () => {
  const planes = ones([2, 3, 8, 2])
  expect(thrown(() => maxPool2d(planes, [3, 2], { stride: [4, 1], padding: [1, 1], dilation: [2, 3], ceilMode: true }))).toContain(
    'Shape: maxPool: ',
  )
  expect(maxPool2d(planes, [3, 2], { stride: 1, padding: [1, 0], dilation: [2, 1] }).shape).toEqual([2, 3, 6, 1])
})

test('constants are written into expanded tensors, other values are not', () => {
  const x = zeros([1]).expand([3])
  expect(x.fill_(2).toArray()).toEqual([2, 2, 2])
  expect(x.zero_().toArray()).toEqual([0, 0, 0])
  expect(thrown(() => x.copy_(ones([3])))).toContain('Shape: copy_: ')
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
