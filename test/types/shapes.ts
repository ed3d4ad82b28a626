// Shapes through every kind of operation. Nothing here runs: the compiler checks it (`npm run typecheck`).
import {
  add,
  arange,
  cat,
  exp,
  eye,
  full,
  linspace,
  matmul,
  ones,
  randint,
  randn,
  slice,
  stack,
  sub,
  sum,
  tensor,
  where,
  zeros,
  zerosLike,
} from '../../src/tensor/functions/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { typeOf } from './type-of.ts'

type F<S extends readonly number[]> = Tensor<S, 'float32'>
declare const x23: Tensor<[2, 3], 'float32'>
declare const x234: Tensor<[2, 3, 4], 'float32'>
declare const images: Tensor<[32, 1, 28, 28], 'float32'>
declare const batch: Tensor<[number, 784], 'float32'>
declare const plain: Tensor

export function creation(n: number, list: number[], shape: number[]): void {
  typeOf(
    tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  ).is<Tensor<[2, 3], 'float32'>>()
  typeOf(tensor(5)).is<Tensor<[], 'float32'>>()
  typeOf(tensor([true, false])).is<Tensor<[2], 'bool'>>()
  typeOf(tensor([])).is<Tensor<[0], 'float32'>>()
  typeOf(tensor([1, 2], { dtype: 'int32' })).is<Tensor<[2], 'int32'>>()
  typeOf(tensor([1, 2], { requiresGrad: true })).is<Tensor<[2], 'float32'>>()
  typeOf(tensor(list)).is<Tensor<[number], 'float32'>>()
  typeOf(tensor([list, list])).is<Tensor<[2, number], 'float32'>>()
  typeOf(tensor(new Float64Array(3))).is<Tensor<[number], 'float64'>>()
  typeOf(tensor(new Int32Array(3))).is<Tensor<[number], 'int32'>>()
  typeOf(tensor([[[1], [2]]])).is<Tensor<[1, 2, 1], 'float32'>>()
  // @ts-expect-error ragged
  tensor([[1, 2], [3]])
  typeOf(zeros([2, 3])).is<Tensor<[2, 3], 'float32'>>()
  typeOf(zeros([])).is<Tensor<[], 'float32'>>()
  typeOf(zeros([n, 3])).is<Tensor<[number, 3], 'float32'>>()
  typeOf(zeros(shape)).is<Tensor<any, 'float32'>>()
  typeOf(ones([2], { dtype: 'float64' })).is<Tensor<[2], 'float64'>>()
  typeOf(full([2], 7)).is<Tensor<[2], 'float32'>>()
  typeOf(full([2], true)).is<Tensor<[2], 'bool'>>()
  typeOf(arange(5)).is<Tensor<[5], 'float32'>>()
  typeOf(arange(1.5)).is<Tensor<[number], 'float32'>>()
  typeOf(arange(1, 5, { dtype: 'int32' })).is<Tensor<[number], 'int32'>>()
  typeOf(linspace(0, 1, 11)).is<Tensor<[11], 'float32'>>()
  typeOf(eye(3)).is<Tensor<[3, 3], 'float32'>>()
  typeOf(eye(3, 4)).is<Tensor<[3, 4], 'float32'>>()
  typeOf(eye(3, { dtype: 'float64' })).is<Tensor<[3, 3], 'float64'>>()
  typeOf(randint(10, [2])).is<Tensor<[2], 'int32'>>()
  typeOf(zerosLike(x23)).is<Tensor<[2, 3], 'float32'>>()
  typeOf(zerosLike(x23, { dtype: 'bool' })).is<Tensor<[2, 3], 'bool'>>()
  // @ts-expect-error misspelt option
  zeros([2], { requireGrad: true })
  // @ts-expect-error no such dtype
  zeros([2], { dtype: 'int64' })
}

