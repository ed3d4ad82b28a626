// The networks of the bench as plans: how much of their intermediates' memory they share, and what runs on the host.
import { expect, test } from 'vitest'
import { manualSeed } from 'wengert'
import { networks, trainingStep } from '../../bench/networks.ts'
import { readArguments } from '../../src/compile/arguments.ts'
import { record } from '../../src/compile/recording.ts'

/** Plans below so many bytes are arguments and rounding to cache lines. */
const SMALL = 65536

test.each(Object.keys(networks) as (keyof typeof networks)[])('%s: intermediates share their memory', (name) => {
  manualSeed(0)
  const given = readArguments([])
  if (given === null) throw new Error('a call without arguments can be recorded')
  const { plan } = record(trainingStep(networks[name]()), given)
  const { shared, separate } = plan.memory
  if (separate > SMALL) expect(shared / separate).toBeLessThanOrEqual(0.6)
  // losses check their classes, embeddings their positions, optimizers count: nothing else leaves the kernels
  const onHost = plan.steps.flatMap(({ name: step, run }) => (run === null ? [] : [step]))
  expect(onHost.filter((step) => !/^(crossEntropy|embedding|gather|scatterAdd|indexSelect|indexAdd|SGD|AdamW?)$/.test(step))).toEqual([])
})
