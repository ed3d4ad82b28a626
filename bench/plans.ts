// What compiled steps cost besides their kernels, a line for each network, in a process of its own: recording it and making its plan for the first
// time, how much memory its intermediates share, and what a call takes in which kernels do nothing.
import { spawnSync } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { FunctionBuilder } from '../src/backends/wasm/builder.ts'
import { compileKernel } from '../src/backends/wasm/launch.ts'
import { type Kernel, readyWorkers } from '../src/backends/wasm/threads/pool.ts'
import { readArguments } from '../src/compile/arguments.ts'
import { type Recording, record } from '../src/compile/recording.ts'
import { getNumThreads, manualSeed } from '../src/index.ts'
import { networks, trainingStep } from './networks.ts'

/** Limits: milliseconds, the share of the sum, microseconds. */
const limits = { recording: 700, shared: 0.6, overhead: 30 } as const
/** Plans of fewer bytes consist of arguments. */
const SMALL = 65536
const RUNS = 2001
/** Milliseconds after which the engine has optimised what is called all the time. */
const WARM_UP = 500

interface Costs {
  readonly recording: number
  readonly steps: number
  readonly bytes: number
  readonly shared: number
  readonly overhead: number
  readonly threads: number
}

/** A kernel without instructions. */
function idleKernel(): Kernel {
  const params = ['args', 'from', 'to'].map((name) => [name, 'i32'] as const)
  return compileKernel('idle', [new FunctionBuilder('run', params).finish()])
}

/** Has all kernels do nothing; counts, rates and checks of what is given remain. */
function idle(plan: Recording['plan']): void {
  const kernels = new Map<Kernel, Kernel>()
  const recorded = plan.lowered.steps
  // what the host computes from intermediates, which are not there, it refuses
  const computes = (i: number): boolean => {
    const step = recorded[i]
    return step?.kind === 'host' && step.views.some(({ buffer }) => buffer.role === 'temporary')
  }
  plan.lowered = { ...plan.lowered, choices: [] }
  plan.steps = plan.steps
    .filter((_, i) => !computes(i))
    .map((step) => {
      if (step.run !== null) return step
      const kernel = kernels.get(step.kernel) ?? idleKernel()
      kernels.set(step.kernel, kernel)
      return { ...step, kernel, follower: null }
    })
}

/** Microseconds, a median. */
function timeOf(run: () => void): number {
  for (const end = performance.now() + WARM_UP; performance.now() < end; ) run()
  const samples = Array.from({ length: RUNS }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  })
  return 1000 * (samples.sort((a, b) => a - b)[RUNS >> 1] as number)
}

/**
 * Microseconds that a call takes in which kernels do nothing: reading its arguments, looking at guards, and running the plan on the calling thread, so
 * that nobody waits for anybody; and how many more where launches are shared among threads, which is opening gates, handing out
 * tasks and waiting for workers.
 */
async function overheadOf(recording: Recording): Promise<{ readonly overhead: number; readonly threads: number }> {
  const { plan } = recording
  const call = (): void => {
    const given = readArguments([])
    if (given === null || !recording.holdsFor(given) || recording.changesShared(given))
      throw new Error('the recording is not for this call')
    recording.run(given)
  }
  idle(plan)
  const shared = plan.steps
  plan.steps = shared.map((step) => (step.run === null ? { ...step, work: 0 } : step))
  const overhead = timeOf(call)
  plan.steps = shared
  call()
  for (let looks = 0; looks < 50 && readyWorkers().length < getNumThreads() - 1; looks++) {
    await setTimeout(10)
    call()
  }
  return { overhead, threads: timeOf(call) - overhead }
}

async function costsOf(name: keyof typeof networks): Promise<Costs> {
  manualSeed(0)
  const step = trainingStep(networks[name]())
  const given = readArguments([])
  if (given === null) throw new Error('a call without arguments can be recorded')
  const start = performance.now()
  const recording = record(step, given)
  const took = performance.now() - start
  recording.run(given)
  const { plan } = recording
  const { separate, shared, block } = plan.memory
  return {
    recording: took,
    steps: plan.steps.length,
    bytes: separate,
    shared: block > SMALL ? shared / separate : 0,
    ...(await overheadOf(recording)),
  }
}

/** Prints the costs of all networks; says whether all are within the limits. */
export function plans(): boolean {
  console.log(
    `${'a compiled training step'.padEnd(32)}${['steps', 'recording', 'shared', 'overhead', 'threads'].map((head) => head.padStart(12)).join('')}`,
  )
  const within = Object.keys(networks).map((name) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--conditions=@wengert/source', fileURLToPath(import.meta.url), name], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    const { recording, steps, shared, overhead, threads } = JSON.parse(stdout) as Costs
    const isWithin = recording <= limits.recording && shared <= limits.shared && overhead <= limits.overhead
    const cells = [
      String(steps),
      `${recording.toFixed(0)} ms`,
      shared === 0 ? '–' : `${(100 * shared).toFixed(0)} %`,
      `${overhead.toFixed(1)} µs`,
      `${threads.toFixed(0)} µs`,
    ]
    console.log(`${name.padEnd(32)}${cells.map((cell) => cell.padStart(12)).join('')}${isWithin ? '' : '  missed'}`)
    return isWithin
  })
  console.log(`at most ${limits.recording} ms, ${100 * limits.shared} % of the sum of the intermediates, ${limits.overhead} µs`)
  return within.every(Boolean)
}

const own = process.argv[2]
if (process.argv[1] === fileURLToPath(import.meta.url) && own !== undefined)
  process.stdout.write(JSON.stringify(await costsOf(own as keyof typeof networks)))
