// Every operation record compiled and eager: results, what inputs become, and gradients, where tensors come from closures and where they are
// arguments, small ones and such as live in the heap.
import { describe, expect, test } from 'vitest'
import { compile, isTensor, manualSeed, TraceError } from 'wengert'
import { backward } from 'wengert/autograd'
import { heapFrom, setHeapFrom } from '../../src/core/memory/heap.ts'
import { buildCall, type Call, type Floating } from '../operations/build.ts'
import { flattenResults, formsFor, invoke, tracked } from '../operations/invoke.ts'
import { differences, type Outcome } from '../operations/outcome.ts'
import { cotangentOf } from '../programs/program.ts'
import { describeSample } from '../records/describe.ts'
import { recordGroups } from '../records/index.ts'
import type { Form, OperationRecord, Sample } from '../records/specs.ts'
import { recordsWithoutFixtures } from '../records/without-fixtures.ts'

/** What is called: the operation, and the gradients of what it gives. */
function compute(record: OperationRecord, call: Pick<Call, 'args' | 'options'>, form: Form): unknown[] {
  const results = flattenResults(record, invoke(record, call, form))
  const outputs = tracked(results).map(({ output }) => output)
  if (outputs.length > 0) backward(outputs, { gradTensors: outputs.map(cotangentOf) })
  return results
}

const outcomeOf = (results: readonly unknown[], { tensors, leaves }: Call): Outcome => [
  ...results.map((result) => (isTensor(result) ? result.detach() : String(result))),
  ...tensors,
  ...leaves.map(({ grad }) => grad ?? 'no gradient'),
]

/** Three calls on the same tensors; the gradients of the last two add up. */
function onClosures(record: OperationRecord, call: Call, form: Form, isCompiled: boolean): Outcome {
  const run = () => compute(record, call, form)
  const step = isCompiled ? compile(run) : run
  let results: unknown[] = []
  for (let i = 0; i < 3; i++) {
    manualSeed(0)
    results = step()
    if (i === 0) for (const leaf of call.leaves) leaf.grad = null
  }
  return outcomeOf(results, call)
}

/** Two calls on arguments, each on tensors of its own. */
function onArguments(record: OperationRecord, build: () => Call, form: Form, isCompiled: boolean): Outcome {
  const run = (args: Call['args'], options: Call['options']) => compute(record, { args, options }, form)
  const step = isCompiled ? compile(run) : run
  let outcome: Outcome = []
  for (let i = 0; i < 2; i++) {
    manualSeed(0)
    const call = build()
    outcome = outcomeOf(step(call.args, call.options), call)
  }
  return outcome
}

type Way = 'closures' | 'arguments'

function run(record: OperationRecord, sample: Sample, floating: Floating, way: Way, isCompiled: boolean): Outcome {
  const build = () => buildCall(record, sample, floating)
  const form = formsFor(record, build())[0]
  if (form === undefined) return ['no form']
  try {
    return way === 'closures' ? onClosures(record, build(), form, isCompiled) : onArguments(record, build, form, isCompiled)
  } catch (error) {
    if (error instanceof TraceError) return [`refused: ${error.message}`]
    return [String(error)]
  }
}

/** Operations of which the size of some result, or the result itself, is known only when they have run. */
const asksForContents = new Set(['allclose', 'argwhere', 'at', 'equal', 'maskedSelect', 'nonzero', 'oneHot', 'repeatInterleave', 'setAt'])
const refusal = (name: string): RegExp =>
  new RegExp(
    `^refused: ${name}: inside compile a tensor has no contents yet, but they are asked for \\(test/(operations/invoke|records/\\w+)\\.ts:\\d+\\)\\. `,
  )

/** Where tensors come from, and from how many bytes on they live in the heap: all ways in turn, in float32 two for each sample. */
const manners = [['closures', 1] as const, ['arguments', heapFrom] as const, ['arguments', 1] as const, ['closures', heapFrom] as const]
const mannersFor = (floating: Floating, sample: number): typeof manners =>
  floating === 'float64' ? manners.slice(sample % 4, (sample % 4) + 1) : manners.slice(2 * (sample % 2), 2 * (sample % 2) + 2)

function failuresOf(record: OperationRecord): string {
  const failures: string[] = []
  let isRefused = false
  const before = heapFrom
  record.samples.forEach((sample, number) => {
    for (const floating of ['float32', 'float64'] as const)
      for (const [way, from] of mannersFor(floating, number)) {
        setHeapFrom(from)
        try {
          const compiled = run(record, sample, floating, way, true)
          if (asksForContents.has(record.name) && refusal(record.name).test(String(compiled[0]))) {
            isRefused = true
            continue
          }
          const wrong = differences(compiled, run(record, sample, floating, way, false), record.tolerances)
          failures.push(...wrong.map((what) => `${describeSample(record, sample)} in ${floating}, ${way}, heap from ${from}: ${what}`))
        } finally {
          setHeapFrom(before)
        }
      }
  })
  if (asksForContents.has(record.name) && !isRefused) failures.push('no sample is refused')
  return failures.join('\n')
}

for (const [group, records] of Object.entries({ ...recordGroups, recordsWithoutFixtures })) {
  describe(`${group}: compiled as eager`, () => {
    for (const record of records) {
      test(record.results ? `${record.name} (${record.results.join(', ')})` : record.name, () => {
        expect(failuresOf(record)).toBe('')
      })
    }
  })
}