export function elementwise(): void {
  typeOf(x23.add(zeros([3]))).is<F<[2, 3]>>()
  typeOf(x23.add(1)).is<F<[2, 3]>>()
  typeOf(x23.add(1, { alpha: 2 })).is<F<[2, 3]>>()
  typeOf(x23.mul(zeros([5, 1, 1]))).is<F<[5, 2, 3]>>()
  typeOf(batch.sub(zeros([784]))).is<F<[number, 784]>>()
  typeOf(batch.sub(zeros([32, 784]))).is<F<[32, 784]>>()
  typeOf(x23.add(plain)).is<Tensor<any, any>>()
  typeOf(x23.exp().relu().neg()).is<F<[2, 3]>>()
  typeOf(x23.clamp(0, 1)).is<F<[2, 3]>>()
  typeOf(x23.clamp({ min: 0 })).is<F<[2, 3]>>()
  typeOf(x23.add_(1)).is<F<[2, 3]>>()
  typeOf(x23.mul_(zeros([3]))).is<F<[2, 3]>>()
  typeOf(add(1, x23)).is<F<[2, 3]>>()
  typeOf(sub(x23, zeros([2, 1]))).is<F<[2, 3]>>()
  typeOf(exp(x23)).is<F<[2, 3]>>()
  typeOf(where(x23.gt(0), x23, 0)).is<F<[2, 3]>>()
  typeOf(x23.where(zeros([2, 1]).lt(1), zeros([3]))).is<F<[2, 3]>>()
  // @ts-expect-error sizes 3 and 4 do not broadcast
  x23.add(zeros([4]))
  // @ts-expect-error sizes 3 and 4 do not broadcast
  add(x23, zeros([4]))
  // @ts-expect-error the result would be larger
  x23.add_(zeros([5, 2, 3]))
  // @ts-expect-error operands are tensors or numbers
  x23.add([1, 2, 3])
}

export function products(): void {
  typeOf(zeros([32, 784]).matmul(zeros([784, 10]))).is<F<[32, 10]>>()
  typeOf(batch.matmul(zeros([784, 10]))).is<F<[number, 10]>>()
  typeOf(x23.matmul(zeros([3]))).is<F<[2]>>()
  typeOf(zeros([2]).matmul(x23)).is<F<[3]>>()
  typeOf(zeros([3]).matmul(zeros([3]))).is<F<[]>>()
  typeOf(zeros([8, 1, 2, 3]).matmul(zeros([5, 3, 4]))).is<F<[8, 5, 2, 4]>>()
  typeOf(x23.matmul(plain)).is<Tensor<any, any>>()
  typeOf(matmul(x23, zeros([3, 1]))).is<F<[2, 1]>>()
  typeOf(x23.mm(zeros([3, 1]))).is<F<[2, 1]>>()
  typeOf(zeros([2]).outer(zeros([3]))).is<F<[2, 3]>>()
  // @ts-expect-error inner sizes differ: 784 and 512
  zeros([32, 784]).matmul(zeros([512, 10]))
  // @ts-expect-error inner sizes differ
  matmul(x23, x23)
  // @ts-expect-error a vector is no matrix
  zeros([3]).mm(x23)
}

