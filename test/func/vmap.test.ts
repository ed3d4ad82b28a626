// vmap: dims in and out, structures, what does not fit, randomness, chunks.
import { expect, test } from 'vitest'
import {
  emptyLike,
  F,
  fullLike,
  func,
  Generator,
  manualSeed,
  nn,
  noGrad,
  ones,
  onesLike,
  rand,
  randn,
  stack,
  type Tensor,
  tensor,
  zeros,
  zerosLike,
} from 'wengert'
import { double, expectClose } from './close.ts'

const { vmap } = func

test('one example in, a batch out', () => {
  const dot = (a: Tensor, b: Tensor) => a.mul(b).sum()
  const [a, b] = [randn([5, 3]), randn([5, 3])]
  expectClose(vmap(dot)(a, b), a.mul(b).sum(1), 1e-6)
  const shapes: (readonly number[])[] = []
  vmap((x: Tensor) => {
    shapes.push(x.shape, [x.ndim, x.numel()])
    return x
  })(ones([4, 2, 3]))
  expect(shapes).toEqual([
    [2, 3],
    [2, 6],
  ])
})

test('inDims: any dim, negative, null, by structure', () => {
  const x = double([
    [1, 2, 3],
    [4, 5, 6],
  ])
  const sum = (a: Tensor) => a.sum()
  expect(vmap(sum)(x).toArray()).toEqual([6, 15])
  expect(vmap(sum, { inDims: 1 })(x).toArray()).toEqual([5, 7, 9])
  expect(vmap(sum, { inDims: [-1] })(x).toArray()).toEqual([5, 7, 9])
  expect(vmap((a: Tensor, b: Tensor) => a.add(b), { inDims: [0, null] })(x, double([1, 2, 3])).toArray()).toEqual([
    [2, 4, 6],
    [5, 7, 9],
  ])
  const f = ({ a, list }: { a: Tensor; list: Tensor[] }, scale: number) =>
    a
      .mul(list[0] as Tensor)
      .add(list[1] as Tensor)
      .mul(scale)
      .sum()
  const mapped = vmap(f, { inDims: [{ a: 0, list: [1, null] }, null] })({ a: x, list: [x.T, double([1, 1, 1])] }, 2)
  expect(mapped.toArray()).toEqual([34, 160])
})

test('outDims: any dim, negative, null, by structure', () => {
  const x = double([
    [1, 2, 3],
    [4, 5, 6],
  ])
  expect(vmap((a: Tensor) => a, { outDims: 1 })(x).shape).toEqual([3, 2])
  expect(vmap((a: Tensor) => a, { outDims: -1 })(x).toArray()).toEqual(x.T.toArray())
  expect(vmap((a: Tensor) => a, { outDims: [1] })(x).shape).toEqual([3, 2])
  const result = vmap((a: Tensor) => ({ same: [a, a.sum()], shared: double([7]), other: a }), {
    outDims: { same: [1, 0], shared: null, other: -2 },
  })(x)
  expect(result.same.map(({ shape }) => shape)).toEqual([[3, 2], [2]])
  expect(result.shared.toArray()).toEqual([7])
  expect(result.other.shape).toEqual([2, 3])
})

test('what does not depend on the example is repeated', () => {
  const result = vmap((_: Tensor) => [double([1, 2]), double(3)], { outDims: [1, 0] })(zeros([3]))
  expect(result.map((part) => part.toArray())).toEqual([
    [
      [1, 1, 1],
      [2, 2, 2],
    ],
    [3, 3, 3],
  ])
})

test('what does not fit', () => {
  const x = zeros([2, 3])
  const add = (a: Tensor, b: Tensor) => a.add(b)
  expect(() => vmap(add)(x, zeros([4]))).toThrow(
    'vmap: the sizes to map over differ: arguments[0] has 2 (dim 0 of [2, 3]), arguments[1] has 4 (dim 0 of [4]).',
  )
  expect(() => vmap(add, { inDims: [null, null] })(x, x)).toThrow('vmap: no argument is mapped over')
  expect(() => vmap(() => zeros([]))()).toThrow('vmap: no argument is mapped over')
  expect(() => vmap(add, { inDims: [0, 2] })(x, x)).toThrow('vmap: inDims 2 is out of range for arguments[1] of shape [2, 3]. Use -2 to 1.')
  expect(() => vmap(add)(x, zeros([]))).toThrow('Give it null in inDims: a tensor of shape [] has no dim')
  expect(() => vmap(add, { inDims: [0] })(x, x)).toThrow('vmap: inDims is an array of 1, but arguments is an array of 2.')
  expect(() => vmap(add, { inDims: { a: 0 } })(x, x)).toThrow('inDims must be a number or an array')
  expect(() => vmap((a: Tensor, n: number) => a.mul(n))(x, 3)).toThrow('vmap: arguments[1] is number 3, and only tensors are mapped over.')
  expect(() => vmap((_: Tensor) => 3)(x)).toThrow('vmap: the function must return tensors, got number 3. Give it null in outDims')
  expect(() => vmap((a: Tensor) => [a, { n: 3 }])(x)).toThrow('got number 3 at [1].n')
  expect(() => vmap(async (a: Tensor) => a)(x)).toThrow('got a Promise. Await before or after vmap')
  expect(() => vmap((a: Tensor) => a, { outDims: null })(x)).toThrow('vmap: the result differs between examples')
  expect(() => vmap((a: Tensor) => a, { outDims: 2 })(x)).toThrow('vmap: outDims 2 is out of range for a result of 2 dims')
  expect(() => vmap((a: Tensor) => [a], { outDims: [0, 0] })(x)).toThrow('vmap: outDims is an array of 2')
  expect(() => vmap((a: Tensor) => a, { randomness: 'some' as never })).toThrow("randomness must be 'error', 'same' or 'different'")
  expect(() => vmap((a: Tensor) => a, { chunkSize: 0 })).toThrow('vmap: chunkSize must be at least 1')
  expect(() => vmap((a: Tensor) => a, { inDim: 0 } as never)).toThrow("Did you mean 'inDims'?")
  expect(() => vmap(x as never)).toThrow('vmap: needs a function')
})

