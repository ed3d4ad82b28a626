// Training whose outcome is told to the bit, as anybody writes it, or compiled.
import { manualSeed, randint, randn, type Tensor } from 'wengert'
import * as nn from 'wengert/nn'
import * as F from 'wengert/nn/functional'
import * as optim from 'wengert/optim'

type Model = nn.Module & { forward(x: Tensor): Tensor }
type Step = (x: Tensor, y: Tensor<[number], 'int32'>) => Tensor

/** Losses, and all parameters and buffers after some steps, as the words that they are made of. */
export function trainedBits(makeModel: () => Model, shape: readonly number[], steps: number, form: (step: Step) => Step): string {
  manualSeed(7)
  const model = makeModel()
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-2 })
  const [x, y] = [randn([...shape]), randint(0, 10, [shape[0] as number])]
  const step = form((inputs, targets) => {
    optimizer.zeroGrad()
    const loss = F.crossEntropy(model.forward(inputs), targets)
    loss.backward()
    nn.utils.clipGradNorm_(model.parameters(), 1)
    optimizer.step()
    return loss
  })
  const losses = Array.from({ length: steps }, () => step(x, y).item())
  // FNV-1a over every bit
  let hash = 0x811c9dc5
  for (const tensor of [...model.parameters(), ...model.buffers()])
    for (const word of new Uint32Array((tensor.detach().toTypedArray() as Float32Array).buffer)) hash = Math.imul(hash ^ word, 0x01000193)
  return `${losses.join(' ')} ${hash >>> 0}`
}

export const perceptron = (): Model =>
  new nn.Sequential(new nn.Linear(100, 64), new nn.GELU(), new nn.LayerNorm(64), new nn.Dropout(0.25), new nn.Linear(64, 10))

export const convolutional = (): Model =>
  new nn.Sequential(
    new nn.Conv2d(3, 16, 3, { padding: 1 }),
    new nn.BatchNorm2d(16),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Dropout(0.25),
    new nn.Conv2d(16, 8, 3, { stride: 2 }),
    new nn.Flatten(),
    new nn.Linear(8 * 3 * 3, 10),
  )
