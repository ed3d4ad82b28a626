// Programs that passes could get wrong: memory that is written and read in turn and in several ways, values that are converted on their way, and
// kernels that seem to fit together.
import { describe, expect, test } from 'vitest'
import { arange, cat, compile, full, linspace, maximum, noGrad, ones, slice, stack, type Tensor, where, zeros } from 'wengert'
import * as F from 'wengert/nn/functional'
import { setHeapFrom } from '../../src/core/memory/heap.ts'

/** What a program works on: distinct numbers of both signs. */
interface Data {
  /** `[4, 6]`, and `[64, 96]` where memory matters. */
  readonly x: Tensor
  readonly square: Tensor
  readonly row: Tensor
  /** Parameters, of `row`'s size. */
  readonly w: Tensor
  readonly b: Tensor
}

function dataOf(rows: number, columns: number): Data {
  const size = rows * columns
  const numbers = (count: number, from: number, to: number) => linspace(from, to, count)
  return {
    x: numbers(size, -2.1, 3.3).reshape([rows, columns]),
    square: numbers(rows * rows, -1, 1.5).reshape([rows, rows]),
    row: numbers(columns, 0.3, -1.2),
    w: numbers(columns, 0.5, 1.5).requiresGrad_(),
    b: numbers(columns, -0.5, 0.25).requiresGrad_(),
  }
}

type Program = (data: Data) => readonly Tensor[]

function gradients({ w, b }: Data, loss: () => Tensor): Tensor[] {
  w.grad = null
  b.grad = null
  loss().backward()
  return [w, b].flatMap(({ grad }) => (grad === null ? [] : [grad.clone()]))
}

const flipped = slice(null, null, -1)

const order: Readonly<Record<string, Program>> = {
  'what is changed in place is read as it became': ({ x }) => {
    const a = x.add(1)
    const [one, two, three] = [a.clone(), a.neg_().clone(), a.at(flipped).clone()]
    a.abs_()
    return [one, two, three, a.clone(), a]
  },
  'sums before and after a change': ({ x }) => {
    const a = x.mul(2)
    const before = a.sum(1)
    a.mul_(3)
    return [before, a.sum(1), a.sum(0), a.mul_(0.5).sum()]
  },
  'a cheap value is not computed again from what has changed': ({ x }) => {
    const a = x.add(0)
    const twice = a.mul(2)
    const mean = twice.mean(1, { keepdim: true })
    a.add_(1)
    return [twice.mul(mean), a.sub(mean), twice.sub(a.sum(1, { keepdim: true }))]
  },
  'a copy keeps what its original was': ({ x }) => {
    const a = x.add(1)
    const copy = a.clone()
    a.add_(1)
    return [copy.mul(2), a.mul(2)]
  },
  'a copy of a tensor from outside keeps what that was': ({ w }) =>
    noGrad(() => {
      const copy = w.clone()
      w.mul_(0.5)
      const [changed, old] = [w.mul(2), copy.mul(2)]
      w.mul_(2)
      return [changed, old, copy]
    }),
  'a reversed copy, a copy of that, and a change of the first': ({ x }) => {
    const a = x.add(1)
    const turned = a.at(flipped).clone()
    const again = turned.at('...', flipped).clone()
    a.zero_()
    return [turned.add(again), again]
  },
  'two copies, one of which changes': ({ x }) => {
    const [one, two] = [x.clone(), x.clone()]
    one.add_(1)
    return [one, two.mul(3), x.clone()]
  },
  'equal expressions around a change': ({ x }) => {
    const a = x.mul(0.5)
    const before = a.exp()
    a.add_(1)
    return [before, a.exp(), x.mul(0.5)]
  },
  'rows that are written one by one': ({ x }) => {
    const a = x.mul(2)
    a.at(0).copy_(a.at(1))
    a.at(1).add_(a.at(0))
    a.at(-1).zero_()
    return [a.clone(), a.sum(0), a.sum(1)]
  },
  'a part that is moved within its memory': ({ x }) => {
    const a = x.add(0)
    a.at(slice(1)).copy_(a.at(slice(0, -1)))
    const b = x.add(0)
    b.at(slice(0, -1)).add_(b.at(slice(1)))
    return [a, b]
  },
  'a square matrix written with its transpose': ({ square }) => {
    const a = square.add(1)
    a.add_(a.t())
    const b = square.mul(2)
    b.copy_(b.t())
    return [a, b]
  },
  'a row written with a sum of its own matrix': ({ x }) => {
    const a = x.add(1)
    a.at(0).copy_(a.sum(0))
    a.add_(a.sum(1, { keepdim: true }))
    a.div_(a.square().sum().sqrt())
    return [a]
  },
  'zeros that are not zeros any more': ({ row }) => {
    const a = zeros([row.elementCount])
    const before = a.add(1)
    a.setAt([0], 5)
    const c = zeros([row.elementCount])
    c.at(slice(1)).add_(2)
    return [before, a.add(row), c.mul(row)]
  },
  'a tensor from outside that changes and is read again': ({ w, row }) =>
    noGrad(() => {
      const before = w.mul(row)
      w.add_(1)
      const after = w.mul(row).sum()
      w.sub_(1)
      return [before, after, w.mul(row)]
    }),
  'one tensor on both sides of a concatenation': ({ x }) => {
    const a = x.add(1)
    const both = cat([a, a.neg_()], 0)
    return [both, cat([both, both], 1).sum(1)]
  },
  'an expanded row, a change of it, and its sums': ({ x, row }) => {
    const r = row.add(0)
    const wide = r.expand(x.shape)
    const sums = wide.mul(x).sum(0)
    r.add_(1)
    return [sums, wide.mul(x).sum(1), wide.sum()]
  },
  'updates by views of one memory': ({ x }) => {
    const a = x.add(0)
    const [even, odd] = [a.at('...', slice(0, null, 2)), a.at('...', slice(1, null, 2))]
    even.mul_(2)
    odd.add_(even)
    even.sub_(odd)
    return [a, even.sum(1), odd.sum(1)]
  },
}

