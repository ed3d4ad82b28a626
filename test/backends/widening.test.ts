// Elementwise kernels that the revectorizer gets a copy of: when the copy takes over, and that nothing else changes.
import v8 from 'node:v8'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { apply } from '../../src/backends/expression.ts'
import { type Kernel, setLaunchObserver } from '../../src/backends/wasm/launch.ts'
import { element, type LoopKernel } from '../../src/backends/wasm/loops/ir.ts'
import { type RowOperand, runRows } from '../../src/backends/wasm/loops/run.ts'
import { type Compiled, compiledVariant } from '../../src/backends/wasm/loops/variants.ts'
import { countWork } from '../../src/backends/wasm/loops/widening.ts'
import type * as revectorizing from '../../src/backends/wasm/revectorizer.ts'
import { dtypes } from '../../src/core/dtype.ts'
import { setHeapFrom, words } from '../../src/core/memory/heap.ts'
import { emptyValue, type Value } from '../../src/core/value.ts'

const { candidates, mayRevectorize } = await vi.importActual<typeof revectorizing>('../../src/backends/wasm/revectorizer.ts')

/** Candidates that were handed over while `isStaged`, and the times that they are told. */
let isStaged = true
let handedOver: revectorizing.Candidate[] = []
let times: number[] = []
vi.mock('../../src/backends/wasm/revectorizer.ts', async (original) => {
  const actual = await original<typeof revectorizing>()
  return {
    ...actual,
    mayRevectorize: () => isStaged || actual.mayRevectorize(),
    revectorize: (candidate) => void (isStaged ? handedOver.push(candidate) : actual.revectorize(candidate)),
    time: (probe) => (isStaged ? (times.shift() ?? 1) : actual.time(probe)),
  } satisfies typeof revectorizing
})

const MUCH_WORK = 1e9
const types = [dtypes.float32, dtypes.float32]
const kernelOf = (): LoopKernel => ({
  name: 'much',
  operands: 2,
  stages: [{ per: 'element', stores: [{ operand: 1, value: apply('tanh', apply('exp', element(0))) }] }],
})
const variantOf = (kernel: LoopKernel): Compiled =>
  compiledVariant(kernel, { schedule: 'outer', outerRank: 1, innerRank: 0, types, steppings: [1, 1] }) as Compiled

let ordinary: number
let made: Kernel[] = []
beforeEach(() => {
  ordinary = setHeapFrom(1)
  made = []
  handedOver = []
  times = []
  isStaged = true
  setLaunchObserver({ compiled: (kernel) => void made.push(kernel) })
})
afterEach(() => {
  setHeapFrom(ordinary)
  setLaunchObserver(null)
})

/** A kernel with its copy, which has been warmed up. */
function warm(): { compiled: Compiled; own: Kernel; copy: Kernel; candidate: revectorizing.Candidate } {
  const compiled = variantOf(kernelOf())
  const own = compiled.kernel
  countWork(compiled, MUCH_WORK)
  const candidate = handedOver[0] as revectorizing.Candidate
  times = [10]
  candidate.warmUp()
  return { compiled, own, candidate, copy: made.at(-1) as Kernel }
}

describe('the copy', () => {
  test('is made once, after enough work, of kernels that compute much', () => {
    const compiled = variantOf(kernelOf())
    countWork(compiled, 1000)
    expect(handedOver).toEqual([])
    countWork(compiled, MUCH_WORK)
    countWork(compiled, MUCH_WORK)
    expect(handedOver.length).toBe(1)
    const light: LoopKernel = { ...kernelOf(), stages: [{ per: 'element', stores: [{ operand: 1, value: apply('neg', element(0)) }] }] }
    countWork(variantOf(light), MUCH_WORK)
    expect(handedOver.length).toBe(1)
  })

  test('takes over where it is optimised, faster, and leaves the same bits', () => {
    const { compiled, own, copy, candidate } = warm()
    expect(compiled.kernel).toBe(own)
    times = [9]
    expect(candidate.isOptimised()).toBe(false)
    times = [2]
    expect(candidate.isOptimised()).toBe(true)
    times = [2, 4]
    candidate.settle()
    expect(compiled.kernel).toBe(copy)
    expect(copy).not.toBe(own)
  })

  test('does not take over where it is no faster', () => {
    const { compiled, own, candidate } = warm()
    times = [4, 4]
    candidate.settle()
    expect(compiled.kernel).toBe(own)
  })

  test('does not take over where one bit differs', () => {
    const { compiled, own, copy, candidate } = warm()
    const { run } = copy
    Object.assign(copy, {
      run(args: number, from: number, to: number) {
        run(args, from, to)
        // the last element of the output, whose address is among the probe's arguments
        const at = ((words[(args >>> 2) + 7] as number) >>> 2) + 1023
        words[at] = (words[at] as number) ^ 1
      },
    })
    times = [2, 4]
    candidate.settle()
    expect(compiled.kernel).toBe(own)
  })
})

test.runIf(mayRevectorize())('a kernel leaves the same bits before and after, and the flag is cleared', async () => {
  isStaged = false
  const flags = vi.spyOn(v8, 'setFlagsFromString')
  const kernel = kernelOf()
  const n = 100_003
  const [x, first, last] = [1, 2, 3].map(() => emptyValue(dtypes.float32, [n])) as [Value, Value, Value]
  for (let i = 0; i < n; i++) x.storage.data[i] = Math.sin(i) * 4
  const run = (y: Value): void => {
    const operand = (value: Value): RowOperand => ({ value, outer: [1], inner: [] })
    expect(runRows(kernel, [n], [], [operand(x), operand(y)])).toBe(true)
  }
  run(first)
  const end = performance.now() + 10_000
  do {
    for (let i = 0; i < 10; i++) run(last)
    expect(last.storage.data).toEqual(first.storage.data)
    await new Promise((resolve) => setTimeout(resolve))
  } while ((flags.mock.calls.length === 0 || candidates() > 0) && performance.now() < end)
  last.storage.data.fill(0)
  run(last)
  expect(last.storage.data).toEqual(first.storage.data)
  expect(flags.mock.calls.flat()).toEqual(['--experimental-wasm-revectorize', '--no-experimental-wasm-revectorize'])
  flags.mockRestore()
})
