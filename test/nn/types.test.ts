// Shapes in the types of layers: what flows through, and what is refused before anything runs.

import { expect, expectTypeOf, test } from 'vitest'
import { F, nn, type Tensor, tensor, zeros } from 'wengert'

const model = new nn.Sequential(new nn.Linear(784, 128), new nn.ReLU(), new nn.Dropout(0.1), new nn.Linear(128, 10))

test('shapes flow through Sequential', () => {
  expectTypeOf(model.forward(zeros([32, 784]))).toEqualTypeOf<Tensor<[32, 10], 'float32'>>()
  expectTypeOf(model.forward(zeros([4, 8, 784]))).toEqualTypeOf<Tensor<[4, 8, 10], 'float32'>>()
  const images = new nn.Sequential(
    new nn.Conv2d(1, 6, 5),
    new nn.BatchNorm2d(6),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(864, 10),
  )
  expectTypeOf(images.forward(zeros([8, 1, 28, 28]))).toEqualTypeOf<Tensor<[8, 10], 'float32'>>()
  const nested = new nn.Sequential(new nn.Flatten(), model, new nn.LogSoftmax(1))
  expectTypeOf(nested.forward(zeros([2, 28, 28]))).toEqualTypeOf<Tensor<[2, 10], 'float32'>>()
})

test('a misfit names both sizes', () => {
  // @ts-expect-error Linear: expects size 784, got 783
  expect(() => model.forward(zeros([32, 783]))).toThrow('[32, 783]')
  // @ts-expect-error Linear: expects size 10, got 128
  expect(() => new nn.Sequential(new nn.Linear(5, 128), new nn.Linear(10, 2)).forward(zeros([1, 5]))).toThrow('[1, 128]')
  // @ts-expect-error Conv2d: expects size 3, got 1
  expect(() => new nn.Conv2d(3, 6, 5).forward(zeros([8, 1, 28, 28]))).toThrow('takes 3 channels')
})

test('a symbolic batch size stays', () => {
  function classify<B extends number>(x: Tensor<[B, 784], 'float32'>): Tensor<[B, 10], 'float32'> {
    return model.forward(x)
  }
  function hidden<B extends number>(x: Tensor<[B, 784], 'float32'>): Tensor<[B, 128], 'float32'> {
    return new nn.Linear(784, 128).forward(x)
  }
  expectTypeOf(classify(zeros([3, 784]))).toEqualTypeOf<Tensor<[3, 10], 'float32'>>()
  expectTypeOf(hidden(zeros([3, 784]))).toEqualTypeOf<Tensor<[3, 128], 'float32'>>()
})

test('plain tensors go everywhere', () => {
  const x: Tensor = zeros([2, 784])
  expect(model.forward(x).shape).toEqual([2, 10])
  class Net extends nn.Module {
    fc1 = new nn.Linear(784, 128)
    fc2 = new nn.Linear(128, 10)
    forward(x: Tensor) {
      x = this.fc1.forward(x)
      return this.fc2.forward(F.relu(x))
    }
  }
  expect(new Net().forward(x).shape).toEqual([2, 10])
  expect(new nn.Sequential(new Net(), new nn.Softmax(1)).forward(x).shape).toEqual([2, 10])
})

test('losses: scalars by default, elements without reduction, equal shapes', () => {
  const [a, b] = [zeros([4, 1]), zeros([4, 1])]
  expectTypeOf(F.mseLoss(a, b)).toEqualTypeOf<Tensor<[], 'float32'>>()
  expectTypeOf(F.mseLoss(a, b, { reduction: 'none' })).toEqualTypeOf<Tensor<[4, 1], 'float32'>>()
  expectTypeOf(new nn.MSELoss({ reduction: 'none' }).forward(a, b)).toEqualTypeOf<Tensor<[4, 1], 'float32'>>()
  expectTypeOf(F.crossEntropy(zeros([4, 3]), zeros([4], { dtype: 'int32' }))).toEqualTypeOf<Tensor<[], 'float32'>>()
  // @ts-expect-error [4] and [4, 1] broadcast to [4, 4], which nobody means
  F.mseLoss(a, zeros([4]))
})

test('attention: lengths of queries, sizes of values', () => {
  const [q, k, v] = [zeros([2, 4, 5, 8]), zeros([2, 4, 7, 8]), zeros([2, 1, 7, 3])]
  expectTypeOf(F.scaledDotProductAttention(q, k, v)).toEqualTypeOf<Tensor<[2, 4, 5, 3], 'float32'>>()
  expectTypeOf(F.scaledDotProductAttention(q, k as Tensor, v)).toEqualTypeOf<Tensor>()
  const inBatches = <B extends number>(x: Tensor<[B, 5, 8], 'float32'>): Tensor<[B, 5, 8], 'float32'> =>
    F.scaledDotProductAttention(x, x, x, { isCausal: true })
  expect(inBatches(zeros([3, 5, 8])).shape).toEqual([3, 5, 8])
  // @ts-expect-error query and key have different last sizes: 8 and 9
  expect(() => F.scaledDotProductAttention(q, zeros([2, 4, 7, 9]), v)).toThrow('last size')
  // @ts-expect-error key and value have different numbers of rows: 7 and 6
  expect(() => F.scaledDotProductAttention(q, k, zeros([2, 4, 6, 3]))).toThrow('equally many rows')
})

test('embedding, oneHot, linear', () => {
  const index = tensor([[1, 2, 3]], { dtype: 'int32' })
  expectTypeOf(new nn.Embedding(10, 5).forward(zeros([2, 3], { dtype: 'int32' }))).toEqualTypeOf<Tensor<[2, 3, 5]>>()
  expectTypeOf(F.oneHot(zeros([2, 3], { dtype: 'int32' }), 4)).toEqualTypeOf<Tensor<[2, 3, 4], 'int32'>>()
  expectTypeOf(F.linear(zeros([2, 3]), zeros([5, 3]))).toEqualTypeOf<Tensor<[2, 5], 'float32'>>()
  expect(index.shape).toEqual([1, 3])
})
