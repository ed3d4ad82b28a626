// The same as values.test.ts where a page's policy forbids `new Function`: kernels run in the closure interpreter.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setCompileText } from '../../src/backends/reference/compile-text.ts'
import { recordGroups } from '../records/index.ts'
import { failuresOf, fixturesOf } from './against-fixtures.ts'

beforeAll(() => setCompileText(false))
afterAll(() => setCompileText(undefined))

for (const [group, records] of Object.entries(recordGroups)) {
  const fixtures = fixturesOf(group)
  describe(`${group}, interpreted`, () => {
    for (const record of records) {
      test(record.results ? `${record.name} (${record.results.join(', ')})` : record.name, () => {
        expect(failuresOf(record, fixtures)).toBe('')
      })
    }
  })
}
