// What is measured, under the names of limits.ts, which bench/pytorch.py uses, too. Set up when a case is wanted, so that what it keeps
// alive does not burden the others.
import { arange, cat, compile, func, noGrad, ones, randint, randn, type Tensor, zeros } from 'wengert'
import * as nn from 'wengert/nn'
import * as F from 'wengert/nn/functional'
import { type CaseName, limits } from './limits.ts'
import { networks, Transformer, trainingStep } from './networks.ts'

/** How a case is run. */
export type Mode = 'eager' | 'compiled'

/** Sets a case up, and gives what is measured. */
export type SetUp = () => () => unknown

const plain =
  (setUp: SetUp): SetUp =>
  () => {
    const run = setUp()
    return () => noGrad(run)
  }

/** Forward and backward from a random cotangent, to the gradients of these tensors. */
function withGradients(run: () => Tensor, ...leaves: readonly Tensor[]): () => Tensor {
  const gradient = randn([...run().shape])
  return () => {
    for (const leaf of leaves) leaf.grad = null
    const output = run()
    output.backward({ gradient })
    return output // so that a plan computes it, too
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

function generation(): () => Tensor {
  const model = new Transformer().eval()
  return () => {
    let text: Tensor = zeros([1, 1], { dtype: 'int32' })
    for (let i = 0; i < 63; i++) {
      const next = model.forward(text).select(1, -1).argmax(-1, { keepdim: true })
      text = cat([text, next], 1)
    }
    return text
  }
}

const square = (size: number): Tensor => randn([size, size])
const wide = (): Tensor => randn([4096, 1024], { requiresGrad: true })
const long = (): Tensor => randn([10_000_000], { requiresGrad: true })

function convolution(): { readonly run: () => Tensor; readonly leaves: readonly Tensor[] } {
  const [x, weight] = [randn([16, 8, 28, 28], { requiresGrad: true }), randn([16, 8, 3, 3], { requiresGrad: true })]
  return { run: () => F.conv2d(x, weight, null, { padding: 1 }), leaves: [x, weight] }
}

function layerNorm(): { readonly run: () => Tensor; readonly leaves: readonly Tensor[] } {
  const [x, weight, bias] = [wide(), ones([1024], { requiresGrad: true }), zeros([1024], { requiresGrad: true })]
  return { run: () => F.layerNorm(x, [1024], { weight, bias }), leaves: [x, weight, bias] }
}

/** An operation on 10⁷ numbers, forward only. */
const overLong = (operation: (x: Tensor) => Tensor): SetUp =>
  plain(() => {
    const x = long()
    return () => operation(x)
  })

const steps = Object.fromEntries(Object.entries(networks).map(([name, make]) => [name, () => trainingStep(make())])) as {
  readonly [N in keyof typeof networks]: SetUp
}

export const cases: { readonly [C in CaseName]: { readonly [M in Mode]?: SetUp } } = inModes({
  'mul of 10, recorded': () => {
    const [x, y] = [randn([10], { requiresGrad: true }), randn([10])]
    return () => x.mul(y)
  },
  'add of 1,000': () => {
    const x = randn([1000])
    return () => x.add(x)
  },
  'tanh of 1,000': () => {
    const x = randn([1000])
    return () => x.tanh()
  },
  'backward through 10,000 additions': backwardThroughChain,
  'per-sample gradients, 64 samples': perSampleGradients,
  ...steps,
  'char GPT, 64 characters written': plain(generation),
  'matmul 1024³': () => product(square(1024), square(1024)),
  'matmul 1024³, Aᵀ·B': () => product(square(1024).t(), square(1024)),
  'matmul 1024³, A·Bᵀ': () => product(square(1024), square(1024).t()),
  'matmul 256³': () => product(square(256), square(256)),
  'conv2d 16×8×28×28': plain(() => convolution().run),
  'conv2d 16×8×28×28, gradients': () => {
    const { run, leaves } = convolution()
    const [output, gradient] = [run(), randn([16, 16, 28, 28])]
    return () => {
      for (const leaf of leaves) leaf.grad = null
      output.backward({ gradient, retainGraph: true })
    }
  },
  'softmax 4096×1024': plain(() => {
    const x = wide()
    return () => x.softmax(-1)
  }),
  'softmax 4096×1024, backward': () => {
    const x = wide()
    return withGradients(() => x.softmax(-1), x)
  },
  'layer norm 4096×1024': plain(() => layerNorm().run),
  'layer norm 4096×1024, backward': () => {
    const { run, leaves } = layerNorm()
    return withGradients(run, ...leaves)
  },
  'gelu 10⁷': overLong((x) => F.gelu(x)),
  'gelu 10⁷, backward': () => {
    const x = long()
    return withGradients(() => F.gelu(x), x)
  },
  'gelu (tanh) 10⁷': overLong((x) => F.gelu(x, { approximate: 'tanh' })),
  '(x·2+1).tanh()·x 10⁷': overLong((x) => x.mul(2).add(1).tanh().mul(x)),
  'add 10⁷': overLong((x) => x.add(x)),
  'sum 10⁷': overLong((x) => x.sum()),
  'exp 10⁷': overLong((x) => x.exp()),
})

function product(a: Tensor, b: Tensor): () => Tensor {
  return () => a.matmul(b)
}

/** Each case as it is, and compiled where there is something to be held to. */
function inModes(setUps: { readonly [C in CaseName]: SetUp }): typeof cases {
  const both = (name: string, setUp: SetUp) => ({
    eager: setUp,
    ...(limits[name as CaseName].compiled !== undefined && { compiled: () => compile(setUp()) }),
  })
  return Object.fromEntries(Object.entries(setUps).map(([name, setUp]) => [name, both(name, setUp)])) as unknown as typeof cases // by the names
}

/** Fifty other operations on several shapes and dtypes: alone in a process, every loop is faster than it will be in a program. */
export function runOtherOperations(): void {
  const inputs: readonly Tensor[] = [
    randn([7]),
    randn([5, 3]),
    randn([5, 3]).transpose(0, 1),
    randn([4, 1, 6]),
    randn([9], { dtype: 'float64' }),
    arange(12).reshape([3, 4]),
  ]
  const names =
    'neg sign square exp expm1 sin cos tan atan sinh cosh tanh asinh erf sigmoid relu floor ceil round trunc isnan isfinite reciprocal sum prod mean amax argmax'
  const positive = 'log log1p log2 log10 sqrt rsqrt'
  const compared = 'sub mul div minimum maximum eq lt ge'
  // operations are named, so a tensor is looked at as a bag of methods
  const call = (x: Tensor, name: string, ...args: readonly unknown[]): unknown =>
    (x as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>)[name]?.(...args)
  for (let round = 0; round < 30; round++) {
    for (const x of inputs) {
      for (const name of names.split(' ')) call(x, name)
      for (const name of positive.split(' ')) call(x.abs().add(0.1), name)
      for (const name of compared.split(' ')) call(x, name, 2)
      for (const name of ['softmax', 'logsumexp', 'cumsum']) call(x, name, -1)
      const recorded = x.detach().requiresGrad_()
      recorded.mul(recorded).sum().backward()
    }
  }
}
