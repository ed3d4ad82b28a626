// Safetensors: bytes against a file made by hand, round trips, what other programs write, and damaged files.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Tensor, tensor, zeros } from 'wengert'
import { safetensors } from 'wengert/io'

/** A file as another program would write it. */
function file(header: object | string, data: ArrayBufferView = new Uint8Array()): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + data.byteLength)
  new DataView(bytes.buffer).setUint32(0, text.length, true)
  bytes.set(text, 8)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 8 + text.length)
  return bytes
}
const one = (dtype: string, shape: number[], data: ArrayBufferView) =>
  file({ x: { dtype, shape, data_offsets: [0, data.byteLength] } }, data)

test('writes the bytes that the format prescribes', () => {
  const bytes = safetensors.save({ b: tensor([true, false]), a: tensor([1, -2]) }, { metadata: { made: 'by hand' } })
  const text =
    '{"__metadata__":{"made":"by hand"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[2],"data_offsets":[8,10]}}'
  const header = text.padEnd(Math.ceil(text.length / 8) * 8)
  expect([...bytes.subarray(0, 8)]).toEqual([header.length, 0, 0, 0, 0, 0, 0, 0])
  expect(new TextDecoder().decode(bytes.subarray(8, 8 + header.length))).toBe(header)
  expect([...bytes.subarray(8 + header.length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 1, 0])
})

test('reads back what it wrote: every dtype, shapes, views, the empty and the 0-d tensor', () => {
  const tensors = {
    f32: tensor([
      [1.5, -0, Number.NaN],
      [Number.POSITIVE_INFINITY, 1e-45, 3],
    ]),
    f64: tensor([Math.PI], { dtype: 'float64' }),
    i32: tensor([-(2 ** 31), 2 ** 31 - 1], { dtype: 'int32' }),
    u8: tensor([0, 255], { dtype: 'uint8' }),
    bool: tensor([true, false, true]),
    scalar: tensor(7),
    empty: zeros([0, 3]),
    transposed: tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]).transpose(0, 1),
    'name.with "quotes" é': tensor([1]),
  }
  const read = safetensors.load(safetensors.save(tensors))
  expect(Object.keys(read).sort()).toEqual(Object.keys(tensors).sort())
  for (const [name, expected] of Object.entries<Tensor>(tensors)) {
    const found = read[name]!
    expect([found.shape, found.dtype, found.toArray()], name).toEqual([expected.shape, expected.dtype, expected.toArray()])
  }
})

test('what was read is a copy of the file', () => {
  const bytes = safetensors.save({ x: tensor([1, 2]) })
  const { x } = safetensors.load(bytes)
  bytes.fill(0)
  expect(x!.toArray()).toEqual([1, 2])
})

test('metadata and shapes can be read without the tensors', () => {
  const header = safetensors.readHeader(safetensors.save({ w: zeros([2, 3]) }, { metadata: { epoch: '6' } }))
  expect(header).toMatchObject({ metadata: { epoch: '6' }, tensors: { w: { dtype: 'F32', shape: [2, 3], dataOffsets: [0, 24] } } })
})

describe('dtypes of other programs', () => {
  test.each([
    ['I64', new BigInt64Array([-5n, 7n]), 'int32', [-5, 7]],
    ['U64', new BigUint64Array([5n]), 'int32', [5]],
    ['U32', new Uint32Array([5]), 'int32', [5]],
    ['I16', new Int16Array([-5, 7]), 'int32', [-5, 7]],
    ['U16', new Uint16Array([65535]), 'int32', [65535]],
    ['I8', new Int8Array([-5]), 'int32', [-5]],
    // 1, -2, the smallest subnormal, the largest finite, infinity, not a number
    [
      'F16',
      new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x7e00]),
      'float32',
      [1, -2, 2 ** -24, 65504, Number.POSITIVE_INFINITY, Number.NaN],
    ],
    ['BF16', new Uint16Array([0x3f80, 0xc000, 0x7f80, 0x4049]), 'float32', [1, -2, Number.POSITIVE_INFINITY, 3.140625]],
  ])('%s', (dtype, data, expectedType, expected) => {
    const { x } = safetensors.load(one(dtype, [data.length], data))
    expect([x!.dtype, x!.toArray()]).toEqual([expectedType, expected])
  })

  test('a file at an odd address in memory', () => {
    const bytes = one('F32', [1], new Float32Array([2.5]))
    const moved = new Uint8Array(bytes.length + 3).subarray(3)
    moved.set(bytes)
    expect(safetensors.load(moved)['x']!.toArray()).toEqual([2.5])
  })
})

describe('says what is wrong', () => {
  const entry = { dtype: 'F32', shape: [1], data_offsets: [0, 4] }
  test.each<[string, () => unknown]>([
    ['too short', () => safetensors.load(new Uint8Array(5))],
    ['a length beyond the end', () => safetensors.load(new Uint8Array([200, 0, 0, 0, 0, 0, 0, 0, 123, 125]))],
    ['no JSON', () => safetensors.load(file('{"x":'))],
    ['a list', () => safetensors.load(file('[]'))],
    ['an entry without shape', () => safetensors.load(file({ x: { dtype: 'F32' } }))],
    ['an unknown dtype', () => safetensors.load(one('F8_E4M3', [1], new Uint8Array(1)))],
    ['offsets that do not fit the shape', () => safetensors.load(one('F32', [2], new Float32Array(1)))],
    ['a hole', () => safetensors.load(file({ x: { ...entry, data_offsets: [4, 8] } }, new Float32Array(2)))],
    ['bytes that nobody owns', () => safetensors.load(file({ x: entry }, new Float32Array(2)))],
    ['an integer that does not fit', () => safetensors.load(one('I64', [1], new BigInt64Array([2n ** 40n])))],
    ['metadata that is no text', () => safetensors.save({}, { metadata: { epoch: 6 as unknown as string } })],
    ['a misspelt option', () => safetensors.save({}, { metadat: {} } as object)],
    ['a value that is no tensor', () => safetensors.save({ x: 3 as never })],
  ])('%s', (_, wrong) => {
    expect(wrong).toThrowErrorMatchingSnapshot()
  })
})

describe('files', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wengert-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('are written whole, and read back', async () => {
    const path = join(folder, 'weights.safetensors')
    await safetensors.saveFile({ w: tensor([1, 2, 3]) }, path)
    await safetensors.saveFile({ w: tensor([4, 5, 6]) }, path)
    expect((await safetensors.loadFile(path))['w']!.toArray()).toEqual([4, 5, 6])
    expect(await readdir(folder)).toEqual(['weights.safetensors'])
  })

  test('a file that is not there', async () => {
    await expect(safetensors.loadFile(join(folder, 'none'))).rejects.toMatchObject({
      code: 'Option',
      message: expect.stringMatching(/^safetensors.loadFile: there is no file .*none\. /),
      cause: { code: 'ENOENT' },
    })
  })
})
