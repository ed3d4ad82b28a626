// TensorFlow.js on its WebAssembly backend: the cases that it can do. Everything it makes is disposed of by `tidy`, as it asks.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { serve } from './serve.js'

// what it prints would be taken for an answer
console.warn = console.info = () => {}
const require = createRequire(import.meta.url)
const tf = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-wasm')
await registerGradients()
await tf.setBackend('wasm')
await tf.ready()

/** The gradients are in ES modules that Node cannot load as they are; registries are global, so a bundle of those alone will do. */
async function registerGradients() {
  const contents = "import '@tensorflow/tfjs-core/dist/register_all_gradients.js'"
  const resolveDir = fileURLToPath(new URL('.', import.meta.url))
  const path = fileURLToPath(new URL('node_modules/gradients.cjs', import.meta.url))
  await build({ stdin: { contents, resolveDir }, bundle: true, platform: 'node', format: 'cjs', outfile: path, logLevel: 'silent' })
  require(path)
}

const tidily = (run) => () => tf.tidy(() => void run())
const product = (size, transposeA, transposeB) => () => {
  const [a, b] = [tf.randomNormal([size, size]), tf.randomNormal([size, size])]
  return tidily(() => tf.matMul(a, b, transposeA, transposeB))
}
const over = (shape, operation) => () => {
  const x = tf.randomNormal(shape)
  return tidily(() => operation(x))
}
const gelu = (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))

function trainingStep(variables, forward, labels, optimizer) {
  return () => {
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(labels, forward()), true, variables)
    loss.dispose()
  }
}

function perceptron() {
  const x = tf.randomNormal([128, 784])
  const labels = tf.oneHot(tf.randomUniform([128], 0, 10, 'int32'), 10)
  const sizes = [784, 256, 128, 10]
  const layers = sizes
    .slice(1)
    .map((size, i) => [tf.variable(tf.randomNormal([sizes[i], size], 0, 1 / Math.sqrt(sizes[i]))), tf.variable(tf.zeros([size]))])
  const forward = () =>
    layers.reduce((h, [weight, bias], i) => {
      const sum = tf.add(tf.matMul(h, weight), bias)
      return i < layers.length - 1 ? tf.relu(sum) : sum
    }, x)
  return trainingStep(layers.flat(), forward, labels, tf.train.adam(1e-3))
}

function linearRegression() {
  const x = tf.randomNormal([100, 3])
  const y = tf.randomNormal([100, 1])
  const [weight, bias] = [tf.variable(tf.randomNormal([3, 1])), tf.variable(tf.zeros([1]))]
  const optimizer = tf.train.sgd(0.05)
  return () => optimizer.minimize(() => tf.losses.meanSquaredError(y, tf.add(tf.matMul(x, weight), bias)), false, [weight, bias])
}

await serve({
  'add of 1,000': over([1000], (x) => tf.add(x, x)),
  'tanh of 1,000': over([1000], (x) => tf.tanh(x)),
  'linear regression 100×3, SGD': linearRegression,
  'MLP 784-256-128-10, Adam': perceptron,
  'matmul 1024³': product(1024, false, false),
  'matmul 1024³, Aᵀ·B': product(1024, true, false),
  'matmul 1024³, A·Bᵀ': product(1024, false, true),
  'matmul 256³': product(256, false, false),
  'conv2d 16×8×28×28': () => {
    const [x, filters] = [tf.randomNormal([16, 28, 28, 8]), tf.randomNormal([3, 3, 8, 16])]
    return tidily(() => tf.conv2d(x, filters, 1, 'same'))
  },
  'softmax 4096×1024': over([4096, 1024], (x) => tf.softmax(x)),
  'gelu 10⁷': over([10_000_000], gelu),
  '(x·2+1).tanh()·x 10⁷': over([10_000_000], (x) => tf.mul(tf.tanh(tf.add(tf.mul(x, 2), 1)), x)),
  'add 10⁷': over([10_000_000], (x) => tf.add(x, x)),
  'sum 10⁷': over([10_000_000], (x) => tf.sum(x)),
  'exp 10⁷': over([10_000_000], (x) => tf.exp(x)),
})
