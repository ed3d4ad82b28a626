// Elementwise kernels that compute much are handed to V8's revectorizer: a second copy of the code is optimised with its flag on, and takes
// over once it has been proved right and faster.
import { floats, reserve, unreserve, words } from '../../../core/memory/heap.ts'
import type { FunctionCode } from '../assembler.ts'
import { compileKernel, type Kernel } from '../launch.ts'
import { recorder } from '../launch-recorder.ts'
import { type Candidate, candidates, lookAgain, mayRevectorize, OPTIMISED, revectorize, time, WARM_CALLS } from '../revectorizer.ts'
import type { Variant } from './emit.ts'
import type { LoopKernel } from './ir.ts'
import { scalarCount, summedOperands } from './kernel-facts.ts'
import type { Compiled } from './variants.ts'

/** Nanoseconds for an element from which on arithmetic, not memory, takes the time. */
const COMPUTES_MUCH = 0.5
/** Nanoseconds of work from which on a copy is worth its compilation and warming up, a few milliseconds. */
const ENOUGH = 2e7
/** What part of the time the copy takes at most. */
const FASTER = 0.85
/** Elements of each operand in a probe. */
const PROBE = 1024
const MOST_WORDS = 256
/** What a probe has for a kernel's scalars. */
const SCALAR = 0.5

/** What the revectorizer gets: a copy of the code, and the words of a probe for operands at an address. */
export interface Copy {
  readonly code: FunctionCode
  readonly operands: number
  readonly words: (start: number) => readonly number[]
}

/** A copy of a kernel that computes much, and whose operands lie side by side along its lanes, so that a probe is easy to make; else null. */
export function copyOf(kernel: LoopKernel, variant: Variant, elementTime: number, code: FunctionCode): Copy | null {
  const { schedule, outerRank, innerRank, types, steppings } = variant
  const isAlongLanes = schedule === 'inner' ? innerRank > 0 : schedule === 'outer' && innerRank === 0
  if (!isAlongLanes || elementTime < COMPUTES_MUCH || steppings.includes(2) || types.some(({ name }) => name !== 'float32')) return null
  const ones = (count: number): number[] => new Array<number>(count).fill(1)
  const zeros = (count: number): number[] => new Array<number>(count).fill(0)
  const summed = summedOperands(kernel)
  const [scalarWord] = new Int32Array(Float32Array.of(SCALAR).buffer) as unknown as readonly [number]
  return {
    code,
    operands: kernel.operands,
    // one unit; the lanes' dim alone has more than one element
    words: (start) => [
      1,
      1,
      ...(schedule === 'outer' ? [PROBE, PROBE] : []),
      ...ones(outerRank),
      ...(innerRank > 0 ? [...ones(innerRank - 1), PROBE] : []),
      ...steppings.flatMap((stepping, k) => [
        start + k * PROBE * 4,
        ...zeros(outerRank),
        ...(innerRank > 0 ? [...zeros(innerRank - 1), 4 * stepping] : []),
        ...(summed.has(k) ? [0] : []),
      ]),
      ...ones(scalarCount(kernel)).map(() => scalarWord),
    ],
  }
}

const spent = /*@__PURE__*/ new WeakMap<Compiled, number>()

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

function widening(compiled: Compiled, copy: Copy): Candidate {
  const at = reserve((MOST_WORDS + copy.operands * PROBE) * 4)
  const start = at + MOST_WORDS * 4
  const end = start + copy.operands * PROBE * 4
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
      words.set(copy.words(start), at >>> 2)
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
