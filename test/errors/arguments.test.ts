// What people pass by mistake: each call says in a sentence what is wrong and what to do, and none speaks of the library's insides.
import { inspect } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { F, io, nn, noGrad, optim, randn, tensor, type WengertError, zeros } from 'wengert'

const wrong = (value: unknown) => value as never
const x = randn([2, 3])

function thrown(call: () => unknown): WengertError {
  try {
    call()
  } catch (error) {
    return error as WengertError
  }
  throw new Error('nothing was thrown')
}

test.each<[string, () => unknown, string]>([
  [
    'a layer',
    () => new nn.Linear(2, 3).forward(wrong([1, 2])),
    'Option: linear: input must be a tensor, got an array. Make one with tensor(…).',
  ],
  [
    'an activation',
    () => F.relu(wrong([1, 2])),
    'Option: relu: operands are tensors or numbers, got an array. Make a tensor with tensor(…).',
  ],
  ['an embedding', () => new nn.Embedding(3, 4).forward(wrong([1])), 'Option: embedding: input must be a tensor, got an array.'],
  ['a method', () => x.matmul(wrong([1, 2])), 'Option: matmul: other must be a tensor, got an array. Make one with tensor(…).'],
  ['indices', () => x.gather(0, wrong([1])), 'Option: gather: index must be a tensor, got an array.'],
  ['no operand', () => x.matmul(wrong(undefined)), 'Option: matmul: other is missing. Give a tensor.'],
  ['no target', () => F.mseLoss(x, wrong(undefined)), 'Option: mseLoss: target is missing. Give a tensor.'],
  ['no target of a module', () => new nn.CrossEntropyLoss().forward(x, wrong(undefined)), 'Option: crossEntropy: target is missing.'],
  ['no function', () => noGrad(wrong(undefined)), 'Option: noGrad: needs a function to run'],
  [
    'no gradient',
    () => zeros([2]).sub_(wrong(null)),
    'Option: sub_: operands are tensors or numbers, got null. A gradient is null before backward().',
  ],
  ['dims one by one', () => (x.permute as (...dims: unknown[]) => unknown)(1, 0), 'Write [1, 0].'],
  [
    'integers in a layer',
    () => new nn.Linear(3, 2).forward(x.int()),
    "DType: linear: the input is int32, the weight float32. Convert the input with .to('float32').",
  ],
  ['integers in a convolution', () => new nn.Conv1d(1, 2, 1).forward(zeros([1, 1, 4]).int()), 'DType: conv1d: the input is int32'],
  [
    'a batch without channels',
    () => new nn.Conv1d(1, 2, 3).forward(wrong(randn([8, 64]))),
    'Shape: Conv1d: [8, 64] is read as one sample [C, L] with 8 channels, not 1. A batch needs [N, C, L]: unsqueeze(1)?',
  ],
  ['a module for its state', () => io.safetensors.save(wrong(new nn.Linear(2, 2))), 'pass model.stateDict().'],
])('%s', (_, call, expected) => {
  const { code, message } = thrown(call)
  expect(`${code}: ${message}`).toContain(expected)
})

test('Sequential says which layer', () => {
  const inner = new nn.Sequential(new nn.ReLU(), new nn.Linear(4, 2))
  const error = thrown(() => new nn.Sequential(new nn.Flatten(), inner).forward(wrong(x)))
  expect(error.name).toBe('ShapeError')
  expect(error.code).toBe('Shape')
  expect(error.message).toMatch(/^Sequential\[1\] Sequential: Sequential\[1\] Linear: linear: the input's last size/)
  expect((error.cause as Error).message).toMatch(/^Sequential\[1\] Linear: /)
})

describe('losses of two shapes', () => {
  afterEach(() => void vi.restoreAllMocks())
  test('broadcast, with one warning', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    F.mseLoss(zeros([3, 1]) as never, zeros([3]) as never)
    F.l1Loss(zeros([3, 1]) as never, zeros([3]) as never)
    expect(warn.mock.calls).toEqual([[expect.stringContaining('mseLoss: input [3, 1] and target [3] have different shapes and broadcast')]])
  })
})

test('JSON.stringify writes the elements', () => {
  expect(JSON.stringify({ x: tensor([[1, 2]]), y: tensor(true) })).toBe('{"x":[[1,2]],"y":true}')
})

test('what the console shows', () => {
  expect(
    inspect({
      w: tensor([
        [1, 2],
        [3, 4],
      ]),
    }),
  ).toBe('{\n  w: tensor(\n      [[1., 2.],\n       [3., 4.]])\n}')
  expect(
    inspect(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ),
  ).toBe('tensor([[1., 2.],\n        [3., 4.]])')
  const optimizer = new optim.Adam(new nn.Linear(2, 1).parameters(), 0.1)
  expect(inspect(optimizer)).toContain('betas: [0.9, 0.999]')
  expect(inspect(new optim.StepLR(optimizer, 2))).toBe('StepLR(Adam, lastEpoch=0, stepSize=2, gamma=0.1, lr=[0.1])')
})
