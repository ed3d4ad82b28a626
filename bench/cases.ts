// What is measured, under the names that bench/pytorch.py uses, too.
import { func, manualSeed, nn, optim, randint, randn, type Tensor, tensor } from 'wengert'
import * as F from 'wengert/nn/functional'

export interface Case {
  readonly name: string
  /** Microseconds that a run may take at most, or the part of PyTorch's time. */
  readonly limit?: { readonly microseconds: number } | { readonly partOfPyTorch: number }
  readonly run: () => unknown
}

interface Trainable {
  forward(x: Tensor): Tensor
  parameters(): Iterable<Tensor>
}

/** One training step: gradients to zero, forward, loss, backward, update. */
function trainingStep(model: Trainable, optimizer: optim.Optimizer, loss: (output: Tensor) => Tensor, x: Tensor): () => void {
  return () => {
    optimizer.zeroGrad()
    loss(model.forward(x)).backward()
    optimizer.step()
  }
}

/** Set up at the first run, so that what a case keeps alive does not burden the others. */
function whenNeeded(setUp: () => () => unknown): () => unknown {
  let run: (() => unknown) | null = null
  return () => {
    run ??= setUp()
    return run()
  }
}

function backwardThroughChain(): () => void {
  let end: Tensor = randn([], { requiresGrad: true })
  for (let i = 0; i < 10_000; i++) end = end.add(1)
  return () => end.backward({ retainGraph: true })
}

function perSampleGradients(): () => unknown {
  const [samples, targets] = [randn([64, 32]), randint(0, 10, [64])]
  const model = new nn.Sequential(new nn.Linear(32, 64), new nn.Tanh(), new nn.Linear(64, 10))
  const parameters: Record<string, Tensor> = Object.fromEntries([...model.namedParameters()].map(([name, p]) => [name, p.detach()]))
  const loss = (p: typeof parameters, x: Tensor, y: Tensor): Tensor => F.crossEntropy(func.functionalCall(model, p, [x]), y)
  const gradients = func.vmap(func.grad(loss), { inDims: [null, 0, 0] })
  return () => gradients(parameters, samples, targets)
}

export function makeCases(): readonly Case[] {
  manualSeed(0)
  const [small, other] = [randn([10], { requiresGrad: true }), randn([10])]
  const thousand = randn([1000])
  const [left, right] = [randn([256, 256]), randn([256, 256])]

  const x = randn([100, 3])
  const y = x.matmul(tensor([[1.5], [-2], [0.7]])).add(0.3)
  const line = new nn.Linear(3, 1)

  const digits = randn([128, 784])
  const labels = randint(0, 10, [128])
  const perceptron = new nn.Sequential(
    new nn.Linear(784, 256),
    new nn.ReLU(),
    new nn.Linear(256, 128),
    new nn.ReLU(),
    new nn.Linear(128, 10),
  )

  const images = randn([64, 1, 28, 28])
  const classes = randint(0, 10, [64])
  const leNet = new nn.Sequential(
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
  return [
    { name: 'mul, 10 elements, recorded', limit: { microseconds: 1 }, run: () => small.mul(other) },
    { name: 'add, 1,000 elements', limit: { microseconds: 5 }, run: () => thousand.add(thousand) },
    { name: 'tanh, 1,000 elements', limit: { microseconds: 25 }, run: () => thousand.tanh() },
    // 1.5 million nodes a second
    { name: 'backward through 10,000 additions', limit: { microseconds: 10_000 / 1.5 }, run: whenNeeded(backwardThroughChain) },
    { name: 'matmul, 256³', run: () => left.matmul(right) },
    {
      name: 'linear regression 100×3, SGD: a step',
      limit: { partOfPyTorch: 1 / 4 },
      run: trainingStep(line, new optim.SGD(line.parameters(), { lr: 0.05 }), (output) => F.mseLoss(output, y), x),
    },
    {
      name: 'MLP 784-256-128-10, batch 128, Adam: a step',
      run: trainingStep(
        perceptron,
        new optim.Adam(perceptron.parameters(), { lr: 1e-3 }),
        (output) => F.crossEntropy(output, labels),
        digits,
      ),
    },
    {
      name: 'LeNet, batch 64, SGD with momentum: a step',
      run: trainingStep(
        leNet,
        new optim.SGD(leNet.parameters(), { lr: 0.05, momentum: 0.9 }),
        (output) => F.crossEntropy(output, classes),
        images,
      ),
    },
    // last: from the first transform on, operations look for values of one
    { name: 'per-sample gradients 32-64-10, 64 samples', run: whenNeeded(perSampleGradients) },
  ]
}

/** Fifty other operations on several shapes and dtypes: alone in a process, every loop is faster than it will be in a program. */
export function runOtherOperations(): void {
  const inputs = [randn([7]), randn([5, 3]), randn([5, 3]).transpose(0, 1), randn([4, 1, 6]), randn([9], { dtype: 'float64' })]
  for (let round = 0; round < 30; round++) {
    for (const a of inputs as readonly Tensor[]) {
      const positive = a.abs().add(0.1)
      const recorded = a.detach().requiresGrad_()
      const unary = [
        a.neg(),
        a.sign(),
        a.square(),
        a.exp(),
        a.expm1(),
        a.sin(),
        a.cos(),
        a.tan(),
        a.atan(),
        a.sinh(),
        a.cosh(),
        a.tanh(),
        a.asinh(),
        a.erf(),
      ]
      const others = [a.sigmoid(), a.relu(), a.floor(), a.ceil(), a.round(), a.trunc(), a.isnan(), a.isfinite(), a.reciprocal()]
      const logarithms = [positive.log(), positive.log1p(), positive.log2(), positive.log10(), positive.sqrt(), positive.rsqrt()]
      const binary = [a.sub(1), a.mul(2), a.div(3), positive.pow(2), a.minimum(0), a.maximum(0), a.eq(0), a.lt(0), a.ge(0), a.clamp(-1, 1)]
      const reductions = [
        a.sum(),
        a.prod(),
        a.mean(),
        a.var(),
        a.amax(),
        a.argmax(),
        a.softmax(-1),
        a.logsumexp(-1),
        a.cumsum(-1),
        a.flip(0),
      ]
      recorded.mul(recorded).sum().backward()
      if (unary.length + others.length + logarithms.length + binary.length + reductions.length < 49) throw new Error('too few operations')
    }
  }
}
