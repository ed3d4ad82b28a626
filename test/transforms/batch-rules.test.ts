// Every batching rule against a loop: applied once to stacked samples, it gives what the samples give one by one, stacked.
import fc from 'fast-check'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { vjpRules } from '../../src/autograd/rules/index.ts'
import { type DType, dtypes } from '../../src/core/dtype.ts'
import { IndexError, ShapeError } from '../../src/core/errors.ts'
import { sizeOf } from '../../src/core/shape.ts'
import { emptyValue, type Value } from '../../src/core/value.ts'
import { autograd, type Tensor } from '../../src/index.ts'
import { bind, evaluate } from '../../src/primitives/bind.ts'
import { type ElementwisePrimitive, type ElementwiseRow, elementwise } from '../../src/primitives/elementwise.ts'
import { installIndexing } from '../../src/primitives/indexing-rows.ts'
import { kernels } from '../../src/primitives/kernels.ts'
import * as P from '../../src/primitives/operations.ts'
import { installOrdering } from '../../src/primitives/ordering-rows.ts'
import type { BindablePrimitive } from '../../src/primitives/params.ts'
import { installConvolution, installPooling } from '../../src/primitives/spatial-rows.ts'
import { type BatchApplication, batchRules } from '../../src/transforms/batch-rules/index.ts'
import { type InputSpec, type Sample, samples } from './batch-samples.ts'

// the rows that come with functions of images
installConvolution()
installPooling()
installIndexing()
installOrdering()

const bound = vi.hoisted((): string[] => [])
vi.mock('../../src/primitives/bind.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/primitives/bind.ts')>()
  const counted: typeof original.bind = (primitive, inputs, params) => {
    bound.push(primitive)
    return original.bind(primitive, inputs, params)
  }
  const countedDraw: typeof original.draw = (primitive, state, params) => {
    bound.push(primitive)
    return original.draw(primitive, state, params)
  }
  return { ...original, bind: counted, draw: countedDraw }
})
beforeEach(() => {
  bound.length = 0
})

const primitives = Object.keys(batchRules) as BindablePrimitive[]
const rules = batchRules as { readonly [primitive: string]: BatchApplication<unknown> | { readonly impossible: string } }
const sampleTable = samples as { readonly [primitive: string]: readonly Sample[] }
const apply = evaluate as (primitive: BindablePrimitive, inputs: readonly Value[], params: unknown) => Value

/** The function of a primitive's row. */
function ruleOf(primitive: string): BatchApplication<unknown> {
  const rule = rules[primitive]
  if (typeof rule !== 'function') throw new Error(`${primitive} has no rule`)
  return rule
}

/** Numbers in [0, 1), the same for a seed. */
function numbers(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4294967296
  }
}

const ranges: { readonly [D in DType]: readonly [number, number] } = {
  bool: [0, 2],
  uint8: [0, 4],
  int32: [-3, 4],
  float32: [-2, 2],
  float64: [-2, 2],
}

function valueOf({ shape, dtype, below }: InputSpec, seed: number): Value {
  const next = numbers(seed)
  const value = emptyValue(dtypes[dtype], shape)
  const [least, limit] = below === undefined ? ranges[dtype] : [0, below]
  for (let i = 0; i < value.elementCount; i++) {
    const drawn = least + next() * (limit - least)
    value.storage.data[i] = dtypes[dtype].category === 2 ? drawn : Math.floor(drawn)
  }
  return value
}

/** Where the batch lies in memory: outermost, or innermost as when a batch is taken along the last dim. */
type Layout = 'first' | 'last'

