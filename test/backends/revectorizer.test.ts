// The revectorizer: it changes no bit, takes over while the program runs, and its flag is on only meanwhile.
import v8 from 'node:v8'
import { expect, test, vi } from 'vitest'
import { compareKernels } from '../../scripts/revectorize-evidence.ts'
import { microkernels } from '../../src/backends/wasm/contraction/kernels.ts'
import { multiplyMatrices } from '../../src/backends/wasm/contraction/matmul.ts'
import { candidates, mayRevectorize } from '../../src/backends/wasm/revectorizer.ts'
import { dtypes } from '../../src/core/dtype.ts'
import { emptyValue, type Value } from '../../src/core/value.ts'
import { generator } from './seeded.ts'

test.runIf(mayRevectorize())('a hundred random kernels leave the same bits with and without it', () => {
  expect(compareKernels(100, 2)).toEqual([])
})

test.runIf(mayRevectorize())('a product has the same bits before and after the wide tile takes over', async () => {
  const { uniform } = generator(9)
  const matrix = (): Value => emptyValue(dtypes.float32, [150, 150])
  const [x, y, first, last] = [matrix(), matrix(), matrix(), matrix()]
  for (const { storage } of [x, y]) for (let i = 0; i < storage.data.length; i++) storage.data[i] = uniform()
  const flags = vi.spyOn(v8, 'setFlagsFromString')
  multiplyMatrices(x, y, first)
  expect(microkernels()['product f32 along']).toContain('narrow')
  const end = performance.now() + 10_000
  do {
    for (let i = 0; i < 10; i++) multiplyMatrices(x, y, last)
    await new Promise((resolve) => setTimeout(resolve))
  } while ((flags.mock.calls.length === 0 || candidates() > 0) && performance.now() < end)
  for (let i = 0; i < 10; i++) multiplyMatrices(x, y, last)
  expect(last.storage.data).toEqual(first.storage.data)
  expect(flags.mock.calls.flat()).toEqual(['--experimental-wasm-revectorize', '--no-experimental-wasm-revectorize'])
  flags.mockRestore()
})

test('the environment can forbid it', () => {
  vi.stubEnv('WENGERT_REVECTORIZE', '0')
  vi.resetModules()
  return import('../../src/backends/wasm/revectorizer.ts').then((fresh) => {
    expect(fresh.mayRevectorize()).toBe(false)
    vi.unstubAllEnvs()
  })
})
