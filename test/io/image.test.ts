// Tensors from and to ImageData-like pixels.
import { describe, expect, test } from 'vitest'
import { tensor, zeros } from 'wengert'
import { fromImageData, toImageData } from 'wengert/io'

/** A red and a half transparent grey pixel. */
const image = { width: 2, height: 1, data: new Uint8ClampedArray([255, 0, 0, 255, 51, 51, 51, 128]) }

describe('fromImageData', () => {
  test('gives one plane a channel, 0 to 1', () => {
    const x = fromImageData(image)
    expect([x.shape, x.dtype]).toEqual([[3, 1, 2], 'float32'])
    expect(x.mul(255).round().toArray()).toEqual([[[255, 51]], [[0, 51]], [[0, 51]]])
  })

  test('gives grey by luma', () => {
    const grey = fromImageData(image, 1).toTypedArray()
    expect(grey[0]).toBeCloseTo(0.299)
    expect(grey[1]).toBeCloseTo(0.2)
  })

  test('gives bytes, with alpha', () => {
    const x = fromImageData(image, { channels: 4, dtype: 'uint8' })
    expect([x.dtype, x.toArray()]).toEqual(['uint8', [[[255, 51]], [[0, 51]], [[0, 51]], [[255, 128]]]])
  })
})

describe('toImageData', () => {
  test('undoes fromImageData', () => {
    const { data, width, height } = toImageData(fromImageData(image, 4))
    expect({ data, width, height }).toEqual(image)
  })

  test('clamps floats, spreads grey, and takes views', () => {
    const x = tensor([
      [-1, 0.5],
      [2, 1],
    ]).transpose(0, 1)
    expect([...toImageData(x).data]).toEqual([0, 0, 0, 255, 255, 255, 255, 255, 128, 128, 128, 255, 255, 255, 255, 255])
  })

  test('draws bools in black and white', () => {
    expect([...toImageData(tensor([[true, false]])).data]).toEqual([255, 255, 255, 255, 0, 0, 0, 255])
  })
})

test.each<[string, () => unknown]>([
  ['pixels that do not fit', () => fromImageData({ ...image, width: 3 })],
  ['two channels', () => fromImageData(image, 2 as 1)],
  ['a misspelt option', () => fromImageData(image, { chanels: 1 } as object)],
  ['no image', () => fromImageData(null as never)],
  ['no tensor', () => toImageData(3 as never)],
  ['a batch', () => toImageData(zeros([1, 3, 2, 2]))],
  ['whole numbers', () => toImageData(zeros([2, 2], { dtype: 'int32' }))],
])('says what is wrong: %s', (_, wrong) => {
  expect(wrong).toThrowErrorMatchingSnapshot()
})
