// What compiled steps cost besides their kernels, a line for each network, in a process of its own: recording it and making its plan for the first
// time, how much memory its intermediates share, and what a run takes in which kernels do nothing.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readArguments } from '../src/compile/arguments.ts'
import { type Recording, record } from '../src/compile/recording.ts'
import { manualSeed } from '../src/index.ts'
import { networks, trainingStep } from './networks.ts'

/** Limits: milliseconds, the share of the sum, microseconds. */
const limits = { recording: 700, shared: 0.6, overhead: 30 } as const
/** Plans of fewer bytes consist of arguments. */
const SMALL = 65536
const RUNS = 2001

interface Costs {
  readonly recording: number
  readonly steps: number
  readonly bytes: number
  readonly shared: number
  readonly overhead: number
}

/** Microseconds that a run takes in which nothing is computed, a median: counts, rates and checks of what is given remain. */
function overheadOf({ plan, run }: { readonly plan: Recording['plan']; readonly run: () => void }): number {
  const idle = { name: 'idle', run: () => undefined, number: 0, bytes: new Uint8Array(0), address: 0 }
  const recorded = plan.lowered.steps
  // what the host computes from intermediates, which are not there, it refuses
  const computes = (i: number): boolean => {
    const step = recorded[i]
    return step?.kind === 'host' && step.views.some(({ buffer }) => buffer.role === 'temporary')
  }
  plan.lowered = { ...plan.lowered, choices: [] }
  plan.steps = plan.steps
    .filter((_, i) => !computes(i))
    .map((step) => (step.run === null ? { ...step, kernel: idle, follower: null, work: 0 } : step))
  const samples = Array.from({ length: 2 * RUNS }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  })
  return 1000 * (samples.slice(RUNS).sort((a, b) => a - b)[RUNS >> 1] as number)
}

function costsOf(name: keyof typeof networks): Costs {
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
    overhead: overheadOf({ plan, run: () => recording.run(given) }),
  }
}

/** Prints the costs of all networks; says whether all are within the limits. */
export function plans(): boolean {
  console.log(
    `${'a compiled training step'.padEnd(32)}${['steps', 'recording', 'shared', 'overhead'].map((head) => head.padStart(12)).join('')}`,
  )
  const within = Object.keys(networks).map((name) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--conditions=@wengert/source', fileURLToPath(import.meta.url), name], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    const { recording, steps, shared, overhead } = JSON.parse(stdout) as Costs
    const isWithin = recording <= limits.recording && shared <= limits.shared && overhead <= limits.overhead
    const cells = [
      String(steps),
      `${recording.toFixed(0)} ms`,
      shared === 0 ? '–' : `${(100 * shared).toFixed(0)} %`,
      `${overhead.toFixed(1)} µs`,
    ]
    console.log(`${name.padEnd(32)}${cells.map((cell) => cell.padStart(12)).join('')}${isWithin ? '' : '  missed'}`)
    return isWithin
  })
  console.log(`at most ${limits.recording} ms, ${100 * limits.shared} % of the sum of the intermediates, ${limits.overhead} µs`)
  return within.every(Boolean)
}

const own = process.argv[2]
if (process.argv[1] === fileURLToPath(import.meta.url) && own !== undefined)
  process.stdout.write(JSON.stringify(costsOf(own as keyof typeof networks)))
