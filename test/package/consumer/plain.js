// The library from plain JavaScript: a line is fitted.
import { manualSeed, nn, optim, tensor } from 'wengert'
import { DataLoader, TensorDataset } from 'wengert/data'

manualSeed(0)
const x = tensor([[0], [1], [2], [3]])
const y = tensor([[1], [3], [5], [7]])
const model = new nn.Linear(1, 1)
const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 })
for (let epoch = 0; epoch < 500; epoch++) {
  for await (const [inputs, targets] of new DataLoader(new TensorDataset(x, y), { batchSize: 4 })) {
    optimizer.zeroGrad()
    nn.functional.mseLoss(model.forward(inputs), targets).backward()
    optimizer.step()
  }
}
console.log(
  model
    .forward(tensor([[10]]))
    .item()
    .toFixed(2),
)
