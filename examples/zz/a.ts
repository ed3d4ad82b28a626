import { func, manualSeed, nn, type Tensor, tensor } from 'wengert'
import { loadDigits } from '../digits/data.ts'
import { LeNet } from '../digits/model.ts'

const { functional: F } = nn
manualSeed(0)
const { train } = await loadDigits()
const chosen = Array.from({ length: 16 }, (_, i) => 500 * i)
const images = train.images.at(chosen)
const labels = train.labels.at(chosen)
const model = new LeNet()
type Weights = Record<string, Tensor>
const weights: Weights = Object.fromEntries(model.namedParameters())
const loss = (weights: Weights, image: Tensor<[1, 28, 28], 'float32'>, label: Tensor<[], 'int32'>) =>
  F.crossEntropy(func.functionalCall(model, weights, image.unsqueeze(0)), label.unsqueeze(0))
const perSample = func.vmap(func.grad(loss), { inDims: [null, 0, 0] })
let t = performance.now()
const gradients = perSample(weights, images, labels)
console.log('vmap', performance.now() - t)
t = performance.now()
perSample(weights, images, labels)
console.log('vmap again', performance.now() - t)
for (const [n, g] of Object.entries(gradients)) console.log(n, g.shape, g.requiresGrad)
t = performance.now()
const loop = chosen.map((_, i) => func.grad(loss)(weights, images.at(i), labels.at(i)))
console.log('loop', performance.now() - t)
let worst = 0
for (const [n, g] of Object.entries(gradients)) loop.forEach((one, i) => { worst = Math.max(worst, g.at(i).sub(one[n]!).abs().max().item()) })
console.log(worst)
t = performance.now()
F.crossEntropy(model.forward(images), labels).backward()
console.log('batch', performance.now() - t)
