// A heap without room: compiled functions do what they do, without a plan, and with one again when there is room.
import { afterEach, expect, test } from 'vitest'
import { compile, memory, ones, randn, type Tensor, zeros } from 'wengert'
import { setHeapFrom } from '../../src/core/memory/heap.ts'

/** What takes all room. */
let held: Tensor[] = []
function fill(): void {
  memory.configure({ limit: 2 ** 20 })
  for (const elements of [2 ** 20, 2 ** 16, 2 ** 12, 2 ** 10])
    for (let tensor = zeros([elements]); tensor.storage.address !== 0; tensor = zeros([elements])) held.push(tensor)
}
function empty(): void {
  held = []
  memory.configure({ limit: null })
  memory.collect()
}
afterEach(empty)

test.each([1, 4096])('no room for a plan, nor for results of one (heap from %i)', (from) => {
  const before = setHeapFrom(from)
  try {
    const w = ones([200, 30], { requiresGrad: true })
    let runs = 0
    const run = (x: Tensor): Tensor => {
      runs++
      w.grad = null
      const y = w.mul(x)
      y.square().sum().backward()
      return y.add(1)
    }
    const step = compile(run)
    const x = randn([200, 30])
    const check = (): void => {
      expect(step(x).allclose(x.add(1))).toBe(true)
      expect((w.grad as unknown as Tensor).allclose(x.square().mul(2))).toBe(true)
    }
    check()
    expect([runs, step.plans]).toEqual([1, 1])
    fill()
    check() // there is a plan, but no room for what it returns
    check()
    step.dispose()
    fill()
    check() // nor for a plan
    const without = runs
    expect(without).toBeGreaterThan(2)
    empty()
    check()
    check()
    expect([runs, step.plans]).toEqual([without + 1, 1])
  } finally {
    setHeapFrom(before)
  }
})
