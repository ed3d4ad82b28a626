// docs/reference.md says what the signature tables say.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { page, reference } from '../../scripts/reference.ts'

test('docs/reference.md is up to date: run `node scripts/reference.ts`', () => {
  expect(readFileSync(page, 'utf8')).toBe(reference())
})

test('every row says what the call gives', () => {
  expect(
    reference()
      .split('\n')
      .filter((line) => /^\| `.*` \| {2}\|/.test(line)),
  ).toEqual([])
})