/** Samples as one value with the batch as dim 0. */
function stacked(values: readonly Value[], layout: Layout = 'first'): Value {
  const [head] = values as [Value]
  const { shape, storage } = head
  const dense = emptyValue(storage.type, layout === 'first' ? [values.length, ...shape] : [...shape, values.length])
  const batch = layout === 'first' ? dense : P.permute(dense, [shape.length, ...shape.map((_, d) => d)])
  values.forEach((value, b) => {
    P.write(P.select(batch, 0, b), value)
  })
  // without origin, as a new value
  return layout === 'first'
    ? dense
    : P.permute(P.copy(P.permute(batch, [...shape.map((_, d) => d + 1), 0])), [shape.length, ...shape.map((_, d) => d)])
}

/** Each input's values, one for each sample where it is batched. */
const drawInputs = (inputs: readonly InputSpec[], batched: readonly boolean[], size: number): Value[][] =>
  inputs.map((spec, i) => Array.from({ length: batched[i] ? size : 1 }, (_, b) => valueOf(spec, 100 * i + b + 1)))

/** The inputs of sample `b`. */
const inputsAt = (drawn: readonly Value[][], b: number): Value[] => drawn.map((values) => (values[b] ?? values[0]) as Value)

function expectSame(actual: Value, expected: Value, what: string, precision: DType = expected.dtype): void {
  expect(actual.dtype, what).toBe(expected.dtype)
  expect([...actual.shape], what).toEqual([...expected.shape])
  const [got, wanted] = [P.toTypedArray(actual), P.toTypedArray(expected)]
  const tolerance = { float32: 1e-5, float64: 1e-12 }[precision as string] ?? 0
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [got[i] as number, wanted[i] as number]
    const close = Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * (1 + Math.abs(b))
    if (!close) expect.fail(`${what}: element ${i} is ${a}, one by one it is ${b}`)
  }
}

/** Every way to batch at least one of `count` inputs. */
const combinations = (count: number): boolean[][] =>
  Array.from({ length: 2 ** count - 1 }, (_, bits) => Array.from({ length: count }, (_, i) => ((bits + 1) & (1 << i)) !== 0))

/** What a call looks like, for messages. */
const describeCall = (primitive: string, { inputs, params }: Sample, batched: readonly boolean[]): string =>
  `${primitive}(${inputs.map(({ shape, dtype }, i) => `${batched[i] ? 'B × ' : ''}${dtype}[${shape.join(', ')}]`).join(', ')}) ${JSON.stringify(params)}`

const random = ['uniform', 'normal', 'randomIntegers', 'randomPermutation'] as const
const sources: readonly string[] = ['full', 'iota', ...random]
const computed = primitives.filter((primitive) => typeof rules[primitive] === 'function' && !sources.includes(primitive))

test('every primitive has samples', () => {
  expect(Object.keys(samples).sort()).toEqual([...primitives].sort())
  expect(primitives.sort()).toEqual(Object.keys(kernels).sort())
  expect(primitives.filter((primitive) => typeof rules[primitive] === 'function' && sampleTable[primitive]?.length === 0)).toEqual([])
})

test('what cannot be batched says so by name', () => {
  const impossible = primitives.filter((primitive) => typeof rules[primitive] !== 'function')
  expect(impossible).toEqual(['nonzero'])
  for (const primitive of impossible)
    expect((rules[primitive] as { impossible: string }).impossible).toMatch(new RegExp(`^${primitive}: .*\\.$`))
})

