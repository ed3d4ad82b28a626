// Shapes through every kind of operation. Nothing here runs: the compiler checks it (`npm run typecheck`).
import { expectTypeOf } from 'vitest'
import { add, arange, cat, exp, eye, full, linspace, matmul, ones, randint, randn, slice, stack, sub, sum, tensor, where, zeros, zerosLike } from '../../src/tensor/functions.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

type F<S extends readonly number[]> = Tensor<S & number[], 'float32'>
declare const x23: Tensor<[2, 3], 'float32'>
declare const x234: Tensor<[2, 3, 4], 'float32'>
declare const images: Tensor<[32, 1, 28, 28], 'float32'>
declare const batch: Tensor<[number, 784], 'float32'>
declare const plain: Tensor

export function creation(n: number, list: number[], shape: number[]): void {
  expectTypeOf(tensor([[1, 2, 3], [4, 5, 6]])).toEqualTypeOf<Tensor<[2, 3], 'float32'>>()
  expectTypeOf(tensor(5)).toEqualTypeOf<Tensor<[], 'float32'>>()
  expectTypeOf(tensor([true, false])).toEqualTypeOf<Tensor<[2], 'bool'>>()
  expectTypeOf(tensor([])).toEqualTypeOf<Tensor<[0], 'float32'>>()
  expectTypeOf(tensor([1, 2], { dtype: 'int32' })).toEqualTypeOf<Tensor<[2], 'int32'>>()
  expectTypeOf(tensor([1, 2], { requiresGrad: true })).toEqualTypeOf<Tensor<[2], 'float32'>>()
  expectTypeOf(tensor(list)).toEqualTypeOf<Tensor<[number], 'float32'>>()
  expectTypeOf(tensor([list, list])).toEqualTypeOf<Tensor<[2, number], 'float32'>>()
  expectTypeOf(tensor(new Float64Array(3))).toEqualTypeOf<Tensor<[number], 'float64'>>()
  expectTypeOf(tensor(new Int32Array(3))).toEqualTypeOf<Tensor<[number], 'int32'>>()
  expectTypeOf(tensor([[[1], [2]]])).toEqualTypeOf<Tensor<[1, 2, 1], 'float32'>>()
  // @ts-expect-error ragged
  tensor([[1, 2], [3]])
  expectTypeOf(zeros([2, 3])).toEqualTypeOf<Tensor<[2, 3], 'float32'>>()
  expectTypeOf(zeros([])).toEqualTypeOf<Tensor<[], 'float32'>>()
  expectTypeOf(zeros([n, 3])).toEqualTypeOf<Tensor<[number, 3], 'float32'>>()
  expectTypeOf(zeros(shape)).toEqualTypeOf<Tensor<any, 'float32'>>()
  expectTypeOf(ones([2], { dtype: 'float64' })).toEqualTypeOf<Tensor<[2], 'float64'>>()
  expectTypeOf(full([2], 7)).toEqualTypeOf<Tensor<[2], 'float32'>>()
  expectTypeOf(full([2], true)).toEqualTypeOf<Tensor<[2], 'bool'>>()
  expectTypeOf(arange(5)).toEqualTypeOf<Tensor<[5], 'float32'>>()
  expectTypeOf(arange(1.5)).toEqualTypeOf<Tensor<[number], 'float32'>>()
  expectTypeOf(arange(1, 5, { dtype: 'int32' })).toEqualTypeOf<Tensor<[number], 'int32'>>()
  expectTypeOf(linspace(0, 1, 11)).toEqualTypeOf<Tensor<[11], 'float32'>>()
  expectTypeOf(eye(3)).toEqualTypeOf<Tensor<[3, 3], 'float32'>>()
  expectTypeOf(eye(3, 4)).toEqualTypeOf<Tensor<[3, 4], 'float32'>>()
  expectTypeOf(eye(3, { dtype: 'float64' })).toEqualTypeOf<Tensor<[3, 3], 'float64'>>()
  expectTypeOf(randint(10, [2])).toEqualTypeOf<Tensor<[2], 'int32'>>()
  expectTypeOf(zerosLike(x23)).toEqualTypeOf<Tensor<[2, 3], 'float32'>>()
  expectTypeOf(zerosLike(x23, { dtype: 'bool' })).toEqualTypeOf<Tensor<[2, 3], 'bool'>>()
  // @ts-expect-error misspelt option
  zeros([2], { requireGrad: true })
  // @ts-expect-error no such dtype
  zeros([2], { dtype: 'int64' })
}