test('other things pass through: null arguments, and results with outDims null', () => {
  const linear = (x: Tensor, w: Tensor, b: Tensor | null) => F.linear(x, w, b)
  expect(vmap(linear, { inDims: [0, null, 0] })(ones([4, 2]), ones([3, 2]), null).shape).toEqual([4, 3])
  const [y, label] = vmap((x: Tensor) => [x, 'label'] as const, { outDims: [0, null] })(ones([2]))
  expect([y.shape, label]).toEqual([[2], 'label'])
})

test('values cannot be read inside', () => {
  expect(() => vmap((x: Tensor) => x.mul(x.item()))(ones([2]))).toThrow('vmap')
  expect(() => vmap((x: Tensor) => x.mul(x.toArray() as never))(ones([2]))).toThrow('vmap')
})

test('a value of one example cannot be written into what all share', () => {
  const shared = zeros([3])
  expect(() => vmap((x: Tensor) => shared.add_(x))(ones([2, 3]))).toThrow('vmap')
  expect(shared.toArray()).toEqual([0, 0, 0])
  const f = (x: Tensor) => {
    const y = x.clone()
    y.mul_(2).at(0).add_(1)
    y.setAt([1], x.at(0))
    return y
  }
  expect(
    vmap(f)(
      double([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toArray(),
  ).toEqual([
    [3, 1, 6],
    [9, 4, 12],
  ])
})

test('vmap of vmap: outer products, distances', () => {
  const [a, b] = [double([1, 2, 3]), double([10, 20])]
  const outer = vmap(
    vmap((x: Tensor, y: Tensor) => x.mul(y), { inDims: [null, 0] }),
    { inDims: [0, null] },
  )
  expect(outer(a, b).toArray()).toEqual([
    [10, 20],
    [20, 40],
    [30, 60],
  ])
  const inner = vmap(
    vmap((x: Tensor) => x.sum()),
    { inDims: 1, outDims: 1 },
  )
  const x = randn([2, 3, 4], { dtype: 'float64' })
  expectClose(inner(x), x.sum(2))
  expectClose(
    vmap(
      vmap((y: Tensor) => y.sum(), { inDims: 1 }),
      { inDims: 2 },
    )(x),
    x.permute([2, 1, 0]).sum(2),
  )
})

test('layers and losses, without knowing of batches', () => {
  const model = new nn.Sequential(new nn.Linear(4, 8), new nn.Tanh(), new nn.Linear(8, 3))
  const [x, target] = [randn([6, 4]), tensor([0, 2, 1, 1, 0, 2], { dtype: 'int32' })]
  const loss = (a: Tensor, t: Tensor) => F.crossEntropy(model.forward(a.unsqueeze(0)), t.unsqueeze(0))
  expectClose(vmap(loss)(x, target), F.crossEntropy(model.forward(x), target, { reduction: 'none' }), 1e-5)
})

test("randomness: 'error', 'same', 'different'", () => {
  const noise = (x: Tensor) => x.add(rand([2]))
  const x = zeros([3, 2])
  expect(() => vmap(noise)(x)).toThrow('randomness')
  expect(() => vmap((y: Tensor) => F.dropout(y, 0.5))(x)).toThrow('randomness')
  const rows = (randomness: 'same' | 'different', chunkSize: number | null = null) =>
    vmap(noise, { randomness, chunkSize })(x).toArray() as number[][]
  const same = rows('same')
  expect(same[1]).toEqual(same[0])
  expect(same[2]).toEqual(same[0])
  const chunked = rows('same', 2)
  expect(chunked[2]).toEqual(chunked[0])
  const different = rows('different')
  expect(new Set(different.flat()).size).toBe(6)
  expect(new Set(rows('different', 1).flat()).size).toBe(6)
})

test('random draws repeat with the seed', () => {
  const draw = () => vmap((x: Tensor) => x.add(randn([2])), { randomness: 'different' })(zeros([3, 2])).toArray()
  manualSeed(3)
  const first = draw()
  manualSeed(3)
  expect(draw()).toEqual(first)
  const generator = new Generator(5)
  const own = vmap((x: Tensor) => x.add(randn([2], { generator })), { randomness: 'same' })(zeros([3, 2])).toArray() as number[][]
  expect(own[1]).toEqual(own[0])
})

test.each([1, 2, 3, 5, 9])('chunks of %i examples give the same', (chunkSize) => {
  const f = (x: Tensor, w: Tensor) => ({ y: x.mul(w).sin(), total: x.sum(), shared: w })
  const [x, w] = [randn([3, 5], { dtype: 'float64' }), randn([3], { dtype: 'float64' })]
  const dims = { inDims: [1, null], outDims: { y: 1, total: -1, shared: null } }
  const expected = vmap(f, dims)(x, w)
  const actual = vmap(f, { ...dims, chunkSize })(x, w)
  expectClose(actual.y, expected.y)
  expectClose(actual.total, expected.total)
  expectClose(actual.shared, w)
})

test('backward() goes through vmap', () => {
  const x = double([
    [1, 2],
    [3, 4],
  ]).requiresGrad_()
  const w = double([5, 6], true)
  vmap((row: Tensor) => row.square().mul(w).sum())(x)
    .sum()
    .backward()
  expect(x.grad?.toArray()).toEqual([
    [10, 24],
    [30, 48],
  ])
  expect(w.grad?.toArray()).toEqual([10, 20])
  expect(noGrad(() => vmap((row: Tensor) => row.sum())(x)).requiresGrad).toBe(false)
})

test('lists of results', () => {
  const result = vmap((x: Tensor) => x.unbind(0))(
    double([
      [1, 2],
      [3, 4],
    ]),
  )
  expect(stack(result).toArray()).toEqual([
    [1, 3],
    [2, 4],
  ])
})

test('an error inside f leaves nothing behind', () => {
  const fails = (_: Tensor): Tensor => {
    throw new Error('inside')
  }
  expect(() => vmap(fails)(ones([2]))).toThrow('inside')
  expect(() => vmap((x: Tensor) => vmap(fails)(x))(ones([2, 2]))).toThrow('inside')
  expect(vmap((x: Tensor) => x.mul(2))(ones([2])).toArray()).toEqual([2, 2])
  expect(ones([2]).sum().item()).toBe(2)
})

test('what is made like a mapped tensor is one for each call, and can be written into', () => {
  const x = double([2, 3])
  const makers: Readonly<Record<string, (a: Tensor) => Tensor>> = {
    zerosLike: (a) => zerosLike(a),
    onesLike: (a) => onesLike(a).sub_(1),
    fullLike: (a) => fullLike(a, 4).mul_(0),
    emptyLike: (a) => emptyLike(a).zero_(),
    newZeros: (a) => a.newZeros([]),
    newOnes: (a) => a.newOnes([]).sub_(1),
    newFull: (a) => a.newFull([], 4).mul_(0),
  }
  for (const [name, make] of Object.entries(makers)) {
    expect(vmap((a: Tensor) => make(a).add_(a))(x).toArray(), name).toEqual([2, 3])
    const total = (w: Tensor) => vmap((a: Tensor) => make(a).add_(a.mul(w)))(x).sum()
    expect(func.grad(total)(double(7)).item(), name).toBe(5)
    expect(func.jvp(total, [double(7)], [double(1)])[1].item(), name).toBe(5)
  }
  const [like] = vmap((a: Tensor) => [zerosLike(a, { dtype: 'int32' })])(double([Number.NaN, 1, 2])) as [Tensor]
  expect([like.shape, like.dtype, like.sum().item()]).toEqual([[3], 'int32', 0])
  const leaf = double([1, 2], true)
  expect(vmap((a: Tensor) => zerosLike(a))(leaf).requiresGrad).toBe(false)
})

test('an in-place result of a higher dtype is refused inside as it is outside', () => {
  const counts = tensor([1, 2], { dtype: 'int32' })
  const halve = (n: Tensor): Tensor => n.clone().mul_(tensor(0.5))
  expect(() => halve(counts)).toThrow('mul_: a float32 result cannot be stored in a int32 tensor')
  expect(() => vmap(halve)(counts)).toThrow('mul_: a float32 result cannot be stored in a int32 tensor')
  expect(vmap((n: Tensor) => n.clone().copy_(tensor(7.5)))(counts).toArray()).toEqual([7, 7])
})
