// `npm run bench`: time per run, side by side with PyTorch where python3-torch is installed. Ends badly when a limit is missed.
// Options: `--only WORDS` runs the cases whose names contain them, `--json FILE` keeps the figures with machine and versions.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { do_not_optimize, measure } from 'mitata'
import { type Case, makeCases, runOtherOperations } from './cases.ts'

interface Row {
  readonly case: string
  /** Microseconds a run, median. */
  readonly wengert: number
  readonly pytorch: number | null
  /** Wengert's time over PyTorch's. */
  readonly ratio: number | null
  /** Microseconds that a run may take. */
  readonly limit: number | null
}

interface PyTorch {
  readonly version: string | null
  readonly times: Readonly<Record<string, number>>
}

/** PyTorch's microseconds by name, one thread as here; without PyTorch the one that a limit needs, taken on an AMD EPYC (Zen 3). */
function measurePyTorch(): PyTorch {
  try {
    const script = fileURLToPath(new URL('pytorch.py', import.meta.url))
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
    return JSON.parse(execFileSync('/usr/bin/python3', [script], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as PyTorch
  } catch {
    return { version: null, times: { 'linear regression 100×3, SGD: a step': 157 } }
  }
}

function limitOf({ limit, name }: Case, { times }: PyTorch): number | null {
  if (!limit) return null
  if ('microseconds' in limit) return limit.microseconds
  const time = times[name]
  return time === undefined ? null : limit.partOfPyTorch * time
}

const isOver = ({ wengert, limit }: Row): boolean => limit !== null && wengert > limit
const cell = (value: number | null) => (value === null ? '' : value.toFixed(2)).padStart(12)
const print = (row: Row): void => {
  console.log(
    `${row.case.padEnd(46)}${[row.wengert, row.pytorch, row.ratio, row.limit].map(cell).join('')}${isOver(row) ? '  missed' : ''}`,
  )
}

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, json: { type: 'string' } } })
const pytorch = measurePyTorch()
runOtherOperations()
console.log(
  `${'microseconds a run (median)'.padEnd(46)}${['Wengert', 'PyTorch', 'ratio', 'limit'].map((head) => head.padStart(12)).join('')}`,
)
const rows: Row[] = []
for (const entry of makeCases().filter(({ name }) => name.includes(values.only))) {
  const { p50 } = await measure(() => do_not_optimize(entry.run()))
  const wengert = p50 / 1000
  const theirs = pytorch.times[entry.name] ?? null
  const row: Row = { case: entry.name, wengert, pytorch: theirs, ratio: theirs && wengert / theirs, limit: limitOf(entry, pytorch) }
  rows.push(row)
  print(row)
}
if (values.json !== undefined) {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.versions.node, pytorch: pytorch.version }
  writeFileSync(values.json, `${JSON.stringify({ machine, unit: 'microseconds a run, median, one thread', rows }, null, 2)}\n`)
}
if (rows.some(isOver)) process.exitCode = 1
