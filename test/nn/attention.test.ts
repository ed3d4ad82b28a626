// Attention as a whole: how much memory it takes, the same bits on any number of threads and compiled, and what goes through the composition.
import { afterEach, expect, test } from 'vitest'
import { compile, F, func, manualSeed, memory, ones, randn, type Tensor, tensor } from 'wengert'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { eachThreadCount, sharedLaunches } from '../programs/threads.ts'

const before = setHeapFrom(4096)
afterEach(() => {
  setHeapFrom(before)
})

const leaf = (...shape: readonly number[]): Tensor => randn([...shape], { requiresGrad: true })

/** Output and gradients of a causal attention, as a step. */
function training(...shape: readonly number[]): () => Tensor[] {
  const leaves = [leaf(...shape), leaf(...shape), leaf(...shape)] as const
  const gradient = randn([...shape])
  return () => {
    for (const each of leaves) each.grad = null
    const output = F.scaledDotProductAttention(...leaves, { isCausal: true })
    output.backward({ gradient })
    return [output.detach(), ...leaves.map(({ grad }) => grad as Tensor)]
  }
}

const bitsOf = (tensors: readonly Tensor[]): string => tensors.map((each) => [...each.flatten().toTypedArray()].join()).join('\n')

test('the same bits in every run, on any number of threads, compiled or not', () => {
  manualSeed(1)
  const step = training(3, 100, 40)
  const wanted = bitsOf(step())
  eachThreadCount(
    (threads) => {
      const compiled = compile(step)
      for (let run = 0; run < 5; run++) {
        expect(bitsOf(step()), `${threads} threads`).toBe(wanted)
        expect(bitsOf(compiled()), `${threads} threads, compiled`).toBe(wanted)
      }
    },
    [1, 2, 4],
  )
  expect(sharedLaunches).toBeGreaterThan(20)
})

test('a compiled step has a launch each way, besides those that pack', () => {
  const step = training(2, 64, 32)
  const compiled = compile(() => step()[0] as Tensor)
  compiled()
  const text = compiled.explain() as string
  expect(text).toContain('2 instructions recorded, 2 after all passes. A run makes 5 launches of 3 kernels, and 0 host steps.')
  expect(text).toMatch(/ = attention\(.*scale: 0\.176777, isCausal: true\)/)
  expect(text).toMatch(/ = attentionGradient\(/)
})

test('no tensor is as large as the scores, forward or backward', () => {
  const [heads, length, size] = [8, 1024, 16]
  const scores = 4 * heads * length * length
  const step = training(heads, length, size)
  memory.collect()
  const { used, handedOut } = memory.stats()
  step()
  expect(memory.stats().handedOut - handedOut).toBeLessThan(scores / 2)
  expect(memory.stats().peak - used).toBeLessThan(scores / 2)
  const composed = memory.stats().handedOut
  F.scaledDotProductAttention(randn([heads, length, size]), randn([heads, length, size]), randn([heads, length, size]), { dropoutP: 0.1 })
  expect(memory.stats().handedOut - composed).toBeGreaterThan(3 * scores)
})

test('where a query may look at nothing, output and gradients are zero', () => {
  const [q, k, v] = [leaf(4, 32, 16), leaf(4, 40, 16), leaf(4, 40, 16)]
  const mask = ones([32, 1])
    .eq(1)
    .logicalAnd(tensor(Array.from({ length: 32 }, (_, i) => [i % 3 > 0])))
  for (const attnMask of [mask, mask.to('float32').log()]) {
    q.grad = null
    const output = F.scaledDotProductAttention(q, k, v, { attnMask })
    output.sum().backward()
    expect(output.select(1, 3).abs().sum().item()).toBe(0)
    expect(output.select(1, 4).abs().sum().item()).toBeGreaterThan(0)
    expect((q.grad as Tensor | null)?.select(1, 3).abs().sum().item()).toBe(0)
    for (const each of [q, k, v]) expect(each.grad?.isfinite().all().item()).toBe(true)
  }
})

test('what comes after a query is not even looked at', () => {
  const [q, k, v] = [randn([2, 64, 32]), randn([2, 64, 32]), randn([2, 64, 32])]
  const run = () => F.scaledDotProductAttention(q, k, v, { isCausal: true })
  const wanted = run().narrow(1, 0, 24).toArray()
  for (const each of [k, v]) each.narrow(1, 24, 40).fill_(1e30)
  expect(run().narrow(1, 0, 24).toArray()).toEqual(wanted)
})

test('dropout: weights that are left grow, on average the output stays', () => {
  manualSeed(4)
  const [q, k, v] = [randn([64, 1, 8]), randn([64, 64, 8]), ones([64, 64, 4])]
  const output = F.scaledDotProductAttention(q, k, v, { dropoutP: 0.25 })
  expect(output.mean().item()).toBeCloseTo(1, 1)
  expect(output.std().item()).toBeGreaterThan(0.01)
  expect(F.scaledDotProductAttention(q, k, v).sub(1).abs().max().item()).toBeLessThan(1e-5)
})

test('a batch of calls, and a derivative of one inside another, look inside', () => {
  const [q, k, v] = [randn([3, 32, 32]), randn([3, 32, 32]), randn([3, 32, 32])]
  const one = (a: Tensor, b: Tensor, c: Tensor): Tensor => F.scaledDotProductAttention(a, b, c)
  const batched = func.vmap(one)(q, k, v)
  expect(
    batched
      .sub(one(q, k, v))
      .abs()
      .max()
      .item(),
  ).toBeLessThan(1e-6)
  const [, tangent] = func.jvp((x: Tensor) => one(x, k, v), [q], [q])
  const gradient = func.grad((x: Tensor) => one(x, k, v).sum())(q)
  expect(tangent.sum().item()).toBeCloseTo(gradient.mul(q).sum().item(), 3)
})
