// `npm run bench`: time per run, side by side with PyTorch where python3-torch is installed. Ends badly when a limit is missed.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { do_not_optimize, measure } from 'mitata'
import { type Case, makeCases, runOtherOperations } from './cases.ts'

/** Microseconds by name; without PyTorch the tuned time of the one case that has a limit, taken on two cores of an AMD EPYC (Zen 3). */
function pytorchTimes(): Readonly<Record<string, number>> {
  try {
    const script = fileURLToPath(new URL('pytorch.py', import.meta.url))
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
    return JSON.parse(execFileSync('/usr/bin/python3', [script], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return { 'linear regression 100×3, SGD: a step': 157 }
  }
}

function limitOf({ limit, name }: Case, pytorch: Readonly<Record<string, number>>): number | null {
  if (!limit) return null
  if ('microseconds' in limit) return limit.microseconds
  const time = pytorch[name]
  return time === undefined ? null : limit.partOfPyTorch * time
}

const wanted = process.argv[2] ?? ''
const cell = (microseconds: number | null | undefined) => (microseconds == null ? '' : microseconds.toFixed(2)).padStart(12)
const pytorch = pytorchTimes()
runOtherOperations()
console.log(`${'microseconds a run (median)'.padEnd(46)}${['Wengert', 'PyTorch', 'limit'].map((head) => head.padStart(12)).join('')}`)
let missed = 0
for (const entry of makeCases().filter(({ name }) => name.includes(wanted))) {
  const { p50 } = await measure(() => do_not_optimize(entry.run()))
  const time = p50 / 1000
  const limit = limitOf(entry, pytorch)
  const over = limit !== null && time > limit
  if (over) missed++
  console.log(`${entry.name.padEnd(46)}${cell(time)}${cell(pytorch[entry.name])}${cell(limit)}${over ? '  missed' : ''}`)
}
if (missed > 0) process.exitCode = 1
