// One record against PyTorch's results: outputs and first gradients of every sample, in both dtypes and every form of the call.
import { readFileSync } from 'node:fs'
import { fromTypedArray, isTensor, type Tensor } from 'wengert'
import { backward } from 'wengert/autograd'
import { describeSample, fingerprint } from '../records/describe.ts'
import type { Form, OperationRecord, Sample } from '../records/specs.ts'
import { cotangent } from '../records/values.ts'
import { buildCall, type Floating } from './build.ts'
import { difference, type Expected, type Tolerance } from './compare.ts'
import { flattenResults, formsFor, invoke, tracked } from './invoke.ts'

interface Result {
  readonly out: readonly (Expected | { readonly value: unknown })[]
  readonly grads?: readonly (Expected | null)[]
}
export type Entry = { readonly inputs: number } & { readonly [run in 'float32' | 'float64' | 'exact']?: Result }

export function fixturesOf(group: string): Readonly<Record<string, Entry>> {
  return JSON.parse(readFileSync(new URL(`../fixtures/operations/${group}.json`, import.meta.url), 'utf8'))
}

const arrays = { float32: Float32Array, float64: Float64Array }

function cotangentFor(output: Tensor, number: number): Tensor {
  const dtype = output.dtype as Floating
  return fromTypedArray(arrays[dtype].from(cotangent(output.elementCount, number)), [...output.shape], { dtype })
}

function compareOutputs(results: readonly unknown[], expected: Result['out'], tolerance: Tolerance): string[] {
  if (results.length !== expected.length) return [`${results.length} results instead of ${expected.length}`]
  return expected.flatMap((wanted, i) => {
    const actual = results[i]
    if ('value' in wanted) return actual === wanted.value ? [] : [`gave ${String(actual)} instead of ${String(wanted.value)}`]
    if (!isTensor(actual)) return [`result ${i} is no tensor`]
    const found = difference(actual, wanted as Expected, tolerance)
    return found ? [`output ${i}: ${found}`] : []
  })
}

/** Gradients of a leaf: right, and in memory of their own. */
function compareGradients(
  call: ReturnType<typeof buildCall>,
  results: readonly unknown[],
  expected: Result['grads'],
  tolerance: Tolerance,
): string[] {
  const outputs = tracked(results)
  if (!expected) return outputs.length === 0 ? [] : ['requires grad, but PyTorch’s result does not']
  if (outputs.length === 0) return ['does not require grad']
  const cotangents = outputs.map(({ output, number }) => cotangentFor(output, number))
  backward(
    outputs.map(({ output }) => output),
    { gradTensors: cotangents },
  )
  const others = [...call.tensors, ...cotangents, ...results.filter(isTensor)].map((tensor) => tensor.storage)
  return call.leaves.flatMap((leaf, i) => {
    const wanted = expected[i]
    if (!leaf.grad) return wanted?.[2].some((value) => value !== 0) ? [`gradient ${i} is missing`] : []
    const shared = others.includes(leaf.grad.storage)
    others.push(leaf.grad.storage)
    if (shared) return [`gradient ${i} shares its memory`]
    if (!wanted)
      return Array.from(leaf.grad.toTypedArray() as Float64Array).every((value) => value === 0) ? [] : [`gradient ${i} should be zero`]
    const found = difference(leaf.grad, wanted, tolerance)
    return found ? [`gradient ${i}: ${found}`] : []
  })
}

function check(record: OperationRecord, sample: Sample, form: Form, floating: Floating, expected: Result): string[] {
  const call = buildCall(record, sample, floating)
  const before = call.tensors.map((tensor) => tensor.toTypedArray().join())
  const tolerance = record.tolerances[floating]
  const results = flattenResults(record, invoke(record, call, form))
  const wrong = compareOutputs(results, expected.out, tolerance)
  if (wrong.length > 0) return wrong
  if (call.leaves.length > 0) wrong.push(...compareGradients(call, results, expected.grads, tolerance))
  if (!record.writes && call.tensors.some((tensor, i) => tensor.toTypedArray().join() !== before[i])) wrong.push('changed an input')
  return wrong
}

function attempt(run: () => string[]): string[] {
  try {
    return run()
  } catch (error) {
    return [`threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`]
  }
}

/** What differs from the fixtures, a line for each sample. */
export function failuresOf(record: OperationRecord, fixtures: Readonly<Record<string, Entry>>): string {
  const failures: string[] = []
  for (const sample of record.samples) {
    const label = describeSample(record, sample)
    const entry = fixtures[label]
    if (entry?.inputs !== fingerprint(record, sample)) {
      failures.push(`${label} has no fixture, or one of other inputs: npm run fixtures`)
      continue
    }
    for (const run of ['float32', 'float64', 'exact'] as const) {
      const expected = entry[run]
      if (!expected) continue
      const floating = run === 'float64' ? run : 'float32'
      for (const form of formsFor(record, buildCall(record, sample, floating))) {
        const wrong = attempt(() => check(record, sample, form, floating, expected))
        failures.push(...wrong.map((what) => `${form} ${label} in ${run}: ${what}`))
      }
    }
  }
  return failures.join('\n')
}
