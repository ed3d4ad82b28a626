// Graphs that are wide, deep or endless.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { tensor } from 'wengert'

test('forty doublings: 2⁴⁰, at once', () => {
  const x = tensor(1, { dtype: 'float64', requiresGrad: true })
  let y = x.mul(1)
  const start = performance.now()
  for (let i = 0; i < 40; i++) y = y.add(y)
  y.backward()
  expect(x.grad!.item()).toBe(2 ** 40)
  expect(performance.now() - start).toBeLessThan(200)
})

test('a chain of a million operations', () => {
  const x = tensor(1, { requiresGrad: true })
  let y = x.mul(1)
  for (let i = 0; i < 1_000_000; i++) y = y.add(1)
  y.backward()
  expect(y.item()).toBe(1_000_001)
  expect(x.grad!.item()).toBe(1)
})

test('x.add(x.mul(y)) without ceremony', () => {
  const x = tensor([1, 2], { requiresGrad: true })
  const y = tensor([3, 4], { requiresGrad: true })
  x.add(x.mul(y)).sum().backward()
  expect(x.grad!.toArray()).toEqual([4, 5])
  expect(y.grad!.toArray()).toEqual([1, 2])
})

test('100,000 steps that dispose of nothing keep memory flat', () => {
  const script = fileURLToPath(new URL('./memory-loop.ts', import.meta.url))
  const output = execFileSync(process.execPath, ['--expose-gc', '--conditions=@wengert/source', script], { encoding: 'utf8' })
  const { after1000, after100000 } = JSON.parse(output) as { after1000: number; after100000: number }
  expect((after100000 - after1000) / 2 ** 20, 'megabytes gained').toBeLessThan(50)
})
