// A program of quick checks against the built library, for every engine that runs JavaScript: it uses nothing but `wengert` and console.
// What it must give stands in expected.json, which the reference has computed: `npm run smoke -- --update`. The last line counts.
import * as wengert from 'wengert'
import {
  arange,
  autograd,
  cat,
  compile,
  data,
  F,
  fromTypedArray,
  func,
  getNumThreads,
  io,
  manualSeed,
  memory,
  nn,
  noGrad,
  ones,
  optim,
  randint,
  randn,
  setNumThreads,
  slice,
  stack,
  type Tensor,
  tensor,
  where,
  zeros,
} from 'wengert'
import expected from './expected.json' with { type: 'json' }

/** Said on the command line, or by the page. */
const printsResults = (globalThis as { process?: { argv: readonly string[] } }).process?.argv.includes('--print') === true

let passed = 0
const failures: string[] = []
const results: Record<string, unknown> = {}

const flat = (value: unknown): unknown[] => (Array.isArray(value) ? value.flatMap(flat) : [value])

function isNear(actual: unknown, wanted: unknown, tolerance: number): boolean {
  if (typeof actual !== 'number' || typeof wanted !== 'number') return actual === wanted
  return actual === wanted || Math.abs(actual - wanted) <= tolerance * Math.max(1, Math.abs(wanted))
}

/** What a run gives: numbers, words, or a tensor. */
async function check(name: string, run: () => unknown, tolerance = 1e-5): Promise<void> {
  try {
    const value = await run()
    const actual = flat(wengert.isTensor(value) ? value.toArray() : value)
    results[name] = actual
    const wanted = (expected as Readonly<Record<string, readonly unknown[] | undefined>>)[name] ?? []
    if (actual.length === wanted.length && actual.every((one, i) => isNear(one, wanted[i], tolerance))) passed++
    else failures.push(`${name}: ${JSON.stringify(actual.slice(0, 12))} instead of ${JSON.stringify(wanted.slice(0, 12))}`)
  } catch (error) {
    failures.push(`${name}: ${error instanceof Error ? (error.stack ?? error) : String(error)}`)
  }
}

/** Numbers in ±1 that everybody computes alike. */
function wave(...shape: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1)
  return fromTypedArray(
    Float32Array.from({ length: size }, (_, i) => (((i * 7919) % 2003) - 1001) / 1001),
    [...shape],
  )
}

/** The Euclidean norm, and the sum over it. */
function total(x: Tensor): number[] {
  const norm = Math.sqrt(x.square().sum().item())
  return [norm, x.sum().item() / norm]
}

/** What the gradients of a weighted sum of f(x) come to. */
function gradientsOf(f: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]): number[] {
  const leaves = inputs.map((input) => input.detach().requiresGrad_())
  const output = f(...leaves)
  const weights = wave(...output.shape)
    .square()
    .sub(0.3)
  output.mul(weights).sum().backward()
  return leaves.flatMap(({ grad }) => total(grad as Tensor))
}

/** As it is, or as a plan. */
type Form = (step: () => Tensor) => () => Tensor
const eager: Form = (step) => step

function losses(model: nn.Module & { forward(x: Tensor): Tensor }, x: Tensor, y: Tensor, steps: number, form = eager): number[] {
  noGrad(() => {
    for (const parameter of model.parameters()) parameter.copy_(wave(...parameter.shape).mul(0.3))
  })
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 })
  const step = form(() => {
    optimizer.zeroGrad()
    const loss = F.crossEntropy(model.forward(x), y)
    loss.backward()
    optimizer.step()
    return loss
  })
  return Array.from({ length: steps }, () => step().item())
}

const perceptron = () => new nn.Sequential(new nn.Linear(64, 96), new nn.ReLU(), new nn.LayerNorm(96), new nn.Linear(96, 10))
const convolutional = () =>
  new nn.Sequential(
    new nn.Conv2d(2, 8, 3, { padding: 1 }),
    new nn.BatchNorm2d(8),
    new nn.GELU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(8, 4, 3, { stride: 2 }),
    new nn.Flatten(),
    new nn.Linear(36, 10),
  )

const small = tensor([
  [1, -2, 3],
  [0.5, 4, -1],
])
const [wide, tall] = [wave(200, 150), wave(150, 120)]
const weights = wave(6, 3, 3, 3)
const images = wave(4, 3, 20, 20)
const whole = (size: number, modulus: number): Tensor => arange(size, { dtype: 'int32' }).remainder(modulus)

