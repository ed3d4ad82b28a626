// `npm run smoke`: the smoke program on the built library in every engine that we promise, and where compiling is forbidden.
// `-- --update` has the reference compute what the program must give. Needs dist/ (`npm run build`); installs engines on demand.
import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { root } from '../entries.ts'
import { installRuntimes, type RuntimeName } from '../runtimes.ts'
import { pages, runInPage } from './page.ts'

const execute = promisify(execFile)
const browserPath = '/usr/bin/chromium'
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const program = here('program.ts')

/** How each engine runs a program; the library must do without what Deno permits only when asked, such as the environment. */
const commands: { readonly [R in RuntimeName]: readonly string[] } = {
  'Node 22': ['--disable-warning=ExperimentalWarning'],
  'Node 24': [],
  'Node 26': [],
  Bun: ['run'],
  Deno: ['run', '--allow-read'],
}

/** Node with something forbidden. */
const forbidding: Readonly<Record<string, readonly string[]>> = {
  'Node 26, no code from text': ['--disallow-code-generation-from-strings'],
  'Node 26, no WebAssembly': [`--import=${new URL('without-webassembly.ts', import.meta.url).href}`],
  'Node 26, no compiling': [
    '--disallow-code-generation-from-strings',
    `--import=${new URL('without-compilation.ts', import.meta.url).href}`,
  ],
}

interface Run {
  readonly name: string
  /** Whether kernels must run there. */
  readonly hasHeap: boolean
  readonly run: () => Promise<string>
}

async function inProcess(path: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  try {
    const { stdout } = await execute(path, args, { cwd: root, env: { ...process.env, ...env }, timeout: 60_000, maxBuffer: 2 ** 24 })
    return stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string }
    return `${stdout}${stderr || String(error)}`
  }
}

async function update(): Promise<void> {
  const text = await inProcess(process.execPath, ['--conditions=@wengert/source', program, '--print'], { WENGERT_BACKEND: 'reference' })
  const file = here('expected.json')
  writeFileSync(file, JSON.stringify(JSON.parse(text)))
  await execute('npx', ['biome', 'format', '--write', file], { cwd: root })
}

function allRuns(): readonly Run[] {
  const processes = installRuntimes().map(
    ({ name, path }): Run => ({
      name,
      hasHeap: true,
      run: () => inProcess(path, [...commands[name], program]),
    }),
  )
  const forbidden = Object.entries(forbidding).map(
    ([name, args]): Run => ({
      name,
      hasHeap: name.endsWith('from text'),
      run: () => inProcess(process.execPath, [...args, program]),
    }),
  )
  const browser = Object.entries(pages).map(
    ([name, headers]): Run => ({
      name,
      hasHeap: !('Content-Security-Policy' in headers),
      run: () => runInPage(headers, browserPath),
    }),
  )
  if (!existsSync(browserPath)) console.log(`without Chromium: there is no ${browserPath}`)
  return [...processes, ...forbidden, ...(existsSync(browserPath) ? browser : [])]
}

/** Runs one after the other; says how many checks passed and failed in all. */
async function runAll(): Promise<boolean> {
  let [passed, failed] = [0, 0]
  for (const { name, hasHeap, run } of allRuns()) {
    const start = performance.now()
    const output = await run()
    const counts = /^smoke: (\d+) passed, (\d+) failed$/m.exec(output)
    const engine = /^engine: (.*)$/m.exec(output)?.[1] ?? ''
    const [good, bad] = [Number(counts?.[1] ?? 0), Number(counts?.[2] ?? 1)]
    const problem =
      good + bad < LEAST_CHECKS
        ? 'did not end'
        : engine.endsWith('no heap') === hasHeap
          ? `${hasHeap ? 'no' : 'a'} heap was not expected`
          : ''
    passed += good
    failed += bad + (problem === '' ? 0 : 1)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${name.padEnd(28)} ${(counts?.[0] ?? 'no result').padEnd(30)} ${seconds.padStart(5)} s   ${engine}`)
    if (problem !== '') console.log(`FAILED ${problem}`)
    if (problem !== '' || bad > 0) console.log(output.trim().split('\n').slice(-40).join('\n'))
  }
  console.log(`smoke: ${passed} passed, ${failed} failed`)
  return failed === 0
}

const LEAST_CHECKS = 40

if (process.argv.includes('--update')) await update()
else if (!(await runAll())) process.exitCode = 1
