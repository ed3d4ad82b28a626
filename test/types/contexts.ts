// Types that the context must not change: a wanted type says nothing about arguments that were not given. Nothing here runs.
import type { DType } from '../../src/core/dtype.ts'
import * as F from '../../src/nn/functional.ts'
import * as nn from '../../src/nn/index.ts'
import { add, arange, mean, randint, randn, sum, tensor, zeros } from '../../src/tensor/functions/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { typeOf } from './type-of.ts'

declare const plain: Tensor
declare const x2: Tensor<[2], 'float32'>

export function reductionsAsOperands(): Tensor<[], 'float32'> {
  let total = tensor(0)
  total = total.add(randn([2]).sum())
  total = total.add(randn([2, 3]).mean([0, 1])).sub(sum(randn([2])))
  total = add(total, mean(randn([2])))
  total = total.add(randn([2]).max())
  const direct: Tensor<[], 'float32'> = tensor(0).add(randn([2]).sum())
  const rows: Tensor<[2], 'float32'> = zeros([2]).add(randn([2, 3]).sum(1))
  rows.sub_(randn([3, 2]).mean(0))
  return total.mul(direct)
}

export function creationAsArgument(n: number): readonly Tensor[] {
  const same = <T extends Tensor>(x: T): T => x
  const dtypeOf = <D extends DType>(x: Tensor<any, D>): D => x.dtype
  typeOf(same(zeros([n], { dtype: 'int32' }))).is<Tensor<[number], 'int32'>>()
  typeOf(same(randint(3, [n]))).is<Tensor<[number], 'int32'>>()
  typeOf(dtypeOf(zeros([n], { dtype: 'int32' }))).is<'int32'>()
  typeOf(dtypeOf(x2.sum({ dtype: 'float64' }))).is<'float64'>()
  // @ts-expect-error zeros are float32 unless told otherwise
  const integers: Tensor<[2], 'int32'> = zeros([2])
  // @ts-expect-error the sum of floats is a float
  const total: Tensor<[], 'int32'> = x2.sum()
  // @ts-expect-error softmax keeps the dtype
  const shares: Tensor<[2], 'float64'> = x2.softmax(0)
  return [integers, total, shares, arange(n)]
}

export function elements(): void {
  typeOf(plain.item()).is<number>()
  typeOf(plain.sum().item()).is<number>()
  typeOf(x2.sum().item()).is<number>()
  typeOf(plain.gt(0).any().item()).is<boolean>()
  typeOf((plain as Tensor<any, 'bool' | 'int32'>).item()).is<number | boolean>()
}

export function unions(w: Tensor<[2, 3], 'float32'>, b: Tensor<[3], 'float32'>): void {
  for (const p of [w, b]) {
    p.sub_(0.1).mul_(2).add_(1).div_(3)
    p.zero_().fill_(1).normal_()
    p.relu_().clamp_(0, 1)
  }
  const parameters: Tensor[] = [w, b]
  for (const p of parameters) p.sub_(p.grad!.mul(0.1))
  const { weight, bias } = new nn.Linear(2, 3)
  typeOf(weight.zero_()).is<nn.Parameter<[3, 2]>>()
  weight.sub_(weight.grad!.mul(0.1))
  bias!.copy_(zeros([3]))
  // @ts-expect-error the result would be larger
  b.add_(w)
}

export class Residual extends nn.Module {
  inner: nn.Layer
  layers: nn.Sequential = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU())
  constructor(inner: nn.Layer) {
    super()
    this.inner = inner
  }
  forward(x: Tensor): Tensor {
    return x.add(this.inner.forward(x)).add(this.layers.forward(x))
  }
}

export function genericLayers(x: Tensor<[4, 3], 'float32'>): void {
  const model = new nn.Sequential(new nn.Linear(3, 3), new Residual(new nn.Linear(3, 3)), new nn.Embedding(3, 3))
  typeOf(model.forward(x)).is<Tensor<any, 'float32'>>()
  const layers: nn.Layer[] = [new nn.Linear(2, 3), new nn.ReLU(), model]
  typeOf(new nn.Sequential(...layers).forward(x)).is<Tensor<any, 'float32'>>()
}

export function indices(logits: Tensor<[8, 10], 'float32'>, classes: Tensor<[8], 'int32'>): void {
  const floats = zeros([8])
  typeOf(F.crossEntropy(logits, classes)).is<Tensor<[], 'float32'>>()
  F.crossEntropy(logits, zeros([8, 10]))
  F.crossEntropy(logits, plain)
  F.crossEntropy(plain, floats)
  new nn.CrossEntropyLoss().forward(logits, classes)
  F.embedding(classes, zeros([10, 3]))
  F.embedding(plain, zeros([10, 3]))
  typeOf(new nn.Embedding(10, 3).forward(classes)).is<Tensor<[8, 3]>>()
  // @ts-expect-error class indices must be integers
  F.crossEntropy(logits, floats)
  // @ts-expect-error class indices must be integers
  new nn.CrossEntropyLoss().forward(logits, floats)
  // @ts-expect-error indices must be integers
  F.nllLoss(logits, floats)
  // @ts-expect-error indices must be integers
  F.embedding(floats, zeros([10, 3]))
  // @ts-expect-error indices must be integers
  new nn.Embedding(10, 3).forward(floats)
}