const shapes: Readonly<Record<string, Program>> = {
  'kernels over rows of other shapes': (data) =>
    gradients(data, () => F.layerNorm(data.x, [data.row.elementCount], data.w, data.b).square().sum()),
  'sums over rows, and what is made of them and of what they were summed from': (data) => {
    const [dw, db] = gradients(data, () => F.layerNorm(data.x, [data.row.elementCount], data.w, data.b).square().sum()) as [Tensor, Tensor]
    return [dw, db, data.x.mul(dw).add(db), dw.mul(2)]
  },
  'sums over as many rows as there are columns': ({ square }) => {
    const w = square.select(0, 0).detach().clone().requiresGrad_()
    F.layerNorm(square, [w.elementCount], w).square().sum().backward()
    const dw = w.grad as Tensor
    return [dw.mul(2), square.mul(dw), square.add(dw.unsqueeze(1))]
  },
  'softmax and what else is made of its parts': ({ x }) => {
    const shifted = x.sub(x.amax(1, { keepdim: true }))
    const powers = shifted.exp()
    const total = powers.sum(1, { keepdim: true })
    return [powers.div(total), powers.mul(2), shifted.sub(total.log()), total]
  },
  'sums along one dim and the other': ({ x }) => [
    x.mul(2).sum(0),
    x.mul(2).sum(1),
    x.mul(2).sum(),
    x.mul(2).sum([0, 1], { keepdim: true }),
  ],
  'a sum of all, and everything divided by it': ({ x }) => {
    const total = x.exp().sum()
    return [x.exp().div(total), total, x.sub(total.log())]
  },
  'results of rows under another shape': ({ x }) => {
    const sums = x.sum(1)
    return [sums.reshape([2, -1]).add(1), sums.unsqueeze(1).mul(x), sums.reshape([-1, 2]).at(flipped).exp()]
  },
  'rows as columns': ({ x, row }) => [x.t().add(row.unsqueeze(1)).sum(0), x.t().mul(2).sum(1), x.t().contiguous().sum(0)],
  'variance, with its parts': ({ x }) => {
    const mean = x.mean(1, { keepdim: true })
    const centred = x.sub(mean)
    const variance = centred.square().mean(1, { keepdim: true })
    return [centred.mul(variance.add(1e-5).rsqrt()), mean, variance, centred]
  },
  'rows of one element': ({ x }) => {
    const column = x.at('...', slice(0, 1))
    return [column.sum(1), column.mul(2).sum(1, { keepdim: true }).add(column), column.sum(0)]
  },
  'one row': ({ row }) => {
    const one = row.unsqueeze(0)
    return [one.mul(2).sum(0), one.mul(2).sum(1), one.sum(1, { keepdim: true }).mul(one)]
  },
  'more operands than a kernel takes': ({ x }) => {
    const parts = Array.from({ length: 20 }, (_, i) =>
      x
        .at('...', slice(i % 3, null, 3))
        .contiguous()
        .add(i),
    )
    return [parts.reduce((sum, part) => sum.add(part)), parts.reduce((product, part) => product.mul(part.tanh()))]
  },
  'many stages': ({ x }) => {
    let y = x
    for (let i = 0; i < 10; i++) y = y.sub(y.mean(1, { keepdim: true })).mul(y.square().sum(1, { keepdim: true }).add(1).rsqrt())
    return [y]
  },
  'middle dims': ({ x }) => {
    const cube = x.reshape([2, -1, 2])
    return [
      cube.mul(2).sum(1),
      cube
        .sub(cube.mean(1, { keepdim: true }))
        .square()
        .sum([0, 2]),
      cube.amax(1).add(cube.amin(1)),
    ]
  },
  'sums over what is expanded': ({ row }) => [
    row.expand([3, row.elementCount]).add(0).sum(0),
    row.unsqueeze(1).expand([row.elementCount, 3]).mul(2).sum(1),
  ],
}