describe.each(computed)('%s', (primitive) => {
  const cases = (sampleTable[primitive] ?? []).flatMap((sample) =>
    combinations(sample.inputs.length).map((batched) => ({ sample, batched })),
  )

  test.each([
    { size: 3, layout: 'first' },
    { size: 1, layout: 'first' },
    { size: 2, layout: 'last' },
  ] as const)('a batch of $size, $layout in memory, gives what its samples give', ({ size, layout }) => {
    for (const { sample, batched } of cases) {
      const what = describeCall(primitive, sample, batched)
      const drawn = drawInputs(sample.inputs, batched, size)
      const batch = drawn.map((values, i) => (batched[i] ? stacked(values, layout) : (values[0] as Value)))
      const one = (b: number): Value => apply(primitive, inputsAt(drawn, b), sample.params)
      const refusal = thrownBy(() => one(0))
      if (refusal !== null) {
        expect(thrownBy(() => ruleOf(primitive)(batch, batched, sample.params, size))?.message, what).toBe(refusal.message)
        continue
      }
      const result = ruleOf(primitive)(batch, batched, sample.params, size)
      expectSame(result, stacked(Array.from({ length: size }, (_, b) => one(b))), what)
      const aliases = one(0).storage === inputsAt(drawn, 0)[0]?.storage
      if (aliases) expect(result.storage === batch[0]?.storage, `${what} is a view`).toBe(true)
    }
  })

  test('one kernel, however large the batch', () => {
    for (const { sample, batched } of cases) {
      const what = describeCall(primitive, sample, batched)
      if (thrownBy(() => apply(primitive, inputsAt(drawInputs(sample.inputs, batched, 1), 0), sample.params)) !== null) continue
      const [few, many] = [2, 5].map((size) => {
        const batch = drawInputs(sample.inputs, batched, size).map((values, i) => (batched[i] ? stacked(values) : (values[0] as Value)))
        bound.length = 0
        ruleOf(primitive)(batch, batched, sample.params, size)
        return [...bound]
      }) as [string[], string[]]
      expect(many, what).toEqual(few)
      const computing = many.filter(
        (name) => kernels[name as BindablePrimitive]?.kind !== 'view' && (name !== 'cast' || primitive === 'cast'),
      )
      expect(computing.length, `${what}: ${many.join(', ')}`).toBe(kernels[primitive]?.kind === 'view' ? 0 : 1)
    }
  })

  const floats = (sample: Sample) => sample.inputs.map(({ dtype }) => dtypes[dtype].category === 2)
  if (vjpRules[primitive] === null) return
  test('the gradient of a batch is the gradients of its samples', () => {
    const size = 2
    for (const { sample, batched } of cases) {
      const wanted = floats(sample)
      if (!wanted.includes(true)) continue
      const what = describeCall(primitive, sample, batched)
      const leaves = drawInputs(sample.inputs, batched, size).map((values, i) => {
        const leaf = (batched[i] ? stacked(values) : (values[0] as Value)) as Tensor
        return wanted[i] ? leaf.requiresGrad_() : leaf
      })
      const at = (b: number): Value[] => leaves.map((leaf, i) => (batched[i] ? P.select(leaf, 0, b) : leaf))
      if (thrownBy(() => apply(primitive, at(0), sample.params)) !== null) continue
      const one = (b: number): Value => (bind as typeof apply)(primitive, at(b), sample.params)
      if (dtypes[one(0).dtype].category !== 2 || (one(0) as Tensor).requiresGrad === false) continue
      const computedIn = sample.inputs.some(({ dtype }) => dtype === 'float32') ? 'float32' : 'float64'
      const weights = Array.from({ length: size }, (_, b) => valueOf({ shape: one(0).shape, dtype: one(0).dtype }, 900 + b))
      const inputs = leaves.filter((_, i) => wanted[i])
      const gradients = (outputs: readonly Value[], cotangents: readonly Value[]): readonly (Value | null)[] =>
        autograd.grad(outputs as Tensor[], inputs, { gradOutputs: cotangents as Tensor[], allowUnused: true })
      const batch = gradients([ruleOf(primitive)(leaves, batched, sample.params, size)], [stacked(weights)])
      const loop = gradients(
        weights.map((_, b) => one(b)),
        weights,
      )
      loop.forEach((expected, i) => {
        const actual = batch[i] ?? null
        if (expected === null || actual === null) expect(actual, `${what}, gradient ${i}`).toBe(expected)
        else expectSame(actual, expected, `${what}, gradient ${i}`, computedIn)
      })
    }
  })
})

function thrownBy(run: () => unknown): Error | null {
  try {
    run()
    return null
  } catch (error) {
    return error as Error
  }
}

