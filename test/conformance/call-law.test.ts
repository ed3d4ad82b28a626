// How a Python call becomes one of ours, by the kinds that a signature gives its parameters.
import { expect, test } from 'vitest'
import { tensor } from 'wengert'
import { callOf, camelCase } from '../../scripts/conformance/call-law.ts'
import { parseSignature } from '../../src/tensor/signature-reader.ts'

const call = (signature: string, values: readonly unknown[], keywords: Readonly<Record<string, unknown>> = {}): unknown[] =>
  callOf(parseSignature(signature), values, keywords)

const dimAndKeepdim = 'dim: dims | null = null, keepdim: boolean = false'
const deviation = 'dim: dims | null = null, *, correction: number = 1, keepdim: boolean = false'

test('names', () => {
  expect(['return_indices', 'conv_transpose2d', 'atleast_1d', 'isnan', 'dim'].map(camelCase)).toEqual([
    'returnIndices',
    'convTranspose2d',
    'atleast1d',
    'isnan',
    'dim',
  ])
})

test('the first optional argument stays in its place, the others go by name', () => {
  expect(call(dimAndKeepdim, [1, true])).toEqual([1, { keepdim: true }])
  expect(call(dimAndKeepdim, [], { keepdim: true, dim: [0, 1] })).toEqual([{ dim: [0, 1], keepdim: true }])
  expect(call('startDim: dim = 0, endDim: dim = -1', [], { end_dim: 1 })).toEqual([{ endDim: 1 }])
})

test('a required argument that Python names goes by position', () => {
  expect(call('kernelSize: pair, stride: pair | null = null', [], { stride: 2, kernel_size: [3, 3] })).toEqual([[3, 3], { stride: 2 }])
})

test('lists of arguments of any length', () => {
  expect(call('repeats: shape', [2, 3])).toEqual([[2, 3]])
  expect(call('shape: shape', [4])).toEqual([[4]])
  expect(call('dims: dims', [0, 1])).toEqual([[0, 1]])
  expect(call('shifts: dims, dims: dims | null = null', [1, 0])).toEqual([1, 0])
  const [a, b] = [tensor([1]), tensor([2])]
  const [list, options] = call("tensors: tensors, *, indexing: 'ij' | 'xy' = 'ij'", [a, b], { indexing: 'xy' }) as [unknown[], unknown]
  expect([list[0] === a, list[1] === b, list.length, options]).toEqual([true, true, 2, { indexing: 'xy' }])
})

test('None, empty sizes, booleans as numbers, tensors as sizes', () => {
  expect(call('n: number = 1, spacing: number = 1', [null, 2])).toEqual([{ spacing: 2 }])
  expect(call('min: operand | null = null, max: operand | null = null', [null, 2])).toEqual([null, 2])
  expect(call('kernelSize: pair, stride: pair | null = null', [2, []])).toEqual([2])
  expect(call('value: operand', [true])).toEqual([1])
  expect(call('dim: dim, start: int, length: int', [0, tensor(1), 2])).toEqual([0, 1, 2])
  expect(call('sections: int | shape', [tensor([1, 3], { dtype: 'int32' })])).toEqual([[1, 3]])
})

test('unbiased is correction', () => {
  expect(call(deviation, [false])).toEqual([{ correction: 0 }])
  expect(call(deviation, [1, true, true])).toEqual([1, { correction: 1, keepdim: true }])
  expect(call(deviation, [], { dim: 1, unbiased: false })).toEqual([{ dim: 1, correction: 0 }])
  expect(call(deviation, [], { correction: null, dim: null })).toEqual([{ dim: null }])
})

test('where a result lives is left out; a name that we do not have is passed on, to be refused', () => {
  expect(call('dim: dim', [0], { device: 'cpu', layout: 'strided', fast: 1 })).toEqual([0, { fast: 1 }])
})
