// Nothing that a program can still reach is ever used again: every way of holding a tensor, in a pool that is recycled many times meanwhile.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memory } from 'wengert'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { check, churn, holders, type Recall, withLimit } from './holders.ts'

const LIMIT = 12 * 2 ** 20
const modes = [1, 4096].flatMap((from) => [false, true].map((poisoned) => ({ from, poisoned })))

describe.each(modes)('storages of $from bytes and more, poison $poisoned', ({ from, poisoned }) => {
  let before = 0
  beforeAll(() => {
    before = setHeapFrom(from)
  })
  afterAll(() => {
    setHeapFrom(before)
  })

  test('what is held is not overwritten', () =>
    withLimit(LIMIT, poisoned, async () => {
      const held: { name: string; mark: number; recall: Recall }[] = []
      let mark = 0
      for (let round = 0; round < 4; round++) {
        for (const [name, hold] of Object.entries(holders)) {
          mark = (mark + 1) % 1000
          held.push({ name, mark: mark + 1, recall: hold(mark + 1) })
        }
        churn(2)
        await new Promise((resolve) => setTimeout(resolve, 2))
        churn(1)
      }
      for (const { name, mark, recall } of held) await check(name, mark, recall)
      expect(memory.stats().refusals).toBe(0)
    }))

  test('what a hot function holds in registers alone is not overwritten', () =>
    withLimit(LIMIT, poisoned, async () => {
      for (let round = 1; round < 300; round++) {
        for (const name of ['what the tape saved', 'a hook that keeps the gradient', 'a view of a view']) {
          const recall = holders[name]?.(round) as Recall
          if (round % 50 === 0) churn(1)
          await check(name, round, recall)
        }
      }
    }))
})

test('memory is used again', () =>
  withLimit(LIMIT, false, async () => {
    const { pooled } = memory.stats()
    churn(8)
    expect(memory.stats().pooled).toBeLessThanOrEqual(Math.max(pooled, LIMIT))
    memory.collect()
    expect(memory.stats().used).toBeLessThan(LIMIT / 2)
  }))
