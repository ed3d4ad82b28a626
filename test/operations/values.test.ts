// Every record against PyTorch.
import { describe, expect, test } from 'vitest'
import { recordGroups } from '../records/index.ts'
import { failuresOf, fixturesOf } from './against-fixtures.ts'

for (const [group, records] of Object.entries(recordGroups)) {
  const fixtures = fixturesOf(group)
  describe(`${group} as PyTorch`, () => {
    for (const record of records) {
      test(record.results ? `${record.name} (${record.results.join(', ')})` : record.name, () => {
        expect(failuresOf(record, fixtures)).toBe('')
      })
    }
  })
}
