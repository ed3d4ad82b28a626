// What a walk makes on its way goes back to the heap before the walk is over, and what anybody holds does not.
import { expect, test } from 'vitest'
import { autograd, memory, randn, type Tensor } from 'wengert'

const ELEMENTS = 65536
const BYTES = 4 * ELEMENTS

const chain = (x: Tensor, length: number): Tensor => {
  let y = x
  for (let i = 0; i < length; i++) y = y.tanh().mul(1.5)
  return y
}

test('backward through forty operations needs the memory of a few gradients', () => {
  randn([ELEMENTS]).sum() // the library's own working memory
  memory.collect()
  const x = randn([ELEMENTS], { requiresGrad: true })
  const y = chain(x, 20)
  const collections = memory.stats().collections
  const before = memory.stats().used
  y.sum().backward()
  const { used, collections: after } = memory.stats()
  expect(after).toBe(collections) // it went back by itself
  expect(used - before).toBeLessThanOrEqual(3 * BYTES)
  expect(x.grad?.storageOffset()).toBe(0)
})

test('gradients that hooks, results and retainGrad keep stay what they are', () => {
  const x = randn([ELEMENTS], { requiresGrad: true })
  const middle = chain(x, 5)
  middle.retainGrad()
  const kept: Tensor[] = []
  const early = middle.mul(2)
  early.registerHook((gradient) => {
    kept.push(gradient)
  })
  const y = chain(early, 5)
  const [wanted] = autograd.grad(y, middle, { gradOutputs: y.detach(), retainGraph: true }) as [Tensor]
  const copy = wanted.toTypedArray()
  y.backward(y.detach())
  const first = (kept[0] as Tensor).toTypedArray()
  const held = (middle.grad as Tensor).toTypedArray()
  for (let i = 0; i < 5; i++) chain(x, 10).sum().backward() // would write over memory that was given back
  expect(wanted.toTypedArray()).toEqual(copy)
  expect((middle.grad as Tensor).toTypedArray()).toEqual(held)
  expect((kept[0] as Tensor).toTypedArray()).toEqual(first)
  expect((kept[1] as Tensor).toTypedArray()).toEqual(first)
  expect((held as Float32Array).map((value) => value / 2)).toEqual(copy) // both walks came by
})
