// jax-js on WebAssembly: the cases that it can do, operation by operation as eager code has them; the training step is compiled by its
// `jit`, which is how it is meant to be used. Operations take over their arguments' memory: `.ref` says that one is needed again.
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, random, tree, valueAndGrad } from '@jax-js/jax'
import { serve } from './serve.js'

await init('wasm')
defaultDevice('wasm')

const normal = (shape, seed = 0) => random.normal(random.key(seed), shape)
/** Runs, waits for the result, frees it. */
const waiting = (run) => async () => {
  const result = await blockUntilReady(run())
  result.dispose()
}
const over = (shape, operation) => () => {
  const x = normal(shape)
  return waiting(() => operation(x))
}
const product = (size, transposeA, transposeB) => () => {
  const [a, b] = [normal([size, size]), normal([size, size], 1)]
  return waiting(() => np.matmul(transposeA ? np.transpose(a.ref) : a.ref, transposeB ? np.transpose(b.ref) : b.ref))
}

function perceptron() {
  const sizes = [784, 256, 128, 10]
  const x = normal([128, 784])
  const labels = nn.oneHot(
    np.array(
      Array.from({ length: 128 }, (_, i) => i % 10),
      { dtype: np.int32 },
    ),
    10,
  )
  const loss = (parameters, inputs, targets) => {
    let h = inputs
    parameters.forEach(([weight, bias], i) => {
      const sum = np.matmul(h, weight).add(bias)
      h = i < parameters.length - 1 ? nn.relu(sum) : sum
    })
    return nn
      .logSoftmax(h)
      .mul(targets)
      .sum()
      .mul(-1 / 128)
  }
  const adam = (p, m, v, g) => {
    const first = m.mul(0.9).add(g.ref.mul(0.1))
    const second = v.mul(0.999).add(g.ref.mul(g).mul(0.001))
    return [p.sub(first.ref.mul(0.001).div(np.sqrt(second.ref).add(1e-8))), first, second]
  }
  const step = jit((parameters, moments, inputs, targets) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(parameters), inputs, targets)
    const [nextParameters, nextMoments] = [[], []]
    parameters.forEach((layer, i) => {
      const updated = layer.map((p, j) => adam(p, ...moments[i][j], gradients[i][j]))
      nextParameters.push(updated.map(([p]) => p))
      nextMoments.push(updated.map(([, m, v]) => [m, v]))
    })
    return [value, nextParameters, nextMoments]
  })
  let parameters = sizes.slice(1).map((size, i) => [normal([sizes[i], size], i).mul(1 / Math.sqrt(sizes[i])), np.zeros([size])])
  let moments = parameters.map((layer) => layer.map((p) => [np.zeros(p.shape), np.zeros(p.shape)]))
  return async () => {
    const [value, nextParameters, nextMoments] = step(parameters, moments, x.ref, labels.ref)
    parameters = nextParameters
    moments = nextMoments
    await blockUntilReady([parameters, moments])
    tree.dispose(value)
  }
}

await serve({
  'add of 1,000': over([1000], (x) => x.ref.add(x.ref)),
  'tanh of 1,000': over([1000], (x) => np.tanh(x.ref)),
  'MLP 784-256-128-10, Adam': perceptron,
  'matmul 1024³': product(1024, false, false),
  'matmul 1024³, Aᵀ·B': product(1024, true, false),
  'matmul 1024³, A·Bᵀ': product(1024, false, true),
  'matmul 256³': product(256, false, false),
  'conv2d 16×8×28×28': () => {
    const [x, weight] = [normal([16, 8, 28, 28]), normal([16, 8, 3, 3], 1)]
    return waiting(() => lax.conv(x.ref, weight.ref, [1, 1], 'SAME'))
  },
  'softmax 4096×1024': over([4096, 1024], (x) => nn.softmax(x.ref)),
  'gelu 10⁷': over([10_000_000], (x) => nn.gelu(x.ref, { approximate: false })),
  'gelu (tanh) 10⁷': over([10_000_000], (x) => nn.gelu(x.ref, { approximate: true })),
  '(x·2+1).tanh()·x 10⁷': over([10_000_000], (x) => np.tanh(x.ref.mul(2).add(1)).mul(x.ref)),
  'add 10⁷': over([10_000_000], (x) => x.ref.add(x.ref)),
  'sum 10⁷': over([10_000_000], (x) => np.sum(x.ref)),
  'exp 10⁷': over([10_000_000], (x) => np.exp(x.ref)),
})
