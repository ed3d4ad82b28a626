// Trains 100,000 steps and prints the memory in use after 1,000 and at the end; a process of its own, for graph-size.test.ts.
import { noGrad, randn } from 'wengert'

const x = randn([100, 3])
const y = randn([100, 1])
const w = randn([3, 1], { requiresGrad: true })

function inUse(): number {
  ;(globalThis as unknown as { gc: () => void }).gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

let after1000 = 0
for (let step = 1; step <= 100_000; step++) {
  w.grad = null
  x.matmul(w).sub(y).square().sum().backward()
  noGrad(() => w.sub_(w.grad!.mul(1e-4)))
  if (step === 1_000) after1000 = inUse()
}
console.log(JSON.stringify({ after1000, after100000: inUse() }))
