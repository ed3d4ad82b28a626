// The library from TypeScript: what the compiler knows of shapes, and what it refuses.
import { nn, optim, type Tensor, tensor, zeros } from 'wengert'
import { DataLoader, TensorDataset } from 'wengert/data'
import { Linear } from 'wengert/nn'
import * as F from 'wengert/nn/functional'

const x = zeros([32, 784])
const w = zeros([784, 10])
const product: Tensor<[32, 10]> = x.matmul(w)
const rows: Tensor<[32]> = product.sum(1)
// @ts-expect-error inner sizes differ: 784 and 512
x.matmul(zeros([512, 10]))
// @ts-expect-error 32 rows are not 10
const wrong: Tensor<[10]> = rows

class Classifier extends nn.Module {
  fc1 = new Linear(784, 128)
  fc2 = new Linear(128, 10)
  forward(input: Tensor): Tensor {
    return this.fc2.forward(F.relu(this.fc1.forward(input)))
  }
}
const model = new Classifier()
const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 })
const loader = new DataLoader(new TensorDataset(x, tensor(new Int32Array(32))), { batchSize: 8, shuffle: true })
for await (const [images, labels] of loader) {
  optimizer.zeroGrad()
  const loss = F.crossEntropy(model.forward(images!), labels!)
  loss.backward()
  optimizer.step()
  const value: number | boolean = loss.item()
  console.log(value, wrong)
}
