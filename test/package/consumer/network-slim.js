// The program of network.js with functions instead of methods: the least that training a small network downloads.
import { manualSeed, mean, randn, square, sub } from 'wengert/slim'
import { Linear, ReLU, Sequential } from 'wengert/slim/nn'
import { Adam } from 'wengert/slim/optim'

manualSeed(0)
const model = new Sequential(new Linear(16, 64), new ReLU(), new Linear(64, 1))
const optimizer = new Adam(model.parameters(), { lr: 0.01 })
const input = randn([128, 16])

const loss = () => mean(square(sub(model.forward(input), 1)))
const before = loss()
before.backward()
optimizer.step()
const after = loss().item()
if (!(after < before.item())) throw Error(`the loss went from ${before.item()} to ${after}`)
