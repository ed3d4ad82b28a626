// Loop kernels of several stages, over rows in every orientation and over segments; their text; and that results do not depend on which
// thread does which task.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { apply, type Expression } from '../../src/backends/expression.ts'
import { printFunction } from '../../src/backends/wasm/assembler.ts'
import type * as launching from '../../src/backends/wasm/launch.ts'
import { emitLoops, type Variant } from '../../src/backends/wasm/loops/emit.ts'
import { element, type LoopKernel, position, result, scalar } from '../../src/backends/wasm/loops/ir.ts'
import { type RowOperand, runRows, runSegments } from '../../src/backends/wasm/loops/run.ts'
import { runReduction } from '../../src/backends/wasm/reduction.ts'
import { type DType, dtypeFacts, dtypes } from '../../src/core/dtype.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { emptyValue, type Value } from '../../src/core/value.ts'
import { kernels } from '../../src/primitives/kernels.ts'

let taskByTask = false
vi.mock('../../src/backends/wasm/launch.ts', async (original) => {
  const actual = await original<typeof launching>()
  const backwards =
    (run: launching.Kernel['run']): launching.Kernel['run'] =>
    (args, from, to) => {
      for (let task = to - 1; task >= from; task--) run(args, task, task + 1)
    }
  return {
    ...actual,
    launch: (kernel, args, tasks, work) =>
      actual.launch(taskByTask ? { ...kernel, run: backwards(kernel.run) } : kernel, args, tasks, taskByTask ? 0 : work),
  } satisfies typeof launching
})

let ordinary: number
beforeEach(() => {
  ordinary = setHeapFrom(1)
})
afterEach(() => {
  setHeapFrom(ordinary)
  taskByTask = false
})

let seed = 7
function random(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 31 - 1
}

function filled(dtype: DType, shape: readonly number[], number: (i: number) => number = random): Value {
  const value = emptyValue(dtypeFacts(dtype), shape)
  for (let i = 0; i < value.elementCount; i++) value.storage.data[i] = number(i)
  return value
}

const numbers = (value: Value): number[] => [...value.storage.data]

const sub = (x: Expression, y: Expression): Expression => apply('sub', x, y)
const mul = (x: Expression, y: Expression): Expression => apply('mul', x, y)

const exponential = apply('exp', sub(element(0), result(0)))
const softmax: LoopKernel = {
  name: 'softmax',
  operands: 2,
  stages: [
    { per: 'element', reductions: [{ combine: 'max', value: element(0) }] },
    { per: 'element', reductions: [{ combine: 'sum', value: exponential }], stores: [{ operand: 1, value: exponential }] },
    { per: 'row', values: [apply('div', 1, result(1))] },
    { per: 'element', stores: [{ operand: 1, value: mul(element(1), result(2)) }] },
  ],
}

const centred = sub(element(0), result(1))
/** x, weight, bias → y, mean, 1/deviation; scalars 1/n, ε. */
const layerNorm: LoopKernel = {
  name: 'layer norm',
  operands: 6,
  stages: [
    { per: 'element', reductions: [{ combine: 'sum', value: element(0) }] },
    { per: 'row', values: [mul(result(0), scalar(0))] },
    { per: 'element', reductions: [{ combine: 'sum', value: mul(centred, centred) }] },
    {
      per: 'row',
      values: [apply('div', 1, apply('sqrt', apply('add', mul(result(2), scalar(0)), scalar(1))))],
      stores: [
        { operand: 4, value: result(1) },
        { operand: 5, value: result(3) },
      ],
    },
    { per: 'element', stores: [{ operand: 3, value: apply('add', mul(mul(centred, result(3)), element(1)), element(2)) }] },
  ],
}

/** logits, target → loss of each row: log Σ exp(x − max) − (x[target] − max). */
const crossEntropy: LoopKernel = {
  name: 'cross-entropy',
  operands: 3,
  stages: [
    { per: 'element', reductions: [{ combine: 'max', value: element(0) }] },
    {
      per: 'element',
      reductions: [
        { combine: 'sum', value: exponential },
        { combine: 'sum', value: apply('select', apply('eq', position, element(1)), sub(element(0), result(0)), 0) },
      ],
    },
    { per: 'row', stores: [{ operand: 2, value: sub(apply('log', result(1)), result(2)) }] },
  ],
}

