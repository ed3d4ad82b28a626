// Shapes through layers, losses and loaders. Nothing here runs: the compiler checks it.
import { DataLoader, TensorDataset } from '../../src/data/index.ts'
import * as F from '../../src/nn/functional.ts'
import * as nn from '../../src/nn/index.ts'
import { randint, randn, zeros } from '../../src/tensor/functions/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { typeOf } from './type-of.ts'

const fc1 = new nn.Linear(784, 256)
const fc2 = new nn.Linear(256, 10)

export function linear<B extends number>(x: Tensor<[B, 784], 'float32'>): void {
  typeOf(fc1.forward(x)).is<Tensor<[B, 256], 'float32'>>()
  typeOf(fc2.forward(fc1.forward(x).relu())).is<Tensor<[B, 10], 'float32'>>()
  typeOf(F.relu(x)).is<Tensor<[B, 784], 'float32'>>()
  typeOf(new nn.ReLU().forward(x)).is<Tensor<[B, 784], 'float32'>>()
  typeOf(new nn.Dropout(0.5).forward(x)).is<Tensor<[B, 784], 'float32'>>()
  typeOf(new nn.LayerNorm(784).forward(x)).is<Tensor<[B, 784], 'float32'>>()
  typeOf(new nn.Flatten().forward(x)).is<Tensor<[B, 784], 'float32'>>()
  typeOf(F.crossEntropy(fc2.forward(fc1.forward(x)), zeros([32], { dtype: 'int32' })).item()).is<number>()
  // @ts-expect-error expects 256, got 784
  fc2.forward(x)
}

export function sequential(x: Tensor<[32, 784], 'float32'>, plain: Tensor): void {
  const model = new nn.Sequential(fc1, new nn.ReLU(), fc2)
  typeOf(model.forward(x)).is<Tensor<[32, 10], 'float32'>>()
  model.forward(plain)
  // @ts-expect-error expects 784, got 10
  model.forward(randn([32, 10]))
}

export function convolution(): void {
  const images = randn([8, 1, 28, 28])
  const features = new nn.MaxPool2d(2, 2).forward(new nn.Conv2d(1, 6, 5, { padding: 2 }).forward(images))
  typeOf(features.shape[0]).is<8>()
  typeOf(features.shape[1]).is<6>()
  // @ts-expect-error expects 3 channels, got 1
  new nn.Conv2d(3, 6, 5).forward(images)
}

export async function batches(): Promise<void> {
  const loader = new DataLoader(new TensorDataset(randn([100, 784]), randint(10, [100])), { batchSize: 32, shuffle: true })
  for await (const [x, y] of loader) {
    typeOf(x).is<Tensor<[number, 784], 'float32'>>()
    typeOf(y).is<Tensor<[number], 'int32'>>()
    typeOf(fc1.forward(x)).is<Tensor<[number, 256], 'float32'>>()
  }
}