describe('elementwise operands', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 })
  const operand = (shape: readonly number[]) =>
    fc.record({
      ones: fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
      dropped: fc.integer({ min: 0, max: shape.length }),
      dtype: fc.constantFrom<DType>('float32', 'float64', 'int32', 'uint8', 'bool'),
      batched: fc.boolean(),
    })
  const several = (Object.entries(elementwise) as [ElementwisePrimitive, ElementwiseRow][]).filter(([, { arity }]) => arity > 1)
  const application = fc.constantFrom(...several).chain(([primitive, row]) =>
    sizes.chain((shape) =>
      fc.tuple(...Array.from({ length: row.arity }, () => operand(shape))).map((operands) => ({
        primitive,
        batched: operands.map(({ batched }) => batched),
        inputs: operands.map(
          ({ ones, dropped, dtype }, i): InputSpec => ({
            shape: shape.map((size, d) => (ones[d] ? 1 : size)).slice(dropped),
            dtype: i < (row.unpromoted ?? 0) ? 'bool' : dtype,
          }),
        ),
      })),
    ),
  )

  test('broadcast and are promoted as their samples are', () => {
    const size = 2
    fc.assert(
      fc.property(application, ({ primitive, inputs, batched }) => {
        fc.pre(batched.includes(true))
        const what = describeCall(primitive, { inputs, params: null }, batched)
        const drawn = drawInputs(inputs, batched, size)
        const batch = drawn.map((values, i) => (batched[i] ? stacked(values) : (values[0] as Value)))
        const refusal = thrownBy(() => apply(primitive, inputsAt(drawn, 0), null))
        if (refusal !== null) {
          expect(thrownBy(() => ruleOf(primitive)(batch, batched, null, size))?.message, what).toBe(refusal.message)
          return
        }
        const expected = Array.from({ length: size }, (_, b) => apply(primitive, inputsAt(drawn, b), null))
        expectSame(ruleOf(primitive)(batch, batched, null, size), stacked(expected), what)
      }),
      { numRuns: 1500 },
    )
  })
})

describe('positions out of range', () => {
  const indexed = ['gather', 'scatter', 'scatterAdd', 'indexSelect', 'indexAdd', 'indexCopy'] as const
  test.each(indexed)('%s never reaches another sample', (primitive) => {
    for (const sample of sampleTable[primitive] ?? []) {
      const index = sample.inputs[1] as InputSpec
      for (const batched of combinations(sample.inputs.length)) {
        for (const [b, wrong] of [
          [0, index.below],
          [1, -1 - (index.below as number)],
        ] as const) {
          const drawn = drawInputs(sample.inputs, batched, 2)
          const positions = (drawn[1]?.[b] ?? drawn[1]?.[0]) as Value
          positions.storage.data[positions.elementCount - 1] = wrong as number
          const batch = drawn.map((values, i) => (batched[i] ? stacked(values) : (values[0] as Value)))
          const error = thrownBy(() => ruleOf(primitive)(batch, batched, sample.params, 2))
          expect(error, describeCall(primitive, sample, batched)).toBeInstanceOf(IndexError)
          expect(error?.message).toContain(`index ${wrong} is out of range`)
        }
      }
    }
  })
})

describe('errors speak of one sample', () => {
  const value = (...shape: number[]): Value => emptyValue(dtypes.float32, shape)
  const message = (primitive: string, inputs: readonly Value[], batched: readonly boolean[], params: unknown): string => {
    const error = thrownBy(() => ruleOf(primitive)(inputs, batched, params, 7))
    expect(error).toBeInstanceOf(ShapeError)
    return error?.message ?? ''
  }
  test('elementwise', () => {
    expect(message('add', [value(7, 2), value(3)], [true, false], null)).toContain('[2] and [3] do not broadcast')
    expect(message('add', [value(7, 2), value(7, 3)], [true, true], null)).toContain('[2] and [3] do not broadcast')
  })
  test('an unbatched operand is not taken for a batch', () => {
    expect(message('add', [value(7, 2), value(7, 3)], [true, false], null)).toContain('[2] and [7, 3] do not broadcast')
  })
  test('matmul', () => {
    expect(message('matmul', [value(7, 2, 3), value(4, 5)], [true, false], null)).toContain('[2, 3] × [4, 5]')
  })
  test('reshape', () => {
    expect(message('reshape', [value(7, 6)], [true], { shape: [4] })).toContain('[6] has 6 elements, [4] has 4')
  })
  test('concatenate', () => {
    expect(message('concatenate', [value(7, 2, 3), value(3, 3)], [true, false], { dim: 1 })).toContain('[2, 3] and [3, 3] differ')
  })
})

