// The generator's bits against the published test vectors, and its functions against the engine's.
import { expect, test } from 'vitest'
import { philox, portableCosSin, portableLog } from '../../src/core/philox.ts'

const hex = (words: Uint32Array) => [...words].map((word) => word.toString(16).padStart(8, '0')).join(' ')

test('Philox 4×32-10 gives the words of its authors’ known-answer tests', () => {
  const out = new Uint32Array(4)
  philox(out, 0, 0, 0, 0, 0, 0)
  expect(hex(out)).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8')
  const ones = 0xffffffff
  philox(out, ones, ones, ones, ones, ones, ones)
  expect(hex(out)).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd')
  philox(out, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0)
  expect(hex(out)).toBe('d16cfe09 94fdcceb 5001e420 24126ea1')
})

test('the portable logarithm agrees with the engine’s', () => {
  for (let x = 1e-16; x <= 1; x *= 1.37)
    expect(Math.abs(portableLog(x) - Math.log(x))).toBeLessThanOrEqual(4e-16 * Math.max(1, Math.abs(Math.log(x))))
})

test('the portable cosine and sine agree with the engine’s', () => {
  const pair = new Float64Array(2)
  for (let t = 0; t < 1; t += 1 / 1017) {
    portableCosSin(t, pair)
    expect(pair[0]).toBeCloseTo(Math.cos(2 * Math.PI * t), 14)
    expect(pair[1]).toBeCloseTo(Math.sin(2 * Math.PI * t), 14)
  }
})
