// The same seed gives the same bits, over repeated runs and on one, two and four threads, also when better kernels come while it runs.
import { expect, test } from 'vitest'
import { compile } from 'wengert'
import { convolutional, perceptron, trainedBits } from '../programs/hashed-training.ts'
import { eachThreadCount, sharedLaunches } from '../programs/threads.ts'

const RUNS = 20

const cases = [
  ['perceptron', perceptron, [128, 100], 5, RUNS],
  ['convolutional network', convolutional, [8, 3, 16, 16], 2, RUNS],
  ['perceptron, for long', perceptron, [128, 100], 140, 1],
] as const

test.each(cases)('%s: the same bits in every run and on any number of threads', (_, makeModel, shape, steps, runs) => {
  let first: string | null = null
  eachThreadCount(
    (threads) => {
      for (let run = 0; run < runs; run++) {
        let plans = (): number => 0
        const result = trainedBits(makeModel, shape, steps, (step) => {
          const compiled = compile(step)
          plans = () => compiled.plans
          return compiled
        })
        expect(plans()).toBe(1)
        first ??= result
        expect(result, `run ${run} on ${threads} threads`).toBe(first)
      }
    },
    [1, 2, 4],
  )
  expect(sharedLaunches).toBeGreaterThan(100)
})
