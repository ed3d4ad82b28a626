// Every operation in the signature tables has a record, and every record an operation.
import { expect, test } from 'vitest'
import * as nnSignatures from '../../src/nn/signatures.ts'
import * as signatures from '../../src/tensor/signatures.ts'
import { recordGroups } from '../records/index.ts'

// Tested elsewhere: random ones have no fixture; these make or change tensors rather than compute.
const elsewhere: ReadonlySet<string> = new Set([
  ...['tensor', 'fromTypedArray', 'empty', 'emptyLike', 'manualSeed', 'slice'],
  ...['rand', 'randn', 'randint', 'randperm', 'normal', 'randLike', 'randnLike', 'bernoulli', 'dropout'],
])

const operations = new Set(
  [
    ...Object.keys(signatures.signatures),
    ...Object.keys(nnSignatures.activations),
    ...Object.keys(nnSignatures.transformations),
    ...Object.keys(nnSignatures.losses),
  ].filter((name) => !name.endsWith('_') && !elsewhere.has(name)),
)
const recorded = new Set(Object.values(recordGroups).flatMap((records) => records.map((record) => record.name)))

test('every operation has a record', () => {
  expect([...operations].filter((name) => !recorded.has(name))).toEqual([])
})

test('every record names an operation', () => {
  expect([...recorded].filter((name) => !operations.has(name))).toEqual([])
})