await check('matmul', () => small.matmul(small.t()))
await check('broadcasting', () => small.add(tensor([[10], [20]])))
await check('softmax', () => small.softmax(-1))
await check('a large sum', () => total(wave(40_000)))
await check('a large chain', () => total(wide.mul(2).add(1).tanh().mul(wide)))
await check('large exp and log', () => total(wave(30_000).exp().add(1).log()))
await check('a large matmul', () => total(wide.matmul(tall)))
await check('a large matmul, transposed', () => total(tall.t().matmul(wide.t())))
await check('batched matmul', () => total(wave(6, 30, 40).matmul(wave(6, 40, 20))))
await check('a strided view', () =>
  total(
    wide
      .t()
      .at('...', slice(null, null, 3))
      .contiguous(),
  ),
)
await check('float64', () => total(wave(5000).to('float64').sin()))
await check('int32', () => whole(3000, 7).mul(3).sum().item())
await check('bool', () => wave(3000).gt(0).sum().item())
await check('where', () => total(where(wide.gt(0), wide, wide.mul(0.1))))
await check('sums over dims', () => [wide.sum(0), wide.mean(1), wide.amax(0)].flatMap(total))
await check('argmax', () => wave(7, 300).argmax(1))
await check('sort', () => tensor([3, -1, 2]).sort().values)
await check('cumsum', () => total(wave(40, 50).cumsum(1)))
await check('indexing', () => small.at(1, slice(1)))
await check('gather', () => total(wide.gather(1, whole(400, 150).reshape([200, 2]))))
await check('scatterAdd', () => total(zeros([50, 20]).scatterAdd(0, whole(4000, 50).reshape([200, 20]), wave(200, 20))))
await check('cat and stack', () => [...cat([small, small], 0).shape, ...stack([small, small]).shape])
await check('conv2d', () => total(F.conv2d(images, weights, null, { padding: 1 })))
await check('max pooling', () => total(F.maxPool2d(images, 2)))
await check('layer norm', () => total(F.layerNorm(wide, [150])))
await check('gelu', () => total(F.gelu(wide.mul(3))))
await check('cross-entropy', () => F.crossEntropy(small, tensor([2, 0], { dtype: 'int32' })).item())
await check('gradient of matmul', () => gradientsOf((a, b) => a.matmul(b), wide, tall))
await check('gradient of a chain', () => gradientsOf((a) => a.exp().mul(a).tanh(), wide))
await check('gradient of conv2d', () => gradientsOf((x, w) => F.conv2d(x, w, null, { stride: 2 }), images, weights))
await check('gradient of max pooling', () => gradientsOf((x) => F.maxPool2d(x, 2), images))
await check('gradient of softmax', () => gradientsOf((x) => x.softmax(-1), wide))
await check('gradient of batch norm', () => gradientsOf((x) => new nn.BatchNorm2d(3).forward(x), images))
await check('gradient of an embedding', () => gradientsOf((w) => F.embedding(whole(3000, 50), w), wave(50, 20)))
await check('second derivative', () => {
  const x = tensor(2, { requiresGrad: true })
  const [first] = autograd.grad(x.pow(3), x, { createGraph: true })
  return autograd.grad(first as Tensor, x)[0]?.item()
})
await check('func.grad', () => func.grad((x: Tensor) => x.square().sum())(small))
await check('vmap', () => func.vmap((x: Tensor) => x.dot(x))(small))
await check('writes', () => {
  const x = ones([2000])
  x.at(slice(0, 1000)).add_(1)
  x.setAt([5], 10)
  return x.sum().item()
})
await check('random numbers', () => {
  manualSeed(0)
  return [...total(randn([2000])), randint(0, 1000, [2000]).sum().item()]
})
await check('a perceptron trained', () => losses(perceptron(), wave(128, 64), whole(128, 10), 8), 1e-3)
await check('a convolutional network trained', () => losses(convolutional(), wave(20, 2, 16, 16), whole(20, 10), 5), 1e-3)
await check('a perceptron trained, compiled', () => losses(perceptron(), wave(128, 64), whole(128, 10), 8, compile), 1e-3)
await check(
  'a convolutional network trained, compiled',
  () => losses(convolutional(), wave(20, 2, 16, 16), whole(20, 10), 5, compile),
  1e-3,
)
await check('safetensors', () => io.safetensors.load(io.safetensors.save({ small }))['small']?.shape)
await check('a data loader', async () => {
  const sizes: unknown[] = []
  for await (const [x] of new data.DataLoader(new data.TensorDataset(wave(10, 3)), { batchSize: 4 })) sizes.push((x as Tensor).shape[0])
  return sizes
})
await check('an error that teaches', () => {
  try {
    return small.matmul(small as Tensor).shape
  } catch (error) {
    return (error as Error).name
  }
})
await check('nothing disposed', () => {
  let x = wave(100_000)
  for (let i = 0; i < 300; i++) x = x.mul(0.5).add(0.25)
  return [x.sum().item(), memory.stats().pooled < 2 ** 30]
})
await check('threads', () => {
  const one = wide.matmul(tall).toTypedArray().join()
  const before = getNumThreads()
  setNumThreads(2)
  const same = Array.from({ length: 20 }, () => wide.matmul(tall).toTypedArray().join() === one)
  setNumThreads(before)
  return [before >= 1, same.every(Boolean)]
})

if (printsResults) console.log(JSON.stringify(results))
else {
  const { shared, pooled } = memory.stats()
  console.log(`engine: ${getNumThreads()} threads, ${pooled > 0 ? `a ${shared ? 'shared ' : ''}heap` : 'no heap'}`)
  for (const failure of failures) console.log(`FAILED ${failure}`)
  console.log(`smoke: ${passed} passed, ${failures.length} failed`)
}
