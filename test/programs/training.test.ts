// The same seed gives the same bits: over repeated runs, and on one, two and four threads.
import { expect, test } from 'vitest'
import { convolutional, perceptron, trainedBits } from './hashed-training.ts'
import { eachThreadCount, sharedLaunches } from './threads.ts'

const RUNS = 20

const cases = [
  ['perceptron', perceptron, [128, 100], 5],
  ['convolutional network', convolutional, [8, 3, 16, 16], 2],
] as const

test.each(cases)('%s: the same bits in every run and on any number of threads', (_, makeModel, shape, steps) => {
  let first: string | null = null
  eachThreadCount(
    (threads) => {
      for (let run = 0; run < RUNS; run++) {
        const result = trainedBits(makeModel, shape, steps, (step) => step)
        first ??= result
        expect(result, `run ${run} on ${threads} threads`).toBe(first)
      }
    },
    [1, 2, 4],
  )
  expect(sharedLaunches).toBeGreaterThan(100)
})
