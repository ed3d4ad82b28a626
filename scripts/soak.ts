// Trains for a long time and never disposes of anything: `npm run soak` prints a line for each program and fails if memory was not bounded.
// Each runs in a process of its own. `--only TEXT` chooses.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { inChromium } from './soak/chromium.ts'
import { type Finding, programs } from './soak/programs.ts'

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, run: { type: 'string' } } })

/** A program in a new process. */
function apart(name: string): Finding {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@wengert/source', fileURLToPath(import.meta.url), '--run', name],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  )
  if (status !== 0) return { figure: `failed: ${stderr.trim().split('\n').slice(-8).join(' ')}`, passed: false }
  return JSON.parse(stdout) as Finding
}

function print(name: string, { figure, passed }: Finding): void {
  console.log(`${passed ? 'pass' : 'FAIL'}  ${name.padEnd(20)} ${figure}`)
  if (!passed) process.exitCode = 1
}

if (values.run !== undefined) {
  const finding = await programs[values.run]?.()
  process.stdout.write(JSON.stringify(finding))
} else {
  for (const name of Object.keys(programs)) if (name.includes(values.only)) print(name, apart(name))
  if ('Chromium'.includes(values.only)) print('Chromium', await inChromium())
}
