// Runs the statements on how gradients behave (test/semantics, one file for each heading) and prints how many of them hold, by heading.
// `npm run semantics`; with `-- --list` each statement, too. Exit code 1 if one fails that is not listed below as an exception.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { startVitest, type TestCase, type TestModule } from 'vitest/node'
import { root } from './entries.ts'

/** Every heading, in order, by the file that holds its statements. */
const headings: Readonly<Record<string, string>> = {
  'leaves-and-requires-grad': 'Leaves and requires_grad',
  accumulation: 'Accumulation',
  'backward-and-grad': 'backward and grad',
  modes: 'Modes',
  'detach-in-place-versions': 'detach, in-place, versions',
  hooks: 'Hooks',
  'custom-function': 'Custom Function',
  functional: 'Functional',
  'forward-mode': 'Forward mode',
  'checks-and-debugging': 'Checks and debugging',
  checkpointing: 'Checkpointing',
  points: 'Points without a derivative: what is returned',
  engine: 'The engine',
}

/** Statements that do not hold, each with its reason. Those without a test count as lines, too. */
const exceptions: readonly { readonly heading: string; readonly statement: string; readonly reason: string }[] = [
  {
    heading: 'Accumulation',
    statement: 'a real input of a complex expression gets a real gradient',
    reason: 'there are no complex dtypes, so that there is no such expression',
  },
]

const folder = join(root, 'test/semantics')
const list = process.argv.includes('--list')
const vitest = await startVitest([folder], { watch: false, reporters: [], root, config: join(root, 'vitest.config.ts') })
const modules = new Map(vitest.state.getTestModules().map((module) => [module.moduleId, module]))
const problems: string[] = []

interface Line {
  readonly statement: string
  readonly holds: boolean
  readonly reason: string
}

function read(test: TestCase, heading: string): Line {
  const { state, errors } = test.result()
  const outside = test.parent.type !== 'suite' || test.parent.name !== heading || test.parent.parent.type !== 'module'
  if (outside) problems.push(`${test.fullName}: stands outside of describe('${heading}')`)
  // a statement that was not run does not hold
  const reason = state === 'passed' ? '' : (errors?.[0]?.message ?? `the test was ${state}`)
  return { statement: test.name, holds: state === 'passed', reason: reason.split('\n').slice(0, 3).join(' ') }
}

function linesOf(file: string, heading: string): Line[] {
  const module: TestModule | undefined = modules.get(join(folder, `${file}.test.ts`))
  if (module === undefined) {
    problems.push(`${heading}: has no test/semantics/${file}.test.ts`)
    return []
  }
  for (const error of module.errors()) problems.push(`${heading}: ${error.message}`)
  const lines = Array.from(module.children.allTests(), (test) => read(test, heading))
  const statements = new Set(lines.map(({ statement }) => statement))
  if (statements.size < lines.length) problems.push(`${heading}: a statement stands there twice`)
  if (lines.length === 0) problems.push(`${heading}: has no statements`)
  return lines
}

const width = Math.max(...Object.values(headings).map((heading) => heading.length))
const print = (heading: string, lines: string | number, passed: string | number): void =>
  console.log(`${heading.padEnd(width)}  ${String(lines).padStart(5)}  ${String(passed).padStart(6)}`)

print('heading', 'lines', 'passed')
let [total, holding] = [0, 0]
for (const [file, heading] of Object.entries(headings)) {
  const excused = exceptions.filter((exception) => exception.heading === heading)
  const lines = linesOf(file, heading)
  const passed = lines.filter(({ holds }) => holds)
  const untested = excused.filter(({ statement }) => !lines.some((line) => line.statement === statement))
  print(heading, lines.length + untested.length, passed.length)
  total += lines.length + untested.length
  holding += passed.length
  for (const { statement, holds, reason } of lines) {
    const exception = excused.find((other) => other.statement === statement)
    if (list) console.log(`  ${holds ? '+' : '-'} ${statement}`)
    if (!holds && exception === undefined) problems.push(`${heading}: ${statement}: ${reason}`)
    if (holds && exception !== undefined) problems.push(`${heading}: ${statement}: holds, so it is no exception`)
  }
}
for (const file of readdirSync(folder)) {
  const [, name] = /^(.*)\.test\.ts$/.exec(file) ?? []
  if (name !== undefined && !(name in headings)) problems.push(`test/semantics/${file}: belongs to no heading`)
}
for (const { message } of vitest.state.getUnhandledErrors() as Error[]) problems.push(`outside of any test: ${message}`)
await vitest.close()

console.log(exceptions.length === 0 ? '\nexceptions: none' : '\nexceptions:')
for (const { heading, statement, reason } of exceptions) console.log(`  ${heading}: ${statement}: ${reason}`)
if (problems.length > 0) console.log('\ndo not hold:')
for (const problem of problems) console.log(`  ${problem}`)
console.log(`\nsemantics: ${holding} of ${total} lines hold`)
process.exitCode = problems.length > 0 ? 1 : 0
