// The networks that are measured, as anybody would write them. bench/pytorch.py has the same ones.
import { arange, randint, randn, type Tensor, tensor } from 'wengert'
import * as nn from 'wengert/nn'
import * as F from 'wengert/nn/functional'
import * as optim from 'wengert/optim'

interface Model extends nn.Module {
  forward(x: Tensor): Tensor
}

/** A network with its data, its loss and its optimizer: all that a training step needs. */
export interface Training {
  readonly model: Model
  readonly optimizer: optim.Optimizer
  readonly x: Tensor
  readonly loss: (output: Tensor) => Tensor
}

/** One training step: gradients to zero, forward, loss, backward, update. */
export function trainingStep({ model, optimizer, x, loss }: Training): () => Tensor {
  return () => {
    optimizer.zeroGrad()
    const value = loss(model.forward(x))
    value.backward()
    optimizer.step()
    return value
  }
}

/** Cross-entropy with random classes. */
function classes(count: number, size: number): (output: Tensor) => Tensor {
  const targets = randint(0, count, [size])
  return (output) => F.crossEntropy(output, targets)
}

function linearRegression(): Training {
  const model = new nn.Linear(3, 1)
  const x = randn([100, 3])
  const y = x.matmul(tensor([[1.5], [-2], [0.7]])).add(0.3)
  return { model, optimizer: new optim.SGD(model.parameters(), { lr: 0.05 }), x, loss: (output) => F.mseLoss(output, y) }
}

function tinyPerceptron(): Training {
  const model = new nn.Sequential(new nn.Linear(3, 16), new nn.Tanh(), new nn.Linear(16, 1))
  const x = randn([100, 3])
  const y = x.sum(1, { keepdim: true }).sin()
  return { model, optimizer: new optim.Adam(model.parameters(), { lr: 1e-2 }), x, loss: (output) => F.mseLoss(output, y) }
}

function perceptron(): Training {
  const model = new nn.Sequential(new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 128), new nn.ReLU(), new nn.Linear(128, 10))
  return { model, optimizer: new optim.Adam(model.parameters(), { lr: 1e-3 }), x: randn([128, 784]), loss: classes(10, 128) }
}

function leNet(): Training {
  const model = new nn.Sequential(
    new nn.Conv2d(1, 6, 5, { padding: 2 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(6, 16, 5),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(400, 120),
    new nn.ReLU(),
    new nn.Linear(120, 84),
    new nn.ReLU(),
    new nn.Linear(84, 10),
  )
  return {
    model,
    optimizer: new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9 }),
    x: randn([64, 1, 28, 28]),
    loss: classes(10, 64),
  }
}

/** Two convolutions and a way around them. */
class ResidualBlock extends nn.Module {
  readonly conv1: nn.Conv2d
  readonly norm1: nn.BatchNorm2d
  readonly conv2: nn.Conv2d
  readonly norm2: nn.BatchNorm2d
  readonly shortcut: Model

  constructor(inputs: number, outputs: number, stride: number) {
    super()
    this.conv1 = new nn.Conv2d(inputs, outputs, 3, { stride, padding: 1, bias: false })
    this.norm1 = new nn.BatchNorm2d(outputs)
    this.conv2 = new nn.Conv2d(outputs, outputs, 3, { padding: 1, bias: false })
    this.norm2 = new nn.BatchNorm2d(outputs)
    this.shortcut =
      stride !== 1 || inputs !== outputs
        ? new nn.Sequential(new nn.Conv2d(inputs, outputs, 1, { stride, bias: false }), new nn.BatchNorm2d(outputs))
        : new nn.Identity()
  }

  forward(x: Tensor): Tensor {
    const inner = this.norm1.forward(this.conv1.forward(x)).relu()
    return this.norm2.forward(this.conv2.forward(inner)).add(this.shortcut.forward(x)).relu()
  }
}

class ResidualNetwork extends nn.Module {
  readonly stem = new nn.Sequential(new nn.Conv2d(3, 32, 3, { padding: 1, bias: false }), new nn.BatchNorm2d(32), new nn.ReLU())
  readonly blocks = new nn.Sequential(new ResidualBlock(32, 32, 1), new ResidualBlock(32, 64, 2), new ResidualBlock(64, 128, 2))
  readonly classify = new nn.Linear(128, 10)

