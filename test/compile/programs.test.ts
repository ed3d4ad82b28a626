// Random programs compiled: what they give is what they give eagerly and on the reference, forward and backward, on one thread and on several.
// A program that fails is made small, printed as code, and kept in `kept/`; what is kept there is run again every time.
import { expect, test } from 'vitest'
import { compile, IndexError, type Tensor } from 'wengert'
import { backward } from 'wengert/autograd'
import { heapFrom, setHeapFrom } from '../../src/core/memory/heap.ts'
import { plan, type RawProgram } from '../programs/plan.ts'
import { cotangentOf, draw, execute, type Program, printProgram } from '../programs/program.ts'
import { failingProgram, keptPrograms } from '../programs/random-programs.ts'
import { bitDifference, difference, disturb, disturbGradient, type Numbers, type Outcome, replay } from '../programs/replay.ts'
import { eachThreadCount, sharedLaunches } from '../programs/threads.ts'

/** What compile refuses: the size of its result depends on contents. */
const sizedByContents = new Set(['maskedSelect'])

interface Run {
  /** Copies of each variable as it was after its statement, where they are asked for. */
  readonly snapshots: readonly Tensor[]
  /** What is differentiated, as it is in the end. */
  readonly ends: readonly Tensor[]
  /** What differentiating threw. */
  readonly error: string | null
}

/** The program as a function of its leaves; `observe` sees each result. */
function programOf(
  { statements, outputs }: Program,
  observe?: (result: Tensor, statement: number) => Tensor | null,
): (leaves: readonly Tensor[]) => Run {
  return (leaves) => {
    const variables = [...leaves]
    const snapshots: Tensor[] = []
    statements.forEach((statement, i) => {
      const result = execute(statement, variables)
      variables.push(result)
      const snapshot = observe?.(result, i) ?? null
      if (snapshot !== null) snapshots.push(snapshot)
    })
    const ends = outputs.map((variable) => variables[variable] as Tensor)
    let error: string | null = null
    try {
      if (ends.length > 0) backward(ends, { gradTensors: ends.map((end, i) => cotangentOf(end, outputs[i] as number)) })
    } catch (thrown) {
      error = String(thrown)
    }
    return { snapshots, ends: ends.map((end) => end.detach()), error }
  }
}

interface Numbered extends Outcome {
  readonly ends: readonly Numbers[]
}

/** Calls a program and reads what came of it; memory from `from` bytes on lives in the heap. */
function call(run: (leaves: readonly Tensor[]) => Run, leaves: readonly Tensor[], from: number): Numbered {
  const before = setHeapFrom(from)
  try {
    for (const leaf of leaves) leaf.grad = null
    const { snapshots, ends, error } = run(leaves)
    const all = [...leaves, ...snapshots]
    return {
      dtypes: all.map(({ dtype }) => dtype),
      shapes: all.map(({ shape }) => shape.join()),
      values: all.map((variable) => variable.toTypedArray()),
      ends: ends.map((end) => end.toTypedArray()),
      gradients: leaves.map(({ grad }) => grad?.toTypedArray() ?? null),
      error,
    }
  } finally {
    setHeapFrom(before)
  }
}

/** The first of several lists that is further away from what it should be than `noisy`, in which errors are larger than rounding makes them. */
function apart(actual: Lists, expected: Lists, noisy: Lists): string | null {
  for (const [k, wanted] of expected.entries()) {
    const [got, disturbed] = [actual[k] ?? null, noisy[k] ?? null]
    if (got === null || wanted === null || disturbed === null || got.length !== wanted.length) {
      if (got !== wanted) return `${k} has ${got?.length} elements instead of ${wanted?.length}`
      continue
    }
    const finite = Array.from(wanted as Float64Array).filter(Number.isFinite)
    const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const noise = finite.reduce((most, value, i) => Math.max(most, Math.abs((disturbed[i] as number) - value)), 0)
    const tolerance = 32 * noise + 2 ** -18 * largest
    for (let i = 0; i < wanted.length; i++) {
      const [a, b] = [got[i] as number, wanted[i] as number]
      if (!Object.is(a, b) && a !== b && !(Math.abs(a - b) <= tolerance)) return `${k} has ${a} instead of ${b} at ${i} (±${tolerance})`
    }
  }
  return null
}

