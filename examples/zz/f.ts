import { F, func, manualSeed, optim, type Tensor, noGrad } from 'wengert'
import { loadDigits } from '../digits/data.ts'
import { LeNet } from '../digits/model.ts'
manualSeed(0)
const { train } = await loadDigits()
const model = new LeNet()
const optimizer = new optim.AdamW(model.parameters(), { lr: 3e-3 })
let t = performance.now()
const order = Array.from({ length: 32 * 40 }, (_, i) => (i * 97) % 8000)
for (let step = 0; step < 40; step++) {
  const batch = order.slice(32 * step, 32 * step + 32)
  optimizer.zeroGrad()
  const loss = F.crossEntropy(model.forward(train.images.at(batch)), train.labels.at(batch))
  loss.backward()
  optimizer.step()
  if (step % 10 === 9) console.log(step, loss.item(), performance.now() - t)
}
const chosen = Array.from({ length: 10 }, (_, i) => 800 * i + 5)
const images = train.images.at(chosen)
const labels = train.labels.at(chosen).clone()
console.log(labels.toArray())
labels.setAt([3], 8)
const weights = model.stateDict()
const loss = (weights: Record<string, Tensor>, image: Tensor<[1, 28, 28], 'float32'>, label: Tensor<[], 'int32'>) =>
  F.crossEntropy(func.functionalCall(model, weights, image.unsqueeze(0)), label.unsqueeze(0))
const g = func.vmap(func.grad(loss), { inDims: [null, 0, 0] })
for (const chunk of [1,2]) {
t = performance.now()
const gradients = g(weights, images, labels)
console.log('vmap', performance.now() - t)
t = performance.now()
for (let i = 0; i < 10; i++) func.grad(loss)(weights, images.at(i), labels.at(i))
console.log('loop', performance.now() - t)
t = performance.now()
for (let i = 0; i < 10; i++) {F.crossEntropy(model.forward(images.at([i])), labels.at([i])).backward()}
console.log('backward loop', performance.now() - t)
const norms = Object.values(gradients).reduce((s, x) => s.add(x.square().flatten(1).sum(1)), images.flatten(1).sum(1).mul(0)).sqrt()
console.log(norms)
}
for (const n of [1, 8, 64]) {
  const im = train.images.at(order.slice(0, n)), la = train.labels.at(order.slice(0, n))
  for (let k=0;k<3;k++) {
  t = performance.now(); g(weights, im, la); const v = performance.now()-t
  t = performance.now(); for (let i = 0; i < n; i++) func.grad(loss)(weights, im.at(i), la.at(i)); 
  console.log(n, 'vmap', v.toFixed(1), 'loop', (performance.now()-t).toFixed(1)) }
}
