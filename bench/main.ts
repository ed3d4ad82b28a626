// `npm run bench`: time per run, side by side with PyTorch (where python3-torch is installed) and other libraries, which take turns.
// Ends badly when a limit is missed. Options:
//   --only WORDS      the cases whose names contain the words; several, separated by semicolons
//   --modes MODES     eager, compiled, or both (eager,compiled), which is the default
//   --seconds S       time for each case and contender; 0.6 unless told
//   --json FILE       keeps the figures with machine and versions
//   --engines         Node 22, 24, 26 and headless Chromium instead of other libraries
//   --plans           what compiled steps cost besides their kernels, instead of all else
//   --profile CASE    where the time of a case goes, in the first of the modes
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { manifest } from '../scripts/entries.ts'
import { installRuntimes } from '../scripts/runtimes.ts'
import type { Mode } from './cases.ts'
import { type Contender, otherLibraries, pytorch, wengertIn } from './contenders.ts'
import { type CaseName, caseNames } from './limits.ts'
import { judged, OURS, PLAIN, PYTORCH, type Row, rowsOf } from './rows.ts'
import { type Column, headOf, lineOf, missesOf, ratioColumn, timeColumn } from './table.ts'

const threadCounts = [1, 2]
const plain = { WENGERT_REVECTORIZE: '0' }

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    modes: { type: 'string', default: 'eager,compiled' },
    seconds: { type: 'string', default: '0.6' },
    json: { type: 'string' },
    engines: { type: 'boolean', default: false },
    plans: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
})
const modes = values.modes.split(',') as Mode[]
if (!modes.every((mode) => mode === 'eager' || mode === 'compiled'))
  throw new Error(`--modes ${values.modes}: eager, compiled, or both with a comma`)
const seconds = Number(values.seconds)
const chosen = caseNames.filter((name) => values.only.split(';').some((words) => name.includes(words.trim())))
if (!(seconds > 0)) throw new Error(`--seconds ${values.seconds}: a positive number, such as 0.6`)
if (chosen.length === 0) throw new Error(`no case has "${values.only}" in its name:\n  ${caseNames.join('\n  ')}`)

if (values.plans) process.exitCode = Number(!(await import('./plans.ts')).plans())
else if (values.profile === undefined) await compare(chosen)
else await (await import('./profile.ts')).profile(values.profile, modes[0] as Mode, seconds)

async function compare(names: readonly CaseName[]): Promise<void> {
  const torch = (await Promise.all(threadCounts.map(pytorch))).filter((one) => one !== null)
  if (torch.length === 0)
    console.log('without PyTorch: there is no /usr/bin/python3 that has it (Debian: python3-torch, libopenblas0-openmp)')
  const { contenders, columns } = await (values.engines ? inEngines() : amongLibraries())
  // ours first: it stands beside PyTorch in time, too
  const all: readonly Contender[] = [...contenders, ...torch.map(({ contender }) => contender)]
  const rows: Row[] = []
  try {
    console.log(headOf(columns))
    for (const name of names) {
      const complaints: string[] = []
      const found = await rowsOf(name, modes, all, seconds, (who, _, reason) => complaints.push(`${who.name}: ${reason}`))
      rows.push(...found)
      const marked = judged(rows).slice(-found.length)
      for (const row of marked) if (Object.keys(row.times).length > 0) console.log(lineOf(row, columns))
      for (const complaint of new Set(complaints)) console.log(`  ${complaint}`.slice(0, 118))
    }
  } finally {
    await Promise.all(all.map((one) => one.close()))
  }
  const marked = judged(rows)
  for (const line of missesOf(marked)) console.log(line)
  if (values.json !== undefined) keep(values.json, marked, torch[0]?.version ?? null)
  if (marked.some(({ missed }) => missed.length > 0)) process.exitCode = 1
}

interface Comparison {
  readonly contenders: readonly Contender[]
  readonly columns: readonly Column[]
}

async function amongLibraries(): Promise<Comparison> {
  const own = threadCounts.flatMap((threads) => [
    wengertIn(OURS, process.execPath, threads),
    wengertIn(PLAIN, process.execPath, threads, plain),
  ])
  const columns = [
    timeColumn(OURS),
    timeColumn(PYTORCH),
    ratioColumn(OURS),
    timeColumn(PLAIN),
    ratioColumn(PLAIN),
    timeColumn('TF.js'),
    timeColumn('jax-js'),
  ]
  return { contenders: [...own, ...otherLibraries()], columns }
}

async function inEngines(): Promise<Comparison> {
  const { chromium } = await import('./chromium.ts')
  const nodes = installRuntimes().filter(({ name }) => name.startsWith('Node'))
  const inNodes = threadCounts.flatMap((threads) =>
    nodes.map(({ name, path }) => wengertIn(name === 'Node 26' ? OURS : name, path, threads)),
  )
  const inPages = (await Promise.all(threadCounts.map(chromium))).filter((one) => one !== null)
  const ours: Column = { ...timeColumn(OURS), head: 'Node 26' }
  const columns = [timeColumn('Node 22'), timeColumn('Node 24'), ours, timeColumn('Chromium'), timeColumn(PYTORCH), ratioColumn(OURS)]
  return { contenders: [...inNodes, ...inPages], columns }
}

function keep(file: string, rows: readonly Row[], torch: string | null): void {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memory: totalmem() }
  const versions = { node: process.versions.node, v8: process.versions.v8, wengert: manifest.version, pytorch: torch }
  writeFileSync(file, `${JSON.stringify({ machine, versions, unit: 'milliseconds a run, median', seconds, rows }, null, 2)}\n`)
}