type Lists = readonly (Numbers | null)[]
const same = (a: Lists, b: Lists): boolean =>
  a.every((list, k) => list === b[k] || list?.every((value: number, i: number) => Object.is(value, b[k]?.[i])) === true)

/** How many programs make positions of numbers so that an error of rounding leads out of range. */
let brittle = 0

/** The program on the reference, with errors in all that is not exact; null where it cannot take them. */
function disturbed(program: Program): Numbered | null {
  const noise = (result: Tensor, i: number): null => {
    if (program.statements[i]?.tolerance !== null) disturb(result, i)
    if (result.requiresGrad) disturbGradient(result, 1000 + i)
    return null
  }
  try {
    return call(programOf(program, noise), program.leaves.map(draw), Number.POSITIVE_INFINITY)
  } catch (error) {
    if (!(error instanceof IndexError)) throw error
    brittle++
    return null
  }
}

/** What only returns its ends is fused as far as can be: as eager but for rounding, on one thread and on two. */
function fusedDifference(program: Program): string | null {
  const eager = call(programOf(program), program.leaves.map(draw), heapFrom)
  const noisy = disturbed(program)
  const leaves = program.leaves.map(draw)
  const compiled = compile(programOf(program))
  const outcomes: Numbered[] = []
  eachThreadCount(() => outcomes.push(call(compiled, leaves, heapFrom)))
  const [one, two] = outcomes as [Numbered, Numbered]
  if (one.error !== eager.error) return `error ${one.error} instead of ${eager.error}`
  if (!same(one.ends, two.ends) || !same(one.gradients, two.gradients)) return 'two threads give other bits than one'
  if (noisy === null) return null
  const [ends, gradients] = [apart(one.ends, eager.ends, noisy.ends), apart(one.gradients, eager.gradients, noisy.gradients)]
  return (ends && `end ${ends}`) ?? (gradients && `gradient of v${gradients}`)
}

const snapshot = (result: Tensor): Tensor => result.detach().clone()

/**
 * Every variable after its statement, from a closure's tensors that all live in the heap: as eager, which goes on from what was given, so that
 * errors do not add up. That eager gives what the reference gives is test/programs' matter.
 */
function stepwiseDifference(program: Program): string | null {
  const leaves = program.leaves.map(draw)
  const compiled = compile(() => programOf(program, snapshot)(leaves))
  const [first, again] = [call(compiled, leaves, 1), call(compiled, leaves, 1)]
  const differs = bitDifference(program, again, first)
  if (differs !== null) return `second call: ${differs}`
  const noisy = [replay(program, { heapFrom: Number.POSITIVE_INFINITY, follow: first, noise: 1000 })]
  const wrong = difference(program, replay(program, { heapFrom: 1, follow: first }), first, noisy)
  return wrong && `eager, which goes on from compiled: ${wrong}`
}

/** What is wrong with a program, with its text; null where nothing is. Half of the programs run stepwise, too. */
function wrongWith(raw: RawProgram): string | null {
  const program = plan(raw, sizedByContents)
  const found = fusedDifference(program) ?? (program.statements.length % 2 === 0 ? stepwiseDifference(program) : null)
  return found === null ? null : `${found}\n${printProgram(program)}`
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
    expect(failingProgram(kept, 120 + part, 300 / PARTS, wrongWith)).toBe(null)
  },
  200_000,
)

test('workers took part, and almost all programs could be compared', () => {
  expect(sharedLaunches).toBeGreaterThan(100)
  expect(brittle).toBeLessThan(6)
})