const products: Readonly<Record<string, Program>> = {
  'a product and its transpose': ({ x, square }) => {
    const product = square.matmul(x)
    return [product, product.t().contiguous(), product.t().clone().add(1)]
  },
  'a product that is wanted transposed alone': ({ x, square }) => {
    const turned = square.matmul(x).t().contiguous()
    return [turned.add(1), turned]
  },
  'a product whose operand changes before it is transposed': ({ x, square }) => {
    const a = square.add(0)
    const product = a.matmul(x)
    a.zero_()
    return [product.t().contiguous(), a]
  },
  'a product that is changed before it is transposed': ({ x, square }) => {
    const product = square.matmul(x)
    product.at(0).zero_()
    return [product.t().contiguous()]
  },
  'a transposed product in memory that is used before': ({ x, square }) => {
    const room = x.t().mul(2)
    const before = room.sum(0)
    room.copy_(square.matmul(x).t())
    return [before, room.add(0), room]
  },
  'transposed twice, reversed, in part': ({ x, square }) => {
    const [one, two, three, four] = [0, 1, 2, 3].map((i) => square.add(i).matmul(x)) as [Tensor, Tensor, Tensor, Tensor]
    return [
      one.t().contiguous().t().contiguous(),
      two.t().at(flipped).contiguous(),
      three.t().at(slice(1)).contiguous(),
      four.t().contiguous().t(),
    ]
  },
  'gradients of a linear layer': (data) =>
    gradients(data, () =>
      F.linear(data.x, data.w.unsqueeze(0).mul(data.b).expand([3, -1]))
        .tanh()
        .sum(),
    ),
  'batches of products': ({ x, square }) => {
    const batch = stack([square, square.add(1)], 0).matmul(x)
    return [batch.transpose(1, 2).contiguous(), batch.sum(0).t().contiguous()]
  },
}