export function elementwise(): void {
  expectTypeOf(x23.add(zeros([3]))).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x23.add(1)).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x23.add(1, { alpha: 2 })).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x23.mul(zeros([5, 1, 1]))).toEqualTypeOf<F<[5, 2, 3]>>()
  expectTypeOf(batch.sub(zeros([784]))).toEqualTypeOf<F<[number, 784]>>()
  expectTypeOf(batch.sub(zeros([32, 784]))).toEqualTypeOf<F<[32, 784]>>()
  expectTypeOf(x23.add(plain)).toEqualTypeOf<Tensor<any, any>>()
  expectTypeOf(x23.exp().relu().neg()).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x23.clamp(0, 1)).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x23.clamp({ min: 0 })).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x23.add_(1)).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x23.mul_(zeros([3]))).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(add(1, x23)).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(sub(x23, zeros([2, 1]))).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(exp(x23)).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(where(x23.gt(0), x23, 0)).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x23.where(zeros([2, 1]).lt(1), zeros([3]))).toEqualTypeOf<F<[2, 3]>>()
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
  expectTypeOf(zeros([32, 784]).matmul(zeros([784, 10]))).toEqualTypeOf<F<[32, 10]>>()
  expectTypeOf(batch.matmul(zeros([784, 10]))).toEqualTypeOf<F<[number, 10]>>()
  expectTypeOf(x23.matmul(zeros([3]))).toEqualTypeOf<F<[2]>>()
  expectTypeOf(zeros([2]).matmul(x23)).toEqualTypeOf<F<[3]>>()
  expectTypeOf(zeros([3]).matmul(zeros([3]))).toEqualTypeOf<F<[]>>()
  expectTypeOf(zeros([8, 1, 2, 3]).matmul(zeros([5, 3, 4]))).toEqualTypeOf<F<[8, 5, 2, 4]>>()
  expectTypeOf(x23.matmul(plain)).toEqualTypeOf<Tensor<any, any>>()
  expectTypeOf(matmul(x23, zeros([3, 1]))).toEqualTypeOf<F<[2, 1]>>()
  expectTypeOf(x23.mm(zeros([3, 1]))).toEqualTypeOf<F<[2, 1]>>()
  expectTypeOf(zeros([2]).outer(zeros([3]))).toEqualTypeOf<F<[2, 3]>>()
  // @ts-expect-error inner sizes differ: 784 and 512
  zeros([32, 784]).matmul(zeros([512, 10]))
  // @ts-expect-error inner sizes differ
  matmul(x23, x23)
  // @ts-expect-error a vector is no matrix
  zeros([3]).mm(x23)
}

