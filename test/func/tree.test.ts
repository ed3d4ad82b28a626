// Structures of tensors: taken apart, put together, compared, and given one entry for each part.
import { expect, test } from 'vitest'
import { type Tensor, tensor } from 'wengert'
import { flatten, mapTensors, rebuild, spread, tensorsLike, unflatten } from '../../src/func/tree.ts'

const [a, b, c] = [tensor(1), tensor(2), tensor(3)]
/** By identity: which of the tensors. */
const named = (tensors: readonly unknown[]) => tensors.map((x) => ['a', 'b', 'c'][[a, b, c].indexOf(x as Tensor<[]>)])
class Box {
  inside = a
}
const box = new Box()
const tree = { layers: [{ weight: a, bias: null }, { weight: b }], 'a key': [c], rate: 0.1, box, empty: [] }

test('flatten: tensors in order with their paths; other things stay in the structure', () => {
  const { tensors, paths, structure } = flatten('f', tree, 'x')
  expect(named(tensors)).toEqual(['a', 'b', 'c'])
  expect(paths).toEqual(['x.layers[0].weight', 'x.layers[1].weight', "x['a key'][0]"])
  const back = rebuild(structure, (i) => i) as typeof tree
  expect(back).toEqual({ layers: [{ weight: 0, bias: null }, { weight: 1 }], 'a key': [2], rate: 0.1, box, empty: [] })
  expect(back.box).toBe(box)
  const same = unflatten(structure, tensors) as typeof tree
  expect(named([same.layers[0]?.weight, same.layers[1]?.weight, same['a key'][0]])).toEqual(['a', 'b', 'c'])
  expect(flatten('f', a).paths).toEqual([''])
})

test('the structure holds no tensor', () => {
  const held = JSON.stringify(flatten('f', { a, list: [b] }).structure)
  expect(held).toBe(
    JSON.stringify({
      kind: 'object',
      path: '',
      keys: ['a', 'list'],
      items: [
        { kind: 'tensor', path: '.a' },
        { kind: 'array', path: '.list', items: [{ kind: 'tensor', path: '.list[0]' }] },
      ],
    }),
  )
})

test('mapTensors', () => {
  expect(mapTensors('f', { a, list: [b, 'text'] }, (x: Tensor) => x.item())).toEqual({ a: 1, list: [2, 'text'] })
})

test('tensorsLike: the same structure, or an error that names the place', () => {
  const { structure } = flatten('f', { a, list: [b, 3] }, 'x')
  expect(named(tensorsLike('f', structure, { list: [c, null], a: b }, 'v'))).toEqual(['b', 'c'])
  const wrong = (given: unknown) => () => tensorsLike('f', structure, given, 'v')
  expect(wrong(a)).toThrow('f: v must be an object with a, list, got a tensor.')
  expect(wrong({ a })).toThrow('f: v must be an object with a, list, got an object with a.')
  expect(wrong({ a: 1, list: [b, 3] })).toThrow('f: v.a must be a tensor, got number 1.')
  expect(wrong({ a, list: [b] })).toThrow('f: v.list must be an array of 2, got an array of 1.')
  expect(wrong({ a, list: box })).toThrow('f: v.list must be an array of 2, got a Box.')
})

test('spread: a number stands for all below it', () => {
  const { structure } = flatten('f', [{ a, b }, c, 5], 'arguments')
  const entries = (prefix: unknown) => spread('f', 'dims', prefix, structure).map(({ leaf, entry }) => [leaf.path, entry])
  expect(entries(0).map(([, entry]) => entry)).toEqual([0, 0, 0, 0])
  expect(entries([1, null, null])).toEqual([
    ['arguments[0].a', 1],
    ['arguments[0].b', 1],
    ['arguments[1]', null],
    ['arguments[2]', null],
  ])
  expect(entries([{ b: 2, a: null }, -1, null]).map(([, entry]) => entry)).toEqual([null, 2, -1, null])
  expect(() => entries([0, 0])).toThrow('f: dims is an array of 2, but arguments is an array of 3.')
  expect(() => entries([{ a: 0 }, 0, 0])).toThrow('f: dims[0] is an object with a, but arguments[0] is an object with a, b.')
  expect(() => entries([0, [0], 0])).toThrow('f: dims[1] is an array of 1, but arguments[1] is a tensor.')
  expect(() => entries([0, 0.5, 0])).toThrow('f: dims[1] must be an integer or null, got 0.5.')
})

test('a tensor of another copy of the library is refused', () => {
  const foreign = { [Symbol.for('wengert.Tensor')]: true }
  expect(() => flatten('grad', [foreign], 'argument 0')).toThrow('grad: argument 0[0] belongs to another copy of wengert')
})
