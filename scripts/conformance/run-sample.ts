// Runs one sample: the call, its results, and the gradients of the sum of results · cotangents.
import { autograd, isTensor, type Tensor } from '../../src/index.ts'
import { isWrittenTensor, ownDtype, readArgument, Unsupported } from './arguments.ts'
import { difference, expectedOf, ofGradients, resultDifference, resultsOf } from './compare.ts'
import type { Invoke } from './operations.ts'
import type { Sample, Written } from './sample-format.ts'

/** What became of a sample; the reason says what differed or what there is not. */
export interface Outcome {
  readonly state: 'passed' | 'failed' | 'unsupported'
  readonly reason: string
}

const failed = (reason: string): Outcome => ({ state: 'failed', reason })

/** The first sentence of what was thrown. */
const sentence = (error: unknown): string => String(error instanceof Error ? error.message : error).split('\n')[0] as string

const numbersOnly = (written: Written): boolean =>
  typeof written === 'object' && written !== null && 'l' in written ? written.l.every(numbersOnly) : !isWrittenTensor(written)

/** Where Python's integers give integers, we name the dtype: numbers have no kind here (docs/differences.md). */
function dtypeOfNumbers(sample: Sample): { readonly dtype?: string } {
  const integers = isWrittenTensor(sample.out) && ['int64', 'bool'].includes(sample.out.t)
  return integers && [sample.in, ...sample.args, ...Object.values(sample.kw)].every(numbersOnly) ? { dtype: ownDtype(sample.out.t) } : {}
}

function gradientsDiffer(sample: Sample, results: readonly unknown[], leaves: readonly Tensor[], bytes: ArrayBuffer): string | null {
  const { cot = [], grads = [] } = sample
  const outputs = results.filter(isTensor).filter((result) => result.requiresGrad)
  if (outputs.length !== cot.length) return `${outputs.length} results require a gradient, expected ${cot.length}`
  if (cot.length === 0) return null
  const gradOutputs = cot.map((written) => readArgument(written, bytes, []) as Tensor)
  const gradients = autograd.grad(outputs, leaves, { gradOutputs, allowUnused: true })
  for (const [i, expected] of grads.entries()) {
    const gradient = gradients[i] ?? null
    if (expected === null && gradient === null) continue
    const differs =
      expected === null
        ? 'a tensor, expected none'
        : gradient === null
          ? 'none, expected a tensor'
          : difference(gradient, expected, bytes, ofGradients(gradient.dtype))
    if (differs !== null) return `gradient ${i}: ${differs}`
  }
  return null
}

/** Runs a sample with an operation of ours. */
export function runSample(invoke: Invoke, sample: Sample, bytes: ArrayBuffer): Outcome {
  try {
    const leaves: Tensor[] = []
    const read = (written: Written): unknown => readArgument(written, bytes, leaves)
    const expected = expectedOf(sample.out)
    for (const written of expected) if (isWrittenTensor(written)) ownDtype(written.t)
    const values = [read(sample.in), ...sample.args.map(read)]
    const keywords = Object.fromEntries(Object.entries(sample.kw).map(([name, value]) => [name, read(value)]))
    const results = resultsOf(invoke(values, { ...dtypeOfNumbers(sample), ...keywords }))
    if (results.length !== expected.length) return failed(`${results.length} results, expected ${expected.length}`)
    for (const [i, written] of expected.entries()) {
      const differs = resultDifference(results[i], written, bytes, sample.e32?.[0])
      if (differs !== null) return failed(expected.length === 1 ? differs : `result ${i}: ${differs}`)
    }
    const differs = gradientsDiffer(sample, results, leaves, bytes)
    return differs === null ? { state: 'passed', reason: '' } : failed(differs)
  } catch (error) {
    return error instanceof Unsupported ? { state: 'unsupported', reason: error.message } : failed(sentence(error))
  }
}
