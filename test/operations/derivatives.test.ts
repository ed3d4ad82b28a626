// Every differentiable operation by gradcheck and gradgradcheck, in forward mode, and under vmap.
import { afterAll, describe, expect, test } from 'vitest'
import { recordGroups } from '../records/index.ts'
import { operations, outcomeOf, properties, summary } from './derivatives.ts'
import { differentiableCalls } from './differentiable-calls.ts'

const passed = new Map(properties.map((property) => [property, 0]))

describe.each(properties)('%s', (property) => {
  test.each(operations.map((operation) => [operation.name, operation] as const))('%s', (_, operation) => {
    const { samples, failures, lacks } = outcomeOf(operation, property)
    expect(failures.join('\n')).toBe('')
    expect(samples > 0 || lacks !== null, 'nothing was checked').toBe(true)
    passed.set(property, (passed.get(property) as number) + 1)
  })
})

test('every record that has derivatives is among them', () => {
  const names = new Set(operations.map(({ name }) => name))
  const records = Object.values(recordGroups).flat()
  expect(records.filter((record) => differentiableCalls(record).length > 0 && !names.has(record.name))).toEqual([])
  expect(operations.length).toBeGreaterThan(200)
})

afterAll(() => console.log(summary(passed)))