/** x, g → g minus the row's mean of g·x, and over all rows Σ g·x and Σ g. */
const withColumnSums: LoopKernel = {
  name: 'with sums over rows',
  operands: 5,
  stages: [
    { per: 'element', reductions: [{ combine: 'sum', value: mul(element(0), element(1)) }] },
    {
      per: 'element',
      stores: [{ operand: 2, value: sub(element(1), mul(result(0), scalar(0))) }],
      columnSums: [
        { operand: 3, value: mul(element(0), element(1)) },
        { operand: 4, value: element(1) },
      ],
    },
  ],
}

/** Rows of [n, m] along dim 1, or columns of [m, n] along dim 0. */
function orientation(rows: number, columns: number, along: 0 | 1) {
  const outer = along === 1 ? columns : 1
  const inner = along === 1 ? 1 : rows
  return {
    shape: along === 1 ? [rows, columns] : [columns, rows],
    matrix: (value: Value): RowOperand => ({ value, outer: [outer], inner: [inner] }),
    perRow: (value: Value): RowOperand => ({ value, outer: [1], inner: [0] }),
    perColumn: (value: Value): RowOperand => ({ value, outer: [0], inner: [1] }),
    at: (row: number, column: number): number => row * outer + column * inner,
  }
}

const sizes = [
  [1, 1],
  [3, 5],
  [5, 3],
  [17, 33],
  [130, 7],
  [7, 1030],
  [40, 700],
] as const