export function reductions(dim: number, dims: number[]): void {
  typeOf(x234.sum()).is<F<[]>>()
  typeOf(x234.sum(1)).is<F<[2, 4]>>()
  typeOf(x234.sum(-1)).is<F<[2, 3]>>()
  typeOf(x234.sum(1, { keepdim: true })).is<F<[2, 1, 4]>>()
  typeOf(x234.sum([0, -1])).is<F<[3]>>()
  typeOf(x234.sum([0, 2], { keepdim: true })).is<F<[1, 3, 1]>>()
  typeOf(x234.sum({ dim: 1, keepdim: true })).is<F<[2, 1, 4]>>()
  typeOf(x234.sum({ keepdim: true })).is<F<[1, 1, 1]>>()
  typeOf(x234.sum({ dtype: 'float64' })).is<Tensor<[], 'float64'>>()
  typeOf(x234.sum(null)).is<F<[]>>()
  typeOf(x234.sum(dim)).is<Tensor<any, 'float32'>>()
  typeOf(x234.mean(dims)).is<Tensor<any, 'float32'>>()
  typeOf(sum(x234, 1)).is<F<[2, 4]>>()
  typeOf(x234.mean(0)).is<F<[3, 4]>>()
  typeOf(x234.var([1, 2], { correction: 0 })).is<F<[2]>>()
  typeOf(x234.std({ correction: 0 })).is<F<[]>>()
  typeOf(x234.norm()).is<F<[]>>()
  typeOf(x234.norm(2, { dim: -1 })).is<F<[2, 3]>>()
  typeOf(x234.max()).is<F<[]>>()
  typeOf(x234.max(1).values).is<F<[2, 4]>>()
  typeOf(x234.max(1, { keepdim: true }).indices).is<Tensor<[2, 1, 4], 'int32'>>()
  typeOf(x23.max(zeros([3]))).is<F<[2, 3]>>()
  typeOf(x234.argmax(1)).is<Tensor<[2, 4], 'int32'>>()
  typeOf(x234.argmax()).is<Tensor<[], 'int32'>>()
  typeOf(x234.any()).is<Tensor<[], 'bool'>>()
  typeOf(x234.softmax(-1)).is<F<[2, 3, 4]>>()
  typeOf(x234.logsumexp(1)).is<F<[2, 4]>>()
  typeOf(x234.cumsum(1)).is<F<[2, 3, 4]>>()
  typeOf(x234.topk(2).values).is<F<[2, 3, 2]>>()
  typeOf(x234.topk(2, 0).indices).is<Tensor<[2, 3, 4], 'int32'>>()
  typeOf(x234.sort({ descending: true }).values).is<F<[2, 3, 4]>>()
  typeOf(batch.mean(0)).is<F<[784]>>()
  typeOf(plain.sum()).is<Tensor<[], any>>()
  typeOf(plain.sum(0)).is<Tensor<any, any>>()
  // @ts-expect-error dim 3 is out of range
  x234.sum(3)
  // @ts-expect-error dim 3 is out of range
  x234.sum([0, 3])
  // @ts-expect-error dim 3 is out of range
  x234.max(3)
  // @ts-expect-error misspelt option
  x234.sum(1, { keepDim: true })
  // @ts-expect-error misspelt option
  x234.sum({ keepDim: true })
  // @ts-expect-error booleans are never positional
  x234.sum(1, true)
}

export function movement(shape: number[]): void {
  typeOf(x234.reshape([6, 4])).is<F<[6, 4]>>()
  typeOf(x234.reshape([-1])).is<F<[24]>>()
  typeOf(images.reshape([-1, 784])).is<F<[32, 784]>>()
  typeOf(images.reshape([32, -1])).is<F<[32, 784]>>()
  typeOf(batch.reshape([-1, 28, 28])).is<F<[number, 28, 28]>>()
  typeOf(x234.reshape(shape)).is<Tensor<any, 'float32'>>()
  typeOf(plain.reshape([-1, 3])).is<Tensor<[number, 3], any>>()
  typeOf(images.flatten(1)).is<F<[32, 784]>>()
  typeOf(images.flatten()).is<F<[25088]>>()
  typeOf(x234.flatten({ endDim: 1 })).is<F<[6, 4]>>()
  typeOf(x234.flatten(0, { endDim: 1 })).is<F<[6, 4]>>()
  typeOf(x234.unflatten(2, [2, 2])).is<F<[2, 3, 2, 2]>>()
  typeOf(x234.unflatten(-1, [2, -1])).is<F<[2, 3, 2, 2]>>()
  typeOf(x234.transpose(0, -1)).is<F<[4, 3, 2]>>()
  typeOf(x234.permute([2, 0, 1])).is<F<[4, 2, 3]>>()
  typeOf(x23.t()).is<F<[3, 2]>>()
  typeOf(x23.unsqueeze(-1)).is<F<[2, 3, 1]>>()
  typeOf(images.squeeze(1)).is<F<[32, 28, 28]>>()
  typeOf(images.squeeze()).is<F<[32, 28, 28]>>()
  typeOf(x23.unsqueeze(0).expand([5, -1, 3])).is<F<[5, 2, 3]>>()
  typeOf(x234.narrow(1, 0, 2)).is<F<[2, 2, 4]>>()
  typeOf(x234.select(1, 0)).is<F<[2, 4]>>()
  typeOf(x234.unbind(1)).is<F<[2, 4]>[]>()
  typeOf(x234.chunk(2, -1)).is<F<[2, 3, number]>[]>()
  typeOf(cat([x23, zeros([5, 3])])).is<F<[7, 3]>>()
  typeOf(cat([x23, zeros([2, 1])], 1)).is<F<[2, 4]>>()
  typeOf(cat([batch, zeros([5, 784])])).is<F<[number, 784]>>()
  typeOf(cat([x23] as Tensor<[2, 3], 'float32'>[])).is<F<[number, 3]>>()
  typeOf(stack([x23, x23, x23])).is<F<[3, 2, 3]>>()
  typeOf(stack([x23, x23], 2)).is<F<[2, 3, 2]>>()
  // @ts-expect-error 24 elements do not fit into a shape of 25
  x234.reshape([5, 5])
  // @ts-expect-error 24 elements do not divide into groups of 5
  x234.reshape([5, -1])
  // @ts-expect-error only one size can be -1
  x234.reshape([-1, -1])
  // @ts-expect-error each dim must be named once
  x234.permute([0, 0, 1])
  // @ts-expect-error dim 2 is out of range
  x23.transpose(0, 2)
  // @ts-expect-error sizes differ
  cat([x23, zeros([2, 4])])
  // @ts-expect-error shapes differ
  stack([x23, zeros([2, 4])])
  // @ts-expect-error size 3 does not expand to 4
  x23.expand([2, 4])
}

