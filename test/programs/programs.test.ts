// Random programs: WebAssembly gives what the reference gives, forward and backward, on one thread and on several.
// A program that fails is made small, printed as code, and kept in `kept/`; what is kept there is run again every time.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seedOf } from '../records/values.ts'
import { plan, type RawProgram, type RawStep } from './plan.ts'
import type { Leaf } from './program.ts'
import { printProgram } from './program.ts'
import { bitDifference, difference, type Outcome, replay } from './replay.ts'
import { eachThreadCount, sharedLaunches } from './threads.ts'

const shapes: readonly (readonly number[])[] = [
  ...[[4, 5], [5, 4], [7], [2, 3, 4], [], [3], [1, 5], [3, 1], [17], [33, 9], [3, 2, 3, 3], [1], [3, 1, 4], [16, 16], [0, 3], [4, 2, 3, 3]],
  // several tasks to a kernel
  ...[[2, 2, 5, 6], [70, 33], [1100], [130, 64], [9000], [64, 130], [64, 200], [3, 50, 40], [4, 3, 20, 20], [600, 17]],
]

const leaf: fc.Arbitrary<Leaf> = fc
  .record({
    dtype: fc.constantFrom('float32' as const, 'float32' as const, 'float64' as const, 'int32' as const, 'uint8' as const, 'bool' as const),
    shape: fc.constantFrom(...shapes),
    seed: fc.nat(999),
  })
  .map((drawn) => ({ ...drawn, requiresGrad: drawn.dtype.startsWith('float') }))

const step: fc.Arbitrary<RawStep> = fc.record({
  kind: fc.nat(99),
  choice: fc.nat(9999),
  numbers: fc.array(fc.nat(99), { minLength: 8, maxLength: 8 }),
})

// the first leaf is a float, so that there is something to differentiate
const program: fc.Arbitrary<RawProgram> = fc.record({
  leaves: fc
    .array(leaf, { minLength: 2, maxLength: 5 })
    .map((rest): Leaf[] => [{ dtype: 'float32', shape: [4, 5], seed: 1, requiresGrad: true }, ...rest]),
  steps: fc.array(step, { minLength: 8, maxLength: 60, size: 'max' }),
})

const reference = { heapFrom: Number.POSITIVE_INFINITY }
const kernels = { heapFrom: 1 }

/** What is wrong with a program, with its text; null where nothing is. */
function wrongWith(raw: RawProgram): string | null {
  const planned = plan(raw)
  const expected = replay(planned, reference)
  const noisy = [1, 2].map((seed) => replay(planned, { ...reference, noise: seed * 1000 }))
  const found = difference(planned, replay(planned, { ...kernels, follow: expected }), expected, noisy)
  if (found !== null) return `${found}\n${printProgram(planned)}`
  let one: Outcome | null = null
  let threads = ''
  eachThreadCount((count) => {
    const outcome = replay(planned, kernels)
    const differs = one === null ? null : bitDifference(planned, outcome, one)
    one ??= outcome
    if (differs !== null) threads ||= `${count} threads: ${differs}`
  })
  return threads === '' ? null : `${threads}\n${printProgram(planned)}`
}

function keep(raw: RawProgram, text: string): void {
  const folder = new URL('kept/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const content = JSON.stringify({ found: text.split('\n'), program: raw }, null, 1)
  writeFileSync(new URL(`${seedOf(content).toString(16)}.json`, folder), `${content}\n`)
}

const keptPrograms = new URL('kept/', import.meta.url)
for (const file of existsSync(keptPrograms) ? readdirSync(keptPrograms) : []) {
  test(`kept program ${file}`, () => {
    const { program } = JSON.parse(readFileSync(new URL(file, keptPrograms), 'utf8')) as { program: RawProgram }
    expect(wrongWith(program)).toBe(null)
  })
}

const PARTS = 6
test.each(Array.from({ length: PARTS }, (_, part) => part))(
  'random programs, part %i',
  (part) => {
    const { failed, counterexample } = fc.check(
      fc.property(program, (raw) => wrongWith(raw) === null),
      { seed: 20 + part, numRuns: 300 / PARTS, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    )
    if (!failed) return
    const [raw] = counterexample as [RawProgram]
    const text = wrongWith(raw) ?? 'differs, but not every time'
    keep(raw, text)
    expect.fail(text)
  },
  200_000,
)

test('workers took part', () => {
  expect(sharedLaunches).toBeGreaterThan(100)
})

test('programs are as long, as varied and as differentiable as they should be', () => {
  const planned = fc.sample(program, { seed: 20, numRuns: 100 }).map(plan)
  const names = new Set(planned.flatMap(({ statements }) => statements.map(({ name }) => name)))
  const lengths = planned.map(({ statements }) => statements.length)
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(5)
  expect(Math.max(...lengths)).toBeGreaterThan(40)
  expect(Math.max(...lengths)).toBeLessThanOrEqual(60)
  expect(names.size).toBeGreaterThan(100)
  const outcomes = planned.map((one) => replay(one, reference))
  // writes into what a rule has saved, which must be refused on every backend
  expect(outcomes.filter(({ error }) => error !== null).length).toBeLessThan(10)
  expect(outcomes.filter(({ gradients }) => gradients.some((gradient) => gradient !== null)).length).toBeGreaterThan(90)
})
