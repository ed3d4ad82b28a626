// Random programs: WebAssembly gives what the reference gives, forward and backward, on one thread and on several.
// A program that fails is made small, printed as code, and kept in `kept/`; what is kept there is run again every time.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plan, type RawProgram } from './plan.ts'
import { printProgram } from './program.ts'
import { failingProgram, keptPrograms, randomProgram } from './random-programs.ts'
import { bitDifference, difference, type Outcome, replay } from './replay.ts'
import { eachThreadCount, sharedLaunches } from './threads.ts'

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

const kept = new URL('kept/', import.meta.url)
for (const [file, program] of keptPrograms(kept)) {
  test(`kept program ${file}`, () => {
    expect(wrongWith(program)).toBe(null)
  })
}

const PARTS = 6
test.each(Array.from({ length: PARTS }, (_, part) => part))(
  'random programs, part %i',
  (part) => {
    expect(failingProgram(kept, 20 + part, 300 / PARTS, wrongWith)).toBe(null)
  },
  200_000,
)

test('workers took part', () => {
  expect(sharedLaunches).toBeGreaterThan(100)
})

test('programs are as long, as varied and as differentiable as they should be', () => {
  const planned = fc.sample(randomProgram, { seed: 20, numRuns: 100 }).map((raw) => plan(raw))
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
