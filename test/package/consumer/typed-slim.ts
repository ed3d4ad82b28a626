// A program of the slim entries alone: shapes are in the types, and methods for operations in neither types nor values.
import { add, at, compile, explain, matmul, randn, slice, type Tensor, tensor } from 'wengert/slim'
import { Linear } from 'wengert/slim/nn'
import * as F from 'wengert/slim/nn/functional'
import { SGD } from 'wengert/slim/optim'

const product: Tensor<[2, 4], 'float32'> = matmul(randn([2, 3]), randn([3, 4]))
// @ts-expect-error: inner sizes differ
if (product.shape.length > 2) matmul(product, randn([3, 4]))
const row: Tensor<[4], 'float32'> = at(product, 0)
if (at(product, slice(), 1).shape.length + row.shape.length !== 2) throw Error('at')

const x = tensor([1, 2, 3], { requiresGrad: true })
// @ts-expect-error: operations are functions here
const method: unknown = x.add
if (method !== undefined) throw Error('the slim entry installs methods')
F.mseLoss(add(x, 1), tensor([0, 0, 0])).backward()
if (String(x.grad?.toArray()) !== '1.3333333730697632,2,2.6666667461395264') throw Error(`${x.grad}`)

const model = new Linear(3, 1)
const optimizer = new SGD(model.parameters(), 0.1)
const step = compile((input: Tensor) => {
  optimizer.zeroGrad()
  const loss = F.mseLoss(model.forward(input), randn([8, 1]))
  loss.backward()
  optimizer.step()
  return loss
})
step(randn([8, 3]))
// @ts-expect-error: a function here, too
if (step.explain !== undefined || !explain(step).includes('Kernels')) throw Error('explain')