describe('sources', () => {
  const size = 3
  const run = (primitive: string, params: unknown, n = size): Value => {
    const inputs = primitive === 'full' || primitive === 'iota' ? [] : [new P.Generator(5).state]
    return ruleOf(primitive)(
      inputs,
      inputs.map(() => false),
      params,
      n,
    )
  }

  test.each(['full', 'iota'] as const)('%s is the same for every sample', (primitive) => {
    for (const { params } of sampleTable[primitive] ?? []) {
      const one = apply(primitive, [], params)
      expectSame(run(primitive, params), stacked([one, one, one]), primitive)
    }
  })

  test.each(['uniform', 'normal', 'randomIntegers'] as const)('%s draws for the samples in turn from one stream', (primitive) => {
    for (const { params } of sampleTable[primitive] ?? []) {
      const { shape } = params as { shape: readonly number[] }
      bound.length = 0
      const result = run(primitive, params)
      expect(bound).toEqual([primitive])
      const stream = apply(primitive, [new P.Generator(5).state], { ...(params as object), shape: [size * sizeOf(shape)] })
      expectSame(result, P.reshape(stream, [size, ...shape]), primitive)
    }
  })

  test('randomPermutation gives each sample an order of its own, every order as often as another', () => {
    const count = 6000
    const orders = new Map<string, number>()
    bound.length = 0
    const result = run('randomPermutation', { length: 3 }, count)
    expect(bound).toEqual(['uniform', 'argsort'])
    expect([result.dtype, ...result.shape]).toEqual(['int32', count, 3])
    const rows = P.toTypedArray(result)
    for (let b = 0; b < count; b++) {
      const order = rows.slice(3 * b, 3 * b + 3).join()
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    expect([...orders.keys()].sort()).toEqual(['0,1,2', '0,2,1', '1,0,2', '1,2,0', '2,0,1', '2,1,0'])
    // six orders, 1000 each: four standard deviations are 115
    for (const times of orders.values()) expect(Math.abs(times - 1000)).toBeLessThan(115)
  })

  test.each(random)('%s refuses a batch of generators', (primitive) => {
    const [sample] = sampleTable[primitive] as [Sample]
    const states = stacked([new P.Generator(1).state, new P.Generator(2).state])
    expect(thrownBy(() => ruleOf(primitive)([states], [true], sample.params, 2))?.message).toMatch(new RegExp(`^${primitive}: `))
  })
})

test('an empty batch has empty results', () => {
  for (const primitive of computed) {
    for (const sample of sampleTable[primitive] ?? []) {
      for (const batched of combinations(sample.inputs.length)) {
        const drawn = drawInputs(sample.inputs, batched, 1)
        if (thrownBy(() => apply(primitive, inputsAt(drawn, 0), sample.params)) !== null) continue
        const one = apply(primitive, inputsAt(drawn, 0), sample.params)
        const batch = drawn.map(([value], i) => (batched[i] ? emptyValue(value!.storage.type, [0, ...value!.shape]) : (value as Value)))
        const what = describeCall(primitive, sample, batched)
        const result = ruleOf(primitive)(batch, batched, sample.params, 0)
        expect([result.dtype, ...result.shape], what).toEqual([one.dtype, 0, ...one.shape])
      }
    }
  }
})