  forward(x: Tensor): Tensor {
    return this.classify.forward(this.blocks.forward(this.stem.forward(x)).mean([2, 3]))
  }
}

function residualNetwork(): Training {
  const model = new ResidualNetwork()
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9, weightDecay: 5e-4 })
  return { model, optimizer, x: randn([32, 3, 32, 32]), loss: classes(10, 32) }
}

function convolutionalNetwork(): Training {
  const block = (inputs: number, outputs: number) => [
    new nn.Conv2d(inputs, outputs, 3, { padding: 1 }),
    new nn.BatchNorm2d(outputs),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
  ]
  const blocks = [...block(3, 32), ...block(32, 64), ...block(64, 128)]
  const model: Model = new nn.Sequential(...blocks, new nn.Flatten(), new nn.Linear(128 * 16, 10))
  return { model, optimizer: new optim.Adam(model.parameters(), { lr: 1e-3 }), x: randn([32, 3, 32, 32]), loss: classes(10, 32) }
}

const VOCABULARY = 65
const WIDTH = 128
const HEADS = 4
const CONTEXT = 64

class TransformerBlock extends nn.Module {
  readonly norm1 = new nn.LayerNorm(WIDTH)
  readonly attend = new nn.Linear(WIDTH, 3 * WIDTH)
  readonly project = new nn.Linear(WIDTH, WIDTH)
  readonly norm2 = new nn.LayerNorm(WIDTH)
  readonly expand = new nn.Linear(WIDTH, 4 * WIDTH)
  readonly contract = new nn.Linear(4 * WIDTH, WIDTH)

  forward(x: Tensor): Tensor {
    const [batch, length] = x.shape as readonly [number, number, number]
    const parts: readonly Tensor[] = this.attend.forward(this.norm1.forward(x)).split(WIDTH, 2)
    const heads = parts.map((part) => part.reshape([batch, length, HEADS, WIDTH / HEADS]).transpose(1, 2))
    const [q, k, v] = heads as unknown as readonly [Tensor, Tensor, Tensor]
    const mixed = F.scaledDotProductAttention(q, k, v, { isCausal: true }).transpose(1, 2).reshape([batch, length, WIDTH])
    const attended = x.add(this.project.forward(mixed))
    return attended.add(this.contract.forward(F.gelu(this.expand.forward(this.norm2.forward(attended)))))
  }
}

/** A character-level GPT. */
export class Transformer extends nn.Module {
  readonly tokens = new nn.Embedding(VOCABULARY, WIDTH)
  readonly positions = new nn.Embedding(CONTEXT, WIDTH)
  readonly blocks = new nn.Sequential(...Array.from({ length: 4 }, () => new TransformerBlock()))
  readonly norm = new nn.LayerNorm(WIDTH)
  readonly head = new nn.Linear(WIDTH, VOCABULARY, { bias: false })

  forward(text: Tensor): Tensor {
    const places = arange(text.shape[1] as number, { dtype: 'int32' })
    const x = this.tokens.forward(text).add(this.positions.forward(places))
    return this.head.forward(this.norm.forward(this.blocks.forward(x)))
  }
}

function transformer(): Training {
  const model = new Transformer()
  const text = randint(0, VOCABULARY, [16, CONTEXT + 1])
  const next = text.narrow(1, 1, CONTEXT).contiguous().reshape([-1])
  return {
    model,
    optimizer: new optim.AdamW(model.parameters(), { lr: 3e-4 }),
    x: text.narrow(1, 0, CONTEXT).contiguous(),
    loss: (output) => F.crossEntropy(output.reshape([-1, VOCABULARY]), next),
  }
}

/** By the names of their cases. */
export const networks = {
  'linear regression 100×3, SGD': linearRegression,
  'tiny MLP 3-16-1, Adam': tinyPerceptron,
  'MLP 784-256-128-10, Adam': perceptron,
  'LeNet 1×28×28, SGD': leNet,
  'ResNet 3×32×32, SGD': residualNetwork,
  'CNN 3×32×32, Adam': convolutionalNetwork,
  'char GPT, AdamW': transformer,
} as const satisfies Readonly<Record<string, () => Training>>
