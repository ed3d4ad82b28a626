// Kernels are compiled by signature, never by size: batches of all sizes share their code.
import { expect, test } from 'vitest'
import { F, manualSeed, nn, optim, randint, randn } from 'wengert'
import { setLaunchObserver } from '../../src/backends/wasm/launch.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'

test('training with batches of ever other sizes compiles a bounded number of kernels', () => {
  const heapFrom = setHeapFrom(1) // so that small batches take the same way as large ones
  const compiled: string[] = []
  const observer = setLaunchObserver({ compiled: ({ name }) => compiled.push(name) })
  try {
    manualSeed(1)
    const model = new nn.Sequential(
      new nn.Conv2d(1, 4, 3, { padding: 1 }),
      new nn.BatchNorm2d(4),
      new nn.ReLU(),
      new nn.MaxPool2d(2),
      new nn.Flatten(),
      new nn.Linear(4 * 6 * 6, 16),
      new nn.LayerNorm([16]),
      new nn.GELU(),
      new nn.Linear(16, 5),
    )
    const optimizer = new optim.AdamW(model.parameters(), { lr: 1e-3 })
    const step = (batch: number): void => {
      optimizer.zeroGrad()
      F.crossEntropy(model.forward(randn([batch, 1, 12, 12])), randint(0, 5, [batch])).backward()
      optimizer.step()
    }
    for (let batch = 2; batch <= 140; batch += 3) step(batch)
    const warm = compiled.length
    expect(warm).toBeGreaterThan(10)
    for (let batch = 3; batch <= 140; batch++) step(batch)
    // what is new are the wide shapes of contractions, made once when there was enough work
    const added = compiled.slice(warm)
    expect(new Set(added).size, added.join()).toBe(added.length)
    expect(compiled.length).toBeLessThan(100)
  } finally {
    setLaunchObserver(observer)
    setHeapFrom(heapFrom)
  }
})
