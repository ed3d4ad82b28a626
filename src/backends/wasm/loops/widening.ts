// Elementwise kernels that compute much are handed to V8's revectorizer: a second copy of the code is optimised with its flag on, and takes
// over once it has been proved right and faster.
import { floats, reserve, unreserve, words } from '../../../core/memory/heap.ts'
import { compileKernel, type Kernel } from '../launch.ts'
import { recorder } from '../launch-recorder.ts'
import { type Candidate, candidates, lookAgain, mayRevectorize, OPTIMISED, revectorize, time, WARM_CALLS } from '../revectorizer.ts'
import type { Variant } from './emit.ts'
import type { LoopKernel } from './ir.ts'
import { scalarCount } from './kernel-facts.ts'
import type { Compiled } from './variants.ts'

/** Nanoseconds for an element from which on arithmetic, not memory, takes the time. */
const COMPUTES_MUCH = 0.5
/** Nanoseconds of work from which on a copy is worth its compilation and warming up, a few milliseconds. */
const ENOUGH = 2e7
/** What part of the time the copy takes at most. */
const FASTER = 0.85
/** Elements of each operand in a probe. */
const PROBE = 1024
const LEAST_WORDS = 64

const spent = /*@__PURE__*/ new WeakMap<Compiled, number>()

/** Whether a kernel's operands lie side by side, so that a probe is easy to make, and it computes much. */
export const mayWiden = (kernel: LoopKernel, { schedule, outerRank, innerRank, types }: Variant, elementTime: number): boolean =>
  schedule === 'outer' &&
  outerRank === 1 &&
  innerRank === 0 &&
  elementTime >= COMPUTES_MUCH &&
  types.every(({ name }) => name === 'float32') &&
  scalarCount(kernel) === 0

/** Takes note of a launch. */
export function countWork(compiled: Compiled, work: number): void {
  if (recorder === null) return count(compiled, work)
  recorder.choose((runs) => {
    count(compiled, runs * work)
    return compiled.kernel
  })
}

function count(compiled: Compiled, work: number): void {
  if (candidates() > 0) lookAgain()
  if (compiled.copy === null) return
  const sum = (spent.get(compiled) ?? 0) + work
  spent.set(compiled, sum)
  if (sum < ENOUGH || !mayRevectorize()) return
  const { copy } = compiled
  compiled.copy = null
  revectorize(widening(compiled, copy))
}

function widening(compiled: Compiled, copy: NonNullable<Compiled['copy']>): Candidate {
  const bytes = PROBE * 4
  const at = reserve(LEAST_WORDS * 4 + copy.operands * bytes)
  const start = at + LEAST_WORDS * 4
  const end = start + copy.operands * bytes
  const results = (probe: () => void): Int32Array => {
    for (let i = start >>> 2; i < end >>> 2; i++) floats[i] = (((i * 7919) % 2003) / 1001 - 1) * 5
    probe()
    return words.slice(start >>> 2, end >>> 2)
  }
  let twin: Kernel = compiled.kernel
  const probe = (): void => twin.run(at, 0, 1)
  const own = (): void => compiled.kernel.run(at, 0, 1)
  let unoptimised = 0
  let expected: Int32Array = new Int32Array(0)
  return {
    warmUp() {
      if (at === 0) return
      // one unit of so many elements; then each operand's address and stride
      words.set([1, 1, PROBE, PROBE, 1], at >>> 2)
      for (let k = 0; k < copy.operands; k++) words.set([start + k * bytes, 0], (at >>> 2) + 5 + 2 * k)
      // one function more, since V8 knows code by its bytes
      const distinct = { name: 'wide', params: [], result: null, locals: [], body: [] } as const
      twin = compileKernel(compiled.kernel.name, [copy.code, distinct])
      expected = results(probe)
      unoptimised = time(probe)
      for (let i = 0; i < WARM_CALLS; i++) probe()
    },
    isOptimised: () => time(probe) <= unoptimised * OPTIMISED,
    settle() {
      if (at === 0) return
      if (time(probe) <= FASTER * time(own)) {
        const found = results(probe)
        if (expected.every((word, i) => word === found[i])) compiled.kernel = twin
      }
      unreserve(at)
    },
  }
}
