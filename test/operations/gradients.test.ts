// First and second derivatives of every record against central differences, in float64.
import { describe, expect, test } from 'vitest'
import { describeSample } from '../records/describe.ts'
import { recordGroups } from '../records/index.ts'
import type { OperationRecord, Sample } from '../records/specs.ts'
import { checkFirst, checkSecond, isDifferentiable } from './finite-differences.ts'

function failuresOf(record: OperationRecord, check: (record: OperationRecord, sample: Sample) => string | null): string {
  return record.samples
    .filter((sample) => !sample.notSmooth)
    .flatMap((sample) => {
      try {
        const wrong = isDifferentiable(record, sample) ? check(record, sample) : null
        return wrong ? [`${describeSample(record, sample)}: ${wrong}`] : []
      } catch (error) {
        return [`${describeSample(record, sample)} threw ${String(error)}`]
      }
    })
    .join('\n')
}

const differentiable = Object.entries(recordGroups).map(
  ([group, records]) =>
    [group, records.filter((record) => record.samples.some((sample) => JSON.stringify(sample).includes('"differentiable":true')))] as const,
)

for (const [group, records] of differentiable) {
  describe(`${group} by finite differences`, () => {
    for (const record of records) {
      const name = record.results ? `${record.name} (${record.results.join(', ')})` : record.name
      test(`${name}: first derivative`, () => expect(failuresOf(record, checkFirst)).toBe(''))
      test(`${name}: second derivative`, () => expect(failuresOf(record, checkSecond)).toBe(''))
    }
  })
}
