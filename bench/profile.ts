// Where the time of a case goes: by primitive and shapes with speeds, by kernel, and what is left for everything in between.
import { type LaunchObserver, setLaunchObserver } from '../src/backends/wasm/launch.ts'
import type { Value } from '../src/core/value.ts'
import { getNumThreads, manualSeed } from '../src/index.ts'
import { setStopwatch } from '../src/primitives/bind.ts'
import { cases, type Mode } from './cases.ts'
import { caseNames } from './limits.ts'
import { warmUp } from './measure.ts'
import { milliseconds } from './table.ts'

interface Entry {
  readonly name: string
  calls: number
  ms: number
  readonly bytes: number
  readonly flops: number
}

const LINES = 24

/** Of a convolution's operands, [its weight, what has its output's shape]. */
const convolutions: Readonly<Record<string, (inputs: readonly Value[], output: Value) => readonly [Value | undefined, Value | undefined]>> =
  {
    convolution: ([, weight], output) => [weight, output],
    convolutionInputGradient: ([gradient, weight]) => [weight, gradient],
    convolutionWeightGradient: ([, gradient], weight) => [weight, gradient],
  }

/** Multiplications and additions of a contraction; 0 where memory is what counts. */
function flopsOf(primitive: string, inputs: readonly Value[], output: Value): number {
  if (primitive === 'matmul') return 2 * output.elementCount * (inputs[0]?.shape.at(-1) ?? 1)
  const [weight, result] = convolutions[primitive]?.(inputs, output) ?? []
  return weight && result ? (2 * result.elementCount * weight.elementCount) / (weight.shape[0] ?? 1) : 0
}

const bytesOf = (values: readonly Value[]): number =>
  values.reduce((sum, { elementCount, storage }) => sum + elementCount * storage.type.bytes, 0)

const shapesOf = (inputs: readonly Value[], output: Value): string =>
  `${inputs.map(({ shape }) => (shape.length === 0 ? '·' : shape.join('×'))).join(' ')} → ${output.shape.join('×') || '·'}`

function add(entries: Map<string, Entry>, name: string, ms: number, bytes: number, flops: number): void {
  const entry = entries.get(name)
  if (entry === undefined) entries.set(name, { name, calls: 1, ms, bytes, flops })
  else {
    entry.calls++
    entry.ms += ms
  }
}

function speedOf({ calls, ms, bytes, flops }: Entry): string {
  const perSecond = (amount: number) => ((amount * calls) / ms / 1e6).toFixed(1)
  if (flops > 0) return `${perSecond(flops)} GFLOP/s`
  return bytes > 0 ? `${perSecond(bytes)} GB/s` : ''
}

function print(title: string, entries: ReadonlyMap<string, Entry>, runs: number, total: number): void {
  console.log(`\n${title.padEnd(64)}${['share', 'ms a run', 'calls'].map((head) => head.padStart(10)).join('')}`)
  const sorted = [...entries.values()].sort((a, b) => b.ms - a.ms)
  for (const entry of sorted.slice(0, LINES)) {
    const share = `${((100 * entry.ms) / total).toFixed(1)} %`
    const cells = [share, milliseconds(entry.ms / runs), (entry.calls / runs).toFixed(0)].map((cell) => cell.padStart(10))
    console.log(`${entry.name.slice(0, 63).padEnd(64)}${cells.join('')}   ${speedOf(entry)}`)
  }
  const rest = sorted.slice(LINES)
  const sum = rest.reduce((ms, entry) => ms + entry.ms, 0)
  if (rest.length > 0) console.log(`${`… and ${rest.length} others`.padEnd(64)}${`${((100 * sum) / total).toFixed(1)} %`.padStart(10)}`)
}

/** Prints the profile of the one case whose name contains the words, in a mode; on as many threads as `WENGERT_NUM_THREADS` says. */
export async function profile(words: string, mode: Mode, seconds: number): Promise<void> {
  const found = caseNames.filter((name) => name === words || name.includes(words))
  const name = found.find((one) => one === words) ?? found[0]
  if (name === undefined) throw new Error(`no case has "${words}" in its name:\n  ${caseNames.join('\n  ')}`)
  manualSeed(0)
  const setUp = cases[name][mode]
  if (setUp === undefined) throw new Error(`${name} has no ${mode} form`)
  const run = setUp()
  await warmUp(run, seconds)
  const plain = runFor(run, seconds)

  const primitives = new Map<string, Entry>()
  const kernels = new Map<string, Entry>()
  const observer: LaunchObserver = {
    launching: (kernel, tasks, work, start, follower) => {
      const began = performance.now()
      start(work)
      const name = follower === null ? kernel.name : `${kernel.name} · ${follower.kernel.name}`
      add(kernels, `${name}, ${tasks} tasks`, performance.now() - began, 0, 0)
    },
  }
  setLaunchObserver(observer)
  const stopwatch = setStopwatch((primitive, inputs, output, start) => {
    const ms = performance.now() - start
    const flops = flopsOf(primitive, inputs, output)
    add(primitives, `${primitive} ${shapesOf(inputs, output)}`, ms, bytesOf([...inputs, output]), flops)
  })
  const watched = runFor(run, seconds)
  setStopwatch(stopwatch)
  setLaunchObserver(null)

  const inside = [...primitives.values()].reduce((sum, { ms }) => sum + ms, 0)
  const inKernels = [...kernels.values()].reduce((sum, { ms }) => sum + ms, 0)
  const share = (ms: number) => `${((100 * ms) / watched.total).toFixed(0)} %`
  console.log(
    `${name}, ${mode}, ${getNumThreads()} threads: ${milliseconds(plain.ms)} ms a run; ${milliseconds(watched.ms)} ms while watched`,
  )
  console.log(`in primitives ${share(inside)}, of which in kernels ${share(inKernels)}; around them ${share(watched.total - inside)}`)
  print('by primitive and shapes', primitives, watched.runs, watched.total)
  print('by kernel', kernels, watched.runs, watched.total)
}

interface Runs {
  readonly runs: number
  readonly total: number
  readonly ms: number
}

function runFor(run: () => unknown, seconds: number): Runs {
  const start = performance.now()
  let runs = 0
  do {
    run()
    runs++
  } while (performance.now() - start < seconds * 1000)
  const total = performance.now() - start
  return { runs, total, ms: total / runs }
}
