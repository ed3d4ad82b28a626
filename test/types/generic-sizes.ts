// Sizes that are type parameters, assignability, and plain tensors. Nothing here runs: the compiler checks it.
import { add, cat, exp, ones, sum, zeros } from '../../src/tensor/functions/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { typeOf } from './type-of.ts'

declare const exact: Tensor<[32, 784], 'float32'>
declare const open: Tensor<[number, 784], 'float32'>
declare const plain: Tensor

export function assignability(): void {
  const a: Tensor<[number, 784], 'float32'> = exact
  const b: Tensor = a
  const c: Tensor<[32, 784], 'float32'> = b
  const d: Tensor<[number, number]> = exact
  const e: Tensor<number[]> = exact
  const f: { readonly shape: readonly number[] } = exact
  const g: Tensor<any, 'float32' | 'float64'> = exact
  // @ts-expect-error a size known at run time only is not 32
  const h: Tensor<[32, 784], 'float32'> = open
  // @ts-expect-error other sizes
  const i: Tensor<[32, 10], 'float32'> = exact
  // @ts-expect-error other number of dims
  const j: Tensor<[32], 'float32'> = exact
  // @ts-expect-error other dtype
  const k: Tensor<[32, 784], 'float64'> = exact
  const list: Tensor[] = [exact, open, plain]
  console.log(a, b, c, d, e, f, g, h, i, j, k, list)
}

export function rebinding(): void {
  let x: Tensor = zeros([2, 3])
  x = x.matmul(zeros([3, 4])).relu()
  x = x.reshape([8]).sum(0)
  let y = plain
  y = y.add(exact).transpose(0, 1).at(0)
  console.log(x, y)
}

// B stays B through everything that a layer does.
export function batch<B extends number>(
  x: Tensor<[B, 784], 'float32'>,
  images: Tensor<[B, 16, 5, 5], 'float32'>,
  column: Tensor<[B, 1], 'float32'>,
): void {
  typeOf(x.relu()).is<Tensor<[B, 784], 'float32'>>()
  typeOf(exp(x)).is<Tensor<[B, 784], 'float32'>>()
  typeOf(x.exp()).is<Tensor<[B, 784], 'float32'>>()
  typeOf(x.add(1)).is<Tensor<[B, 784], 'float32'>>()
  typeOf(x.add(x)).is<Tensor<[B, 784], 'float32'>>()
  typeOf(x.add(zeros([784]))).is<Tensor<[B, 784], 'float32'>>()
  typeOf(x.add(zeros([1, 784]))).is<Tensor<[B, 784], 'float32'>>()
  typeOf(x.mul(column)).is<Tensor<[B, 784], 'float32'>>()
  typeOf(add(1, x)).is<Tensor<[B, 784], 'float32'>>()
  typeOf(x.gt(0)).is<Tensor<[B, 784], 'bool'>>()
  typeOf(x.matmul(zeros([784, 10]))).is<Tensor<[B, 10], 'float32'>>()
  typeOf(
    x
      .matmul(zeros([784, 10]))
      .add(zeros([10]))
      .relu()
      .matmul(zeros([10, 2])),
  ).is<Tensor<[B, 2], 'float32'>>()
  typeOf(x.sum(1)).is<Tensor<[B], 'float32'>>()
  typeOf(x.mean(1, { keepdim: true })).is<Tensor<[B, 1], 'float32'>>()
  typeOf(x.sub(x.mean(1, { keepdim: true }))).is<Tensor<[B, 784], 'float32'>>()
  typeOf(x.argmax(1)).is<Tensor<[B], 'int32'>>()
  typeOf(x.max(1).values).is<Tensor<[B], 'float32'>>()
  typeOf(x.sum(0)).is<Tensor<[784], 'float32'>>()
  typeOf(sum(x)).is<Tensor<[], 'float32'>>()
  typeOf(x.softmax(-1)).is<Tensor<[B, 784], 'float32'>>()
  typeOf(images.flatten(1)).is<Tensor<[B, 400], 'float32'>>()
  typeOf(images.permute([0, 2, 3, 1])).is<Tensor<[B, 5, 5, 16], 'float32'>>()
  typeOf(x.unsqueeze(1)).is<Tensor<[B, 1, 784], 'float32'>>()
  typeOf(x.transpose(0, 1)).is<Tensor<[784, B], 'float32'>>()
  typeOf(x.transpose(0, 1).matmul(x)).is<Tensor<[784, 784], 'float32'>>()
  typeOf(cat([x, x], 1)).is<Tensor<[B, 1568], 'float32'>>()
  typeOf(ones([1, 784]).sub(x)).is<Tensor<[B, 784], 'float32'>>()
  typeOf(x.at('...', 0)).is<Tensor<[B], 'float32'>>()
  typeOf(x.expect([null, 784])).is<Tensor<[number, 784], 'float32'>>()
  typeOf(x.shape[0]).is<B>()
}

/** A block of a network, generic in its batch. */
export function block<B extends number>(x: Tensor<[B, 64], 'float32'>, weight: Tensor<[64, 64], 'float32'>): Tensor<[B, 64], 'float32'> {
  return x.add(x.matmul(weight).relu())
}
typeOf(block(zeros([32, 64]), zeros([64, 64]))).is<Tensor<[32, 64], 'float32'>>()