describe.each(['float32', 'float64'] as const)('kernels of several stages, %s', (dtype) => {
  const digits = dtype === 'float32' ? 5 : 11

  it.each([0, 1] as const)('softmax along dim %i', (along) => {
    for (const [rows, columns] of sizes) {
      const { shape, matrix, at } = orientation(rows, columns, along)
      const x = filled(dtype, shape)
      const y = filled(dtype, shape)
      expect(runRows(softmax, [rows], [columns], [matrix(x), matrix(y)])).toBe(true)
      for (let r = 0; r < rows; r++) {
        const row = Array.from({ length: columns }, (_, c) => Math.exp(x.storage.data[at(r, c)] as number))
        const sum = row.reduce((p, q) => p + q)
        row.forEach((e, c) => {
          expect(y.storage.data[at(r, c)]).toBeCloseTo(e / sum, digits)
        })
      }
    }
  })

  it.each([0, 1] as const)('layer norm along dim %i', (along) => {
    for (const [rows, columns] of sizes) {
      const { shape, matrix, perRow, perColumn, at } = orientation(rows, columns, along)
      const [x, y] = [filled(dtype, shape, () => 3 + random()), filled(dtype, shape)]
      const [weight, bias] = [filled(dtype, [columns]), filled(dtype, [columns])]
      const [mean, inverse] = [filled(dtype, [rows]), filled(dtype, [rows])]
      const operands = [matrix(x), perColumn(weight), perColumn(bias), matrix(y), perRow(mean), perRow(inverse)]
      expect(runRows(layerNorm, [rows], [columns], operands, [1 / columns, 1e-5])).toBe(true)
      for (let r = 0; r < rows; r++) {
        const row = Array.from({ length: columns }, (_, c) => x.storage.data[at(r, c)] as number)
        const average = row.reduce((p, q) => p + q) / columns
        const scale = 1 / Math.sqrt(row.reduce((sum, e) => sum + (e - average) ** 2, 0) / columns + 1e-5)
        expect(mean.storage.data[r]).toBeCloseTo(average, digits)
        expect((inverse.storage.data[r] as number) / scale).toBeCloseTo(1, digits - 1)
        row.forEach((e, c) => {
          const expected = (e - average) * scale * (weight.storage.data[c] as number) + (bias.storage.data[c] as number)
          expect(y.storage.data[at(r, c)]).toBeCloseTo(expected, digits - 2)
        })
      }
    }
  })

  it.each([0, 1] as const)('cross-entropy along dim %i finds its classes by position', (along) => {
    for (const [rows, columns] of sizes) {
      const { shape, matrix, perRow, at } = orientation(rows, columns, along)
      const x = filled(dtype, shape)
      const target = filled('int32', [rows], (i) => (i * 7) % columns)
      const loss = filled(dtype, [rows])
      expect(runRows(crossEntropy, [rows], [columns], [matrix(x), perRow(target), perRow(loss)])).toBe(true)
      for (let r = 0; r < rows; r++) {
        const sum = Array.from({ length: columns }, (_, c) => Math.exp(x.storage.data[at(r, c)] as number)).reduce((p, q) => p + q)
        const expected = Math.log(sum) - (x.storage.data[at(r, (r * 7) % columns)] as number)
        expect(loss.storage.data[r]).toBeCloseTo(expected, digits)
      }
    }
  })

  it.each([0, 1] as const)('sums over rows, whatever was there before, with rows along dim %i', (along) => {
    for (const [rows, columns] of [...sizes, [129, 70], [4500, 3]] as const) {
      const { shape, matrix, perColumn, at } = orientation(rows, columns, along)
      const [x, g, y] = [filled(dtype, shape), filled(dtype, shape), filled(dtype, shape)]
      const sums = [filled(dtype, [columns], () => Number.NaN), filled(dtype, [columns], () => Number.NaN)] as const
      const operands = [matrix(x), matrix(g), matrix(y), perColumn(sums[0]), perColumn(sums[1])]
      expect(runRows(withColumnSums, [rows], [columns], operands, [1 / columns])).toBe(true)
      const [xs, gs] = [numbers(x), numbers(g)]
      const expected = [new Array<number>(columns).fill(0), new Array<number>(columns).fill(0)] as const
      for (let r = 0; r < rows; r++) {
        let product = 0
        for (let c = 0; c < columns; c++) {
          const i = at(r, c)
          product += (xs[i] as number) * (gs[i] as number)
          ;(expected[0][c] as number) += (xs[i] as number) * (gs[i] as number)
          ;(expected[1][c] as number) += gs[i] as number
        }
        for (let c = 0; c < columns; c++) expect(y.storage.data[at(r, c)]).toBeCloseTo((gs[at(r, c)] as number) - product / columns, digits)
      }
      sums.forEach((sum, s) => {
        numbers(sum).forEach((found, c) => {
          expect(found).toBeCloseTo(expected[s]?.[c] as number, digits - 1)
        })
      })
    }
  })

  it('statistics of channels: several inner dims', () => {
    const [batch, channels, length] = [5, 6, 13]
    const x = filled(dtype, [batch, channels, length])
    const sums = filled(dtype, [2, channels])
    const statistics: LoopKernel = {
      name: 'statistics',
      operands: 2,
      stages: [
        {
          per: 'element',
          reductions: [
            { combine: 'sum', value: element(0) },
            { combine: 'sum', value: mul(element(0), element(0)) },
          ],
        },
        { per: 'row', stores: [{ operand: 1, value: apply('add', result(0), result(1)) }] },
      ],
    }
    const operands = [
      { value: x, outer: [length], inner: [channels * length, 1] },
      { value: sums, outer: [1], inner: [0, 0] },
    ]
    expect(runRows(statistics, [channels], [batch, length], operands)).toBe(true)
    for (let c = 0; c < channels; c++) {
      const all = numbers(x).filter((_, i) => Math.floor(i / length) % channels === c)
      expect(sums.storage.data[c]).toBeCloseTo(
        all.reduce((sum, e) => sum + e + e * e, 0),
        digits,
      )
    }
  })

  it('segments of any length, with numbers of their own', () => {
    const momentum: LoopKernel = {
      name: 'momentum',
      operands: 3,
      stages: [
        {
          per: 'element',
          stores: [
            { operand: 1, value: apply('add', mul(element(1), scalar(1)), element(2)) },
            { operand: 0, value: sub(element(0), mul(scalar(0), apply('add', mul(element(1), scalar(1)), element(2)))) },
          ],
        },
      ],
    }
    const segments = [1, 3, 4, 17, 4096, 9001].map((length, s) => ({
      tensors: [filled(dtype, [length]), filled(dtype, [length]), filled(dtype, [length])],
      scalars: [0.1 * (s + 1), 0.9],
    }))
    const expected = segments.map(({ tensors: [p, v, g], scalars: [rate, decay] }) => {
      const velocity = numbers(v as Value).map((old, i) => old * (decay as number) + ((g as Value).storage.data[i] as number))
      return numbers(p as Value).map((old, i) => old - (rate as number) * (velocity[i] as number))
    })
    expect(runSegments(momentum, segments)).toBe(true)
    segments.forEach(({ tensors: [p] }, s) => {
      const worst = numbers(p as Value).reduce((most, x, i) => Math.max(most, Math.abs(x - (expected[s]?.[i] as number))), 0)
      expect(worst).toBeLessThan(dtype === 'float32' ? 1e-6 : 1e-14)
    })
  })
})

