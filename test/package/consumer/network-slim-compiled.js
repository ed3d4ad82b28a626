// The same network, whose step is compiled: what `compile` adds to the download.
import { compile, manualSeed, mean, randn, square, sub } from 'wengert/slim'
import { Linear, ReLU, Sequential } from 'wengert/slim/nn'
import { Adam } from 'wengert/slim/optim'

manualSeed(0)
const model = new Sequential(new Linear(16, 64), new ReLU(), new Linear(64, 1))
const optimizer = new Adam(model.parameters(), { lr: 0.01 })
const input = randn([128, 16])

const step = compile(() => {
  optimizer.zeroGrad()
  const loss = mean(square(sub(model.forward(input), 1)))
  loss.backward()
  optimizer.step()
  return loss
})
const before = step().item()
const after = step().item()
if (!(after < before)) throw Error(`the loss went from ${before} to ${after}`)
