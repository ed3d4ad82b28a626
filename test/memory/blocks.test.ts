// Free blocks as bookkeeping: whatever is taken and freed in whatever order, blocks never overlap, free neighbours join, and what was
// freed last is taken first.
import { expect, test } from 'vitest'
import * as blocks from '../../src/core/memory/blocks.ts'

const take = (lines: number): number => blocks.takeFree(lines) || blocks.takeNew(lines)

/** Numbers that look random, the same every time. */
function sequence(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Lines of a block for a request, checked. */
function sizeFor(bytes: number): number {
  const lines = blocks.linesFor(bytes)
  expect(lines * blocks.LINE).toBeGreaterThanOrEqual(bytes)
  expect(lines).toBeLessThanOrEqual(Math.max(1, Math.ceil((bytes / blocks.LINE) * 1.125) + 1))
  return lines
}

test('sizes are rounded up by an eighth at most, and rounding is stable', () => {
  for (let bytes = 1; bytes < 2 ** 31; bytes = Math.ceil(bytes * 1.01)) {
    const lines = sizeFor(bytes)
    expect(blocks.linesFor(lines * blocks.LINE)).toBe(lines)
  }
  expect(blocks.linesFor(2 ** 32 - 65536)).toBeLessThanOrEqual(2 ** 26)
})

test('blocks in use never overlap, and everything comes back together', () => {
  const random = sequence(7)
  const owner = new Map<number, number>()
  const used: number[] = []
  const release = (at: number) => {
    const [block] = used.splice(at, 1) as [number]
    for (let line = blocks.placeOf(block); line < blocks.placeOf(block) + blocks.linesOf(block); line++) owner.delete(line)
    blocks.free(block)
  }
  for (let step = 0; step < 20_000; step++) {
    if (used.length > 0 && (used.length > 150 || random(2) === 0)) release(random(used.length))
    else {
      const lines = sizeFor(1 + (random(8) === 0 ? random(200_000) : random(3000)))
      const block = take(lines)
      const place = blocks.placeOf(block)
      expect(blocks.linesOf(block)).toBeGreaterThanOrEqual(lines)
      for (let line = place; line < place + blocks.linesOf(block); line++) {
        if (owner.has(line)) throw new Error(`line ${line} belongs to ${owner.get(line)} and ${block}`)
        owner.set(line, block)
      }
      used.push(block)
    }
    if (step % 500 === 0) {
      expect(blocks.usedLines).toBe(owner.size)
      expect(blocks.usedBlocks).toBe(used.length)
    }
  }
  while (used.length > 0) release(0)
  expect(blocks.usedLines).toBe(0)
  // one free block is left: all of the pool can be taken as one, without growing it
  const pooled = blocks.pooledLines()
  const all = 2 ** Math.floor(Math.log2(pooled))
  const block = blocks.takeFree(all)
  expect(block).not.toBe(0)
  expect(blocks.pooledLines()).toBe(pooled)
  blocks.free(block)
})

test('what was freed last is taken first', () => {
  const [a, apart1, b, apart2] = [take(128), take(8), take(128), take(8)] as [number, number, number, number]
  const [placeA, placeB] = [blocks.placeOf(a), blocks.placeOf(b)]
  blocks.free(a)
  blocks.free(b)
  const first = blocks.takeFree(128)
  expect(blocks.placeOf(first)).toBe(placeB)
  const second = blocks.takeFree(128)
  expect(blocks.placeOf(second)).toBe(placeA)
  for (const block of [first, second, apart1, apart2]) blocks.free(block)
})

test('shapes that change for ever do not enlarge the pool for ever', () => {
  const random = sequence(3)
  const sizesAfter: number[] = []
  for (let round = 0; round < 200; round++) {
    const scale = 1 + random(64) // a batch size
    const step = Array.from({ length: 60 }, (_, i) => take(blocks.linesFor(scale * (400 + ((i * 997) % 5000)))))
    for (const block of step.reverse()) blocks.free(block)
    sizesAfter.push(blocks.pooledLines())
  }
  expect(sizesAfter.at(-1)).toBe(sizesAfter[100])
})

test('the place where a new block would end is known before', () => {
  const lines = blocks.linesFor(10_000_000)
  const end = blocks.endOfNew(lines)
  const block = blocks.takeNew(lines)
  expect(blocks.placeOf(block) + blocks.linesOf(block)).toBe(end)
})