const conversions: Readonly<Record<string, Program>> = {
  'masks as masks and as numbers': ({ x }) => {
    const mask = x.gt(0)
    return [
      where(mask, x, x.neg()),
      mask.mul(x),
      mask.to('float32').sum(1),
      mask.logicalNot(),
      mask.sum(),
      where(mask.logicalNot(), 1, x).sum(1),
    ]
  },
  'integers on the way': ({ x }) => {
    const whole = x.mul(3).to('int32')
    return [whole, whole.add(x), whole.to('float32').div(2), whole.mul(whole).sum(1), x.to('uint8').add(250)]
  },
  'floats written into integers and booleans': ({ x }) => {
    const whole = zeros(x.shape, { dtype: 'int32' })
    whole.copy_(x)
    const mask = zeros(x.shape, { dtype: 'bool' })
    mask.copy_(x.sub(x.amax()))
    return [whole.add(1), whole.to('float32').add(x), mask, mask.to('float32').add(1)]
  },
  'both float dtypes': ({ x }) => {
    const wide = x.to('float64')
    return [wide.div(3), wide.div(3).to('float32').mul(3), wide.add(x).sum(1), x.add(wide.sum()).to('float32')]
  },
  'narrowing on the way': ({ x }) => {
    const narrow = zeros(x.shape)
    narrow.copy_(x.to('float64').div(3))
    return [narrow.to('float64').mul(3), narrow.mul(3)]
  },
  'constants of every kind': ({ x }) => [
    x.mul(full(x.shape, -0)),
    full(x.shape, 1).div(full(x.shape, -0)),
    x.add(full(x.shape, Number.POSITIVE_INFINITY)),
    maximum(x, full(x.shape, Number.NaN)),
    x.add(full(x.shape, 2, { dtype: 'bool' })),
    x.add(full(x.shape, 300, { dtype: 'int32' })),
    where(full(x.shape, 3, { dtype: 'bool' }), x, 0),
    full(x.shape, 2, { dtype: 'bool' }).eq(ones(x.shape, { dtype: 'bool' })),
    x.maskedFill(x.lt(0), Number.NEGATIVE_INFINITY).amax(1),
  ],
  'what is made of numbers alone': ({ x }) => {
    const [rows, columns] = x.shape as [number, number]
    const half = full([rows, 1], 4).sqrt().div(-4)
    const three = full([columns], 7, { dtype: 'int32' }).floorDivide(2)
    const changed = full([columns], 2).mul(3)
    const before = changed.add(x)
    changed.narrow(0, 0, 2).mul_(5)
    const third = full([1, 1], 1, { dtype: 'float64' }).div(3)
    return [
      ...[
        x.mul(half),
        where(half.lt(0), x, 0),
        x.add(three),
        three.add(1).mul(2),
        half.matmul(ones([1, 3])),
        half.expand([rows, columns]).sum(0),
      ],
      ...[before, changed, changed.add(x), third, third.mul(x.to('float64')), half],
    ]
  },
  'signs of zero and what is no number': ({ x }) => {
    const zero = x.mul(0)
    return [ones(x.shape).div(zero), zero.div(zero), zero.sign(), zero.neg().copysign(x), zero.div(zero).maximum(x).sum(1)]
  },
  'numbers that count': ({ x }) => {
    const places = arange(x.elementCount).reshape(x.shape)
    return [places.mul(x), places.sum(1), stack([places, x], 0).sum(0), places.to('int32').remainder(5).add(x)]
  },
}

const values = (tensors: readonly Tensor[]): [string, number[]][] =>
  tensors.map((tensor) => [`${tensor.dtype} [${tensor.shape}]`, Array.from(tensor.toTypedArray() as Float32Array)])

const isClose = (a: number, b: number): boolean =>
  Object.is(a, b) || (a !== 0 && b !== 0 && Math.abs(a - b) <= 1e-5 + 2e-5 * Math.abs(b)) || (a + b !== 0 && Math.abs(a - b) <= 1e-5)

function expectSame(actual: readonly Tensor[], expected: readonly [string, number[]][], call: number): void {
  values(actual).forEach(([facts, numbers], i) => {
    const [wantedFacts, wanted] = expected[i] as [string, number[]]
    const at = numbers.findIndex((number, k) => !isClose(number, wanted[k] as number))
    expect(`${facts}${at < 0 ? '' : `: ${numbers[at]} instead of ${wanted[at]} at ${at}`}`, `result ${i} of call ${call}`).toBe(wantedFacts)
  })
}

const sizes = [
  ['small tensors', 4, 6, 4096],
  ['small tensors in the heap', 4, 6, 1],
  ['large tensors and small ones', 64, 96, 4096],
  ['few long rows', 4, 9000, 4096],
] as const

describe.each(sizes)('%s', (_, rows, columns, heapFrom) => {
  const before = setHeapFrom(Math.min(heapFrom, 4096))
  const data = dataOf(rows, columns)
  setHeapFrom(before)
  test.each(Object.entries({ ...order, ...shapes, ...products, ...conversions }))('%s', (_, program) => {
    setHeapFrom(heapFrom)
    try {
      const expected = values(program(data))
      const compiled = compile(() => program(data))
      for (let call = 0; call < 2; call++) expectSame(compiled(), expected, call)
    } finally {
      setHeapFrom(before)
    }
  })
})
