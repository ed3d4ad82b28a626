// Every operation record on WebAssembly and on the reference: results and gradients of every sample, on one thread and on several.
import { describe, expect, test } from 'vitest'
import { isTensor, manualSeed } from 'wengert'
import { backward } from 'wengert/autograd'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { buildCall, type Floating } from '../operations/build.ts'
import { flattenResults, formsFor, invoke, tracked } from '../operations/invoke.ts'
import { differences, type Outcome, type Tolerances } from '../operations/outcome.ts'
import { describeSample } from '../records/describe.ts'
import { recordGroups } from '../records/index.ts'
import type { OperationRecord, Sample } from '../records/specs.ts'
import { recordsWithoutFixtures } from '../records/without-fixtures.ts'
import { cotangentOf } from './program.ts'
import { eachThreadCount } from './threads.ts'

function outcomeOf(record: OperationRecord, sample: Sample, floating: Floating): Outcome {
  try {
    manualSeed(0)
    const call = buildCall(record, sample, floating)
    const form = formsFor(record, call)[0]
    if (form === undefined) return ['no form']
    const results = flattenResults(record, invoke(record, call, form))
    const outputs = tracked(results).map(({ output }) => output)
    if (outputs.length > 0 && call.leaves.length > 0) backward(outputs, { gradTensors: outputs.map(cotangentOf) })
    const gradients = call.leaves.map(({ grad }) => grad ?? 'no gradient')
    return [...results.map((result) => (isTensor(result) ? result.detach() : String(result))), ...call.tensors, ...gradients]
  } catch (error) {
    return [String(error)]
  }
}

function run(heapFrom: number, ...what: Parameters<typeof outcomeOf>): Outcome {
  const before = setHeapFrom(heapFrom)
  try {
    return outcomeOf(...what)
  } finally {
    setHeapFrom(before)
  }
}

const exactly: Tolerances = { float32: [0, 0], float64: [0, 0] }

function failuresOf(record: OperationRecord): string {
  const failures: string[] = []
  for (const sample of record.samples) {
    for (const floating of ['float32', 'float64'] as const) {
      const reference = run(Number.POSITIVE_INFINITY, record, sample, floating)
      let one: Outcome | null = null
      eachThreadCount((threads) => {
        const kernels = run(1, record, sample, floating)
        const wrong = one === null ? differences(kernels, reference, record.tolerances) : differences(kernels, one, exactly)
        one ??= kernels
        failures.push(...wrong.map((what) => `${describeSample(record, sample)} in ${floating}, ${threads} threads: ${what}`))
      })
    }
  }
  return failures.join('\n')
}

for (const [group, records] of Object.entries({ ...recordGroups, recordsWithoutFixtures })) {
  describe(`${group}: kernels as the reference`, () => {
    for (const record of records) {
      test(record.results ? `${record.name} (${record.results.join(', ')})` : record.name, () => {
        expect(failuresOf(record)).toBe('')
      })
    }
  })
}
