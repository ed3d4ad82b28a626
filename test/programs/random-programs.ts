// Random programs: how they are drawn, and how those that fail are kept, to be run again every time.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { seedOf } from '../records/values.ts'
import type { RawProgram, RawStep } from './plan.ts'
import type { Leaf } from './program.ts'

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
export const randomProgram: fc.Arbitrary<RawProgram> = fc.record({
  leaves: fc
    .array(leaf, { minLength: 2, maxLength: 5 })
    .map((rest): Leaf[] => [{ dtype: 'float32', shape: [4, 5], seed: 1, requiresGrad: true }, ...rest]),
  steps: fc.array(step, { minLength: 8, maxLength: 60, size: 'max' }),
})

/** Keeps a program that failed in a folder, with what was found. */
function keepProgram(folder: URL, raw: RawProgram, text: string): void {
  mkdirSync(folder, { recursive: true })
  const content = JSON.stringify({ found: text.split('\n'), program: raw }, null, 1)
  writeFileSync(new URL(`${seedOf(content).toString(16)}.json`, folder), `${content}\n`)
}

/** The programs that are kept in a folder, by file name. */
export function keptPrograms(folder: URL): [string, RawProgram][] {
  const files = existsSync(folder) ? readdirSync(folder) : []
  return files.map((file) => [file, (JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { program: RawProgram }).program])
}

/** Looks for a program that fails among `count` random ones, and keeps the smallest that is found; its text, or null. */
export function failingProgram(folder: URL, seed: number, count: number, wrongWith: (raw: RawProgram) => string | null): string | null {
  const { failed, counterexample } = fc.check(
    fc.property(randomProgram, (raw) => wrongWith(raw) === null),
    { seed, numRuns: count, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
  )
  if (!failed) return null
  const [raw] = counterexample as [RawProgram]
  const text = wrongWith(raw) ?? 'differs, but not every time'
  keepProgram(folder, raw, text)
  return text
}