describe('which thread does a task', () => {
  const twice = (run: () => Value): void => {
    const all = run()
    taskByTask = true
    expect(numbers(run())).toEqual(numbers(all))
  }

  it.each([0, 1] as const)('does not change softmax along dim %i', (along) => {
    for (const [rows, columns] of [...sizes, [600, 90]] as const) {
      const { shape, matrix } = orientation(rows, columns, along)
      const x = filled('float32', shape)
      twice(() => {
        const y = emptyValue(dtypes.float32, shape)
        runRows(softmax, [rows], [columns], [matrix(x), matrix(y)])
        return y
      })
      taskByTask = false
    }
  })

  it('does not change sums over rows', () => {
    for (const [rows, columns] of [...sizes, [600, 90], [5000, 8]] as const) {
      const { shape, matrix, perColumn } = orientation(rows, columns, 1)
      const [x, g] = [filled('float32', shape), filled('float32', shape)]
      twice(() => {
        const y = emptyValue(dtypes.float32, shape)
        const sums = emptyValue(dtypes.float32, [2, columns])
        const [first, second] = [0, columns].map((offset) => ({ ...perColumn(sums), value: { ...sums, offset } as Value }))
        runRows(withColumnSums, [rows], [columns], [matrix(x), matrix(g), matrix(y), first as RowOperand, second as RowOperand], [1])
        return sums
      })
      taskByTask = false
    }
  })

  it('does not change sums', () => {
    for (const [shape, dims] of [
      [[300001], [0]],
      [[5000, 30], [0]],
      [[30, 5000], [1]],
      [[7, 300, 50], [1]],
    ] as const) {
      const x = filled('float32', shape)
      twice(() => {
        const kept = shape.filter((_, d) => !(dims as readonly number[]).includes(d))
        const sum = emptyValue(dtypes.float32, kept)
        expect(runReduction(kernels.sum as Parameters<typeof runReduction>[0], x, dims, sum)).toBe(true)
        return sum
      })
      taskByTask = false
    }
  })
})

describe('the text of kernels', () => {
  const text = (kernel: LoopKernel, variant: Variant): string => {
    const code = emitLoops(kernel, variant)
    return typeof code === 'string' ? `no ${code}` : printFunction(code)
  }
  const { float32, int32, bool } = dtypes

  it('an addition of dense operands, one of them one number', () => {
    const sum: LoopKernel = {
      name: 'add',
      operands: 3,
      stages: [{ per: 'element', stores: [{ operand: 2, value: apply('add', element(0), element(1)) }] }],
    }
    const variant = { schedule: 'outer', outerRank: 1, innerRank: 0, types: [float32, float32, float32], steppings: [1, 0, 1] } as const
    expect(text(sum, variant)).toMatchSnapshot()
  })

  it('where with a bool condition', () => {
    const where: LoopKernel = {
      name: 'where',
      operands: 4,
      stages: [{ per: 'element', stores: [{ operand: 3, value: apply('select', element(0), element(1), element(2)) }] }],
    }
    const variant = { schedule: 'outer', outerRank: 1, innerRank: 0, types: [bool, int32, int32, int32], steppings: [1, 1, 2, 1] } as const
    expect(text(where, variant)).toMatchSnapshot()
  })

  it('the largest of each row, less than which nothing is', () => {
    const shift: LoopKernel = {
      name: 'shift',
      operands: 2,
      stages: [
        { per: 'element', reductions: [{ combine: 'max', value: element(0) }] },
        { per: 'element', stores: [{ operand: 1, value: sub(element(0), result(0)) }] },
      ],
    }
    const variant = { schedule: 'inner', outerRank: 1, innerRank: 1, types: [float32, float32], steppings: [1, 1] } as const
    expect(text(shift, variant)).toMatchSnapshot()
  })
})