export function reductions(dim: number, dims: number[]): void {
  expectTypeOf(x234.sum()).toEqualTypeOf<F<[]>>()
  expectTypeOf(x234.sum(1)).toEqualTypeOf<F<[2, 4]>>()
  expectTypeOf(x234.sum(-1)).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x234.sum(1, { keepdim: true })).toEqualTypeOf<F<[2, 1, 4]>>()
  expectTypeOf(x234.sum([0, -1])).toEqualTypeOf<F<[3]>>()
  expectTypeOf(x234.sum([0, 2], { keepdim: true })).toEqualTypeOf<F<[1, 3, 1]>>()
  expectTypeOf(x234.sum({ dim: 1, keepdim: true })).toEqualTypeOf<F<[2, 1, 4]>>()
  expectTypeOf(x234.sum({ keepdim: true })).toEqualTypeOf<F<[1, 1, 1]>>()
  expectTypeOf(x234.sum({ dtype: 'float64' })).toEqualTypeOf<Tensor<[], 'float64'>>()
  expectTypeOf(x234.sum(null)).toEqualTypeOf<F<[]>>()
  expectTypeOf(x234.sum(dim)).toEqualTypeOf<Tensor<any, 'float32'>>()
  expectTypeOf(x234.mean(dims)).toEqualTypeOf<Tensor<any, 'float32'>>()
  expectTypeOf(sum(x234, 1)).toEqualTypeOf<F<[2, 4]>>()
  expectTypeOf(x234.mean(0)).toEqualTypeOf<F<[3, 4]>>()
  expectTypeOf(x234.var([1, 2], { correction: 0 })).toEqualTypeOf<F<[2]>>()
  expectTypeOf(x234.std({ correction: 0 })).toEqualTypeOf<F<[]>>()
  expectTypeOf(x234.norm()).toEqualTypeOf<F<[]>>()
  expectTypeOf(x234.norm(2, { dim: -1 })).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x234.max()).toEqualTypeOf<F<[]>>()
  expectTypeOf(x234.max(1).values).toEqualTypeOf<F<[2, 4]>>()
  expectTypeOf(x234.max(1, { keepdim: true }).indices).toEqualTypeOf<Tensor<[2, 1, 4], 'int32'>>()
  expectTypeOf(x23.max(zeros([3]))).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x234.argmax(1)).toEqualTypeOf<Tensor<[2, 4], 'int32'>>()
  expectTypeOf(x234.argmax()).toEqualTypeOf<Tensor<[], 'int32'>>()
  expectTypeOf(x234.any()).toEqualTypeOf<Tensor<[], 'bool'>>()
  expectTypeOf(x234.softmax(-1)).toEqualTypeOf<F<[2, 3, 4]>>()
  expectTypeOf(x234.logsumexp(1)).toEqualTypeOf<F<[2, 4]>>()
  expectTypeOf(x234.cumsum(1)).toEqualTypeOf<F<[2, 3, 4]>>()
  expectTypeOf(x234.topk(2).values).toEqualTypeOf<F<[2, 3, 2]>>()
  expectTypeOf(x234.topk(2, 0).indices).toEqualTypeOf<Tensor<[2, 3, 4], 'int32'>>()
  expectTypeOf(x234.sort({ descending: true }).values).toEqualTypeOf<F<[2, 3, 4]>>()
  expectTypeOf(batch.mean(0)).toEqualTypeOf<F<[784]>>()
  expectTypeOf(plain.sum()).toEqualTypeOf<Tensor<[], any>>()
  expectTypeOf(plain.sum(0)).toEqualTypeOf<Tensor<any, any>>()
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
  expectTypeOf(x234.reshape([6, 4])).toEqualTypeOf<F<[6, 4]>>()
  expectTypeOf(x234.reshape([-1])).toEqualTypeOf<F<[24]>>()
  expectTypeOf(images.reshape([-1, 784])).toEqualTypeOf<F<[32, 784]>>()
  expectTypeOf(images.reshape([32, -1])).toEqualTypeOf<F<[32, 784]>>()
  expectTypeOf(batch.reshape([-1, 28, 28])).toEqualTypeOf<F<[number, 28, 28]>>()
  expectTypeOf(x234.reshape(shape)).toEqualTypeOf<Tensor<any, 'float32'>>()
  expectTypeOf(plain.reshape([-1, 3])).toEqualTypeOf<Tensor<[number, 3], any>>()
  expectTypeOf(images.flatten(1)).toEqualTypeOf<F<[32, 784]>>()
  expectTypeOf(images.flatten()).toEqualTypeOf<F<[25088]>>()
  expectTypeOf(x234.flatten({ endDim: 1 })).toEqualTypeOf<F<[6, 4]>>()
  expectTypeOf(x234.flatten(0, { endDim: 1 })).toEqualTypeOf<F<[6, 4]>>()
  expectTypeOf(x234.unflatten(2, [2, 2])).toEqualTypeOf<F<[2, 3, 2, 2]>>()
  expectTypeOf(x234.unflatten(-1, [2, -1])).toEqualTypeOf<F<[2, 3, 2, 2]>>()
  expectTypeOf(x234.transpose(0, -1)).toEqualTypeOf<F<[4, 3, 2]>>()
  expectTypeOf(x234.permute([2, 0, 1])).toEqualTypeOf<F<[4, 2, 3]>>()
  expectTypeOf(x23.t()).toEqualTypeOf<F<[3, 2]>>()
  expectTypeOf(x23.unsqueeze(-1)).toEqualTypeOf<F<[2, 3, 1]>>()
  expectTypeOf(images.squeeze(1)).toEqualTypeOf<F<[32, 28, 28]>>()
  expectTypeOf(images.squeeze()).toEqualTypeOf<F<[32, 28, 28]>>()
  expectTypeOf(x23.unsqueeze(0).expand([5, -1, 3])).toEqualTypeOf<F<[5, 2, 3]>>()
  expectTypeOf(x234.narrow(1, 0, 2)).toEqualTypeOf<F<[2, 2, 4]>>()
  expectTypeOf(x234.select(1, 0)).toEqualTypeOf<F<[2, 4]>>()
  expectTypeOf(x234.unbind(1)).toEqualTypeOf<F<[2, 4]>[]>()
  expectTypeOf(x234.chunk(2, -1)).toEqualTypeOf<F<[2, 3, number]>[]>()
  expectTypeOf(cat([x23, zeros([5, 3])])).toEqualTypeOf<F<[7, 3]>>()
  expectTypeOf(cat([x23, zeros([2, 1])], 1)).toEqualTypeOf<F<[2, 4]>>()
  expectTypeOf(cat([batch, zeros([5, 784])])).toEqualTypeOf<F<[number, 784]>>()
  expectTypeOf(cat([x23] as Tensor<[2, 3], 'float32'>[])).toEqualTypeOf<F<[number, 3]>>()
  expectTypeOf(stack([x23, x23, x23])).toEqualTypeOf<F<[3, 2, 3]>>()
  expectTypeOf(stack([x23, x23], 2)).toEqualTypeOf<F<[2, 3, 2]>>()
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
  expectTypeOf(x234.at(0)).toEqualTypeOf<F<[3, 4]>>()
  expectTypeOf(x234.at(0, 1, 2)).toEqualTypeOf<F<[]>>()
  expectTypeOf(x234.at(slice(), 1)).toEqualTypeOf<F<[2, 4]>>()
  expectTypeOf(x234.at('...', 0)).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x234.at(null, 0)).toEqualTypeOf<F<[1, 3, 4]>>()
  expectTypeOf(images.at(slice(0, 8))).toEqualTypeOf<F<[8, 1, 28, 28]>>()
  expectTypeOf(images.at(slice(24))).toEqualTypeOf<F<[8, 1, 28, 28]>>()
  expectTypeOf(images.at(slice(null, null, 2))).toEqualTypeOf<F<[16, 1, 28, 28]>>()
  expectTypeOf(images.at(slice(-3))).toEqualTypeOf<F<[number, 1, 28, 28]>>()
  expectTypeOf(x234.at([0, 1, 1])).toEqualTypeOf<F<[3, 3, 4]>>()
  expectTypeOf(x23.at(x23.gt(0))).toEqualTypeOf<F<[number]>>()
  expectTypeOf(x23.at(randint(2, [7]))).toEqualTypeOf<F<[7, 3]>>()
  expectTypeOf(plain.at(0)).toEqualTypeOf<Tensor<any, any>>()
  expectTypeOf(x23.setAt([0, slice(1)], 7)).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x23.gather(1, randint(3, [2, 1]))).toEqualTypeOf<F<[2, 1]>>()
  expectTypeOf(x23.indexSelect(1, randint(3, [5]))).toEqualTypeOf<F<[2, 5]>>()
  expectTypeOf(x23.maskedFill(zeros([3]).bool(), 0)).toEqualTypeOf<F<[2, 3]>>()
  expectTypeOf(x23.nonzero()).toEqualTypeOf<Tensor<[number, 2], 'int32'>>()
  // @ts-expect-error more indices than dims
  x23.at(0, 0, 0)
  // @ts-expect-error strings are no slices
  x23.at('0:1')
}

export function reading(): void {
  expectTypeOf(x23.toArray()).toEqualTypeOf<number[][]>()
  expectTypeOf(x23.sum().toArray()).toEqualTypeOf<number>()
  expectTypeOf(x23.gt(0).toArray()).toEqualTypeOf<boolean[][]>()
  expectTypeOf(x23.sum().item()).toEqualTypeOf<number>()
  expectTypeOf(x23.gt(0).any().item()).toEqualTypeOf<boolean>()
  expectTypeOf(x23.toTypedArray()).toEqualTypeOf<Float32Array>()
  expectTypeOf(randn([2]).shape).toEqualTypeOf<readonly [2]>()
  expectTypeOf(x23.grad).toEqualTypeOf<Tensor<[2, 3], 'float32'> | null>()
  expectTypeOf(plain.expect([32, null])).toEqualTypeOf<Tensor<[32, number], any>>()
  expectTypeOf(batch.expect([32, 784])).toEqualTypeOf<Tensor<[32, 784], 'float32'>>()
  for (const row of x23) expectTypeOf(row).toEqualTypeOf<Tensor<any, 'float32'>>()
}
