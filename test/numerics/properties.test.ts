// Laws that hold for all shapes, tried on random ones.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arange, broadcastTensors, slice, type Tensor } from 'wengert'

const sizes = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 })
const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
const numbered = (shape: readonly number[]): Tensor => arange(count(shape), { dtype: 'float64' }).reshape([...shape])

/** Nested arrays are the model: position by position. */
type Nested = number | readonly Nested[]
const element = (nested: Nested, position: readonly number[]): number =>
  position.reduce((rest: Nested, i) => (rest as readonly Nested[])[i] as Nested, nested) as number

function* positions(shape: readonly number[]): Generator<number[]> {
  const [size, ...rest] = shape
  if (size === undefined) yield []
  else for (let i = 0; i < size; i++) for (const position of positions(rest)) yield [i, ...position]
}

/** A shape, and two that broadcast to it: sizes become 1 and leading dims go. */
const broadcastable = sizes.chain((shape) => {
  const reduced = fc
    .tuple(fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }), fc.integer({ min: 0, max: shape.length }))
    .map(([ones, dropped]) => shape.map((size, dim) => (ones[dim] ? 1 : size)).slice(dropped))
  return fc.tuple(reduced, reduced)
})

test('broadcasting pairs the elements that the index rule names', () => {
  fc.assert(
    fc.property(broadcastable, ([a, b]) => {
      const x = numbered(a)
      const y = numbered(b)
      const sum = x.mul(100).add(y)
      const from = (nested: Nested, shape: readonly number[], position: readonly number[]): number =>
        element(
          nested,
          position.slice(position.length - shape.length).map((i, dim) => (shape[dim] === 1 ? 0 : i)),
        )
      const xs = x.toArray() as Nested
      const ys = y.toArray() as Nested
      const result = sum.toArray() as Nested
      for (const position of positions(sum.shape))
        expect(element(result, position)).toBe(from(xs, a, position) * 100 + from(ys, b, position))
      expect(broadcastTensors([x, y]).map((t) => t.shape)).toEqual([sum.shape, sum.shape])
    }),
  )
})

test('the gradient of a broadcast operand counts its uses', () => {
  fc.assert(
    fc.property(broadcastable, ([a, b]) => {
      const x = numbered(a).requiresGrad_()
      const sum = x.add(numbered(b))
      sum.sum().backward()
      const uses = x.elementCount === 0 ? 0 : sum.elementCount / x.elementCount
      expect(x.grad!.shape).toEqual(a)
      expect([...x.grad!.toTypedArray()].every((value) => value === uses)).toBe(true)
    }),
  )
})

const permuted = sizes.chain((shape) =>
  fc.tuple(
    fc.constant(shape),
    fc.shuffledSubarray(
      shape.map((_, dim) => dim),
      { minLength: shape.length, maxLength: shape.length },
    ),
  ),
)

test('permute and back; reshape and back', () => {
  fc.assert(
    fc.property(permuted, ([shape, order]) => {
      const x = numbered(shape)
      const turned = x.permute(order)
      expect(turned.shape).toEqual(order.map((dim) => shape[dim]))
      const back = order.map((_, dim) => order.indexOf(dim))
      expect(turned.permute(back).toArray()).toEqual(x.toArray())
      expect(
        turned
          .reshape([x.elementCount])
          .reshape([...turned.shape])
          .toArray(),
      ).toEqual(turned.toArray())
      const xs = x.toArray() as Nested
      const ys = turned.toArray() as Nested
      for (const position of positions(shape))
        expect(
          element(
            ys,
            order.map((dim) => position[dim] as number),
          ),
        ).toBe(element(xs, position))
    }),
  )
})

/** What slicing a nested array gives: JavaScript's own, with Python's steps. */
function sliced(list: readonly Nested[], start: number | null, stop: number | null, step: number): readonly Nested[] {
  const size = list.length
  const clampTo = (value: number, low: number, high: number): number => Math.min(Math.max(value < 0 ? value + size : value, low), high)
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1]
  const from = start === null ? (step > 0 ? low : high) : clampTo(start, low, high)
  const to = stop === null ? (step > 0 ? high : low) : clampTo(stop, low, high)
  const picked: Nested[] = []
  for (let i = from; step > 0 ? i < to : i > to; i += step) picked.push(list[i] as Nested)
  return picked
}

type Item =
  | { kind: 'number'; value: number }
  | { kind: 'slice'; start: number | null; stop: number | null; step: number }
  | { kind: 'list'; value: number[] }
  | { kind: 'new' }

function itemFor(size: number): fc.Arbitrary<Item> {
  const bound = fc.option(fc.integer({ min: -size - 1, max: size + 1 }), { nil: null })
  const ranges = fc.record({ kind: fc.constant('slice' as const), start: bound, stop: bound, step: fc.constantFrom(1, 2, 3, -1, -2) })
  return fc.oneof(ranges, fc.record({ kind: fc.constant('number' as const), value: fc.integer({ min: -size, max: size - 1 }) }))
}

/** The model's answer; an added axis does not use up a dim. */
function indexed(nested: Nested, items: readonly Item[]): Nested {
  const [item, ...rest] = items
  if (!item) return nested
  if (item.kind === 'new') return [indexed(nested, rest)]
  const list = nested as readonly Nested[]
  if (item.kind === 'number') return indexed(list.at(item.value) as Nested, rest)
  if (item.kind === 'list') return item.value.map((i) => indexed(list.at(i) as Nested, rest))
  return sliced(list, item.start, item.stop, item.step).map((part) => indexed(part, rest))
}

const argument = (item: Item) => (item.kind === 'new' ? null : item.kind === 'slice' ? slice(item.start, item.stop, item.step) : item.value)

/** An item for each dim; at most one list of positions (several are paired, which is another rule), and perhaps a new axis. */
const query = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }).chain((shape) => {
  const place = fc.option(fc.nat(shape.length - 1), { nil: null })
  const picks = fc.array(fc.nat(), { maxLength: 3 })
  return fc.tuple(fc.tuple(...shape.map(itemFor)), place, picks, place).map(([ranges, listed, list, added]) => {
    const items = [...ranges] as Item[]
    if (listed !== null && !items.some((item) => item.kind === 'number')) {
      items[listed] = { kind: 'list', value: list.map((n) => n % (shape[listed] as number)) }
    }
    if (added !== null) items.splice(added, 0, { kind: 'new' })
    return { shape, items }
  })
})

test('indexing agrees with nested arrays', () => {
  fc.assert(
    fc.property(query, ({ shape, items }) => {
      const x = numbered(shape)
      const result = x.at(...items.map(argument))
      const expected = indexed(x.toArray() as Nested, items)
      expect(result.elementCount).toBe([expected].flat(Number.POSITIVE_INFINITY as 1).length)
      if (result.elementCount > 0) expect(result.toArray()).toEqual(expected)
    }),
    { numRuns: 300 },
  )
})

test('writing changes exactly what reading gives', () => {
  fc.assert(
    fc.property(query, ({ shape, items }) => {
      const x = numbered(shape)
      const before = x.toArray()
      const read = new Set([...x.at(...items.map(argument)).toTypedArray()].map(Number))
      x.setAt(items.map(argument), -1)
      const kept = (nested: Nested): Nested => (typeof nested === 'number' ? (read.has(nested) ? -1 : nested) : nested.map(kept))
      expect(x.toArray()).toEqual(kept(before as Nested))
    }),
    { numRuns: 300 },
  )
})