export function indexing(): void {
  typeOf(x234.at(0)).is<F<[3, 4]>>()
  typeOf(x234.at(0, 1, 2)).is<F<[]>>()
  typeOf(x234.at(slice(), 1)).is<F<[2, 4]>>()
  typeOf(x234.at('...', 0)).is<F<[2, 3]>>()
  typeOf(x234.at(null, 0)).is<F<[1, 3, 4]>>()
  typeOf(images.at(slice(0, 8))).is<F<[8, 1, 28, 28]>>()
  typeOf(images.at(slice(24))).is<F<[8, 1, 28, 28]>>()
  typeOf(images.at(slice(null, null, 2))).is<F<[16, 1, 28, 28]>>()
  typeOf(images.at(slice(-3))).is<F<[number, 1, 28, 28]>>()
  typeOf(x234.at([0, 1, 1])).is<F<[3, 3, 4]>>()
  typeOf(x23.at(x23.gt(0))).is<F<[number]>>()
  typeOf(x23.at(randint(2, [7]))).is<F<[7, 3]>>()
  typeOf(plain.at(0)).is<Tensor<any, any>>()
  typeOf(x23.setAt([0, slice(1)], 7)).is<F<[2, 3]>>()
  typeOf(x23.gather(1, randint(3, [2, 1]))).is<F<[2, 1]>>()
  typeOf(x23.indexSelect(1, randint(3, [5]))).is<F<[2, 5]>>()
  typeOf(x23.maskedFill(zeros([3]).bool(), 0)).is<F<[2, 3]>>()
  typeOf(x23.nonzero()).is<Tensor<[number, 2], 'int32'>>()
  // @ts-expect-error more indices than dims
  x23.at(0, 0, 0)
  // @ts-expect-error strings are no slices
  x23.at('0:1')
}

export function reading(): void {
  typeOf(x23.toArray()).is<number[][]>()
  typeOf(x23.sum().toArray()).is<number>()
  typeOf(x23.gt(0).toArray()).is<boolean[][]>()
  typeOf(x23.sum().item()).is<number>()
  typeOf(x23.gt(0).any().item()).is<boolean>()
  typeOf(x23.toTypedArray()).is<Float32Array>()
  typeOf(randn([2]).shape).is<readonly [2]>()
  typeOf(x23.grad).is<Tensor<[2, 3], 'float32'> | null>()
  typeOf(plain.expect([32, null])).is<Tensor<[32, number], any>>()
  typeOf(batch.expect([32, 784])).is<Tensor<[32, 784], 'float32'>>()
  for (const row of x23) typeOf(row).is<Tensor<any, 'float32'>>()
}
