// Every fenced block of the README, of docs/ and of the comments in src/ is executed: programs print what the page says, red squiggles are where the page
// draws them, web pages run in a browser, commands exist.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { manifest, root } from '../../scripts/entries.ts'
import { type Block, blocks, claims, matchesOutput, unkept, wholeCode } from './blocks.ts'
import { type Run, runPrograms } from './programs.ts'
import { drawnErrors, showsError, type TypeError, typeErrors } from './typecheck.ts'
import { hasBrowser, visit } from './web-page.ts'

// Inside the repository, so that `wengert` resolves to its sources.
const folder = join(root, 'test/docs/.blocks')
const title = ({ page, line, language }: Block) => `${page}:${line} (${language})`
const of = (...languages: string[]) =>
  blocks.filter(({ language }) => languages.includes(language)).map((block) => [title(block), block] as const)

const programs = of('ts', 'js')
const fileOf = ({ page, line, language }: Block) => `${page.replace(/[/.]/g, '-')}-${line}.${language}`
/** Relative imports count from the page. */
const placed = (code: string, page: string) =>
  code.replace(/(?<=\bfrom ')\.{1,2}\/[^']+(?=')/g, (path) => relative(folder, join(root, dirname(page), path)))
/** Printed between a block and those that it continues. */
const divider = '\u2063'

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [, block] of programs) {
    const code = placed(wholeCode(block).join(`\nconsole.log('${divider}')\n`), block.page)
    writeFileSync(join(folder, fileOf(block)), `${code}\nexport {}\n`)
  }
})

test('every block says its language', () => {
  const known = ['ts', 'js', 'html', 'sh', 'json', 'text', 'python', 'mermaid', 'dot', 'diff']
  expect(blocks.filter(({ language }) => !known.includes(language)).map(title)).toEqual([])
})

describe.runIf(programs.length > 0)('programs run', () => {
  const runnable = programs.filter(([, { code, words }]) => !showsError(code) && !words.includes('no-run'))
  let runs: ReadonlyMap<string, Run>
  beforeAll(async () => {
    runs = await runPrograms(runnable.map(([, block]) => join(folder, fileOf(block))))
  }, 120_000)

  test.each(runnable)('%s', (_, block) => {
    const { printed: all, error } = runs.get(join(folder, fileOf(block)))!
    expect(error, all).toBeNull()
    const printed = all.slice(all.lastIndexOf(divider) + 1)
    if (block.output !== null && !matchesOutput(printed, block.output)) expect(printed.trim()).toBe(block.output.trim())
    expect(unkept(printed, claims(block.code)), printed).toEqual([])
  })
})

describe.runIf(of('ts').length > 0)('types', () => {
  let errors: Map<string, TypeError[]>
  beforeAll(async () => {
    errors = await typeErrors(folder)
  })

  test.each(of('ts'))('%s', (_, block) => {
    const expected = drawnErrors(wholeCode(block).join(`\nconsole.log('${divider}')\n`))
    const found = errors.get(fileOf(block)) ?? []
    const matches = (wanted: TypeError, error: TypeError) => error.line === wanted.line && error.message.includes(wanted.message)
    expect(
      expected.filter((wanted) => !found.some((error) => matches(wanted, error))),
      `drawn, but the compiler says ${JSON.stringify(found)}`,
    ).toEqual([])
    expect(found.filter((error) => !expected.some((wanted) => matches(wanted, error)))).toEqual([])
  })
})

describe.runIf(of('html').length > 0 && hasBrowser)('web pages', () => {
  beforeAll(() => {
    execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'pipe' })
  })

  test.each(of('html'))('%s', async (_, { code, output }) => {
    const isDone = (printed: string, body: string) =>
      output === null ? printed !== '' || body.trim() !== '' : matchesOutput(printed, output) || matchesOutput(body, output)
    const seen = await visit(code, ({ printed, body }) => isDone(printed, body))
    expect(seen.errors).toEqual([])
    expect(isDone(seen.printed, seen.body), JSON.stringify(seen)).toBe(true)
  })
})

test.each(of('sh'))('%s names what there is', (_, { code }) => {
  for (const line of code.split('\n')) {
    for (const [, script = ''] of line.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(manifest.scripts), line).toContain(script)
    for (const [, script = ''] of line.matchAll(/npm (start|test)\b/g)) expect(Object.keys(manifest.scripts), line).toContain(script)
    for (const [, file = ''] of line.matchAll(/\s((?:examples|scripts|bench|test)\/[\w./-]+)/g))
      expect(existsSync(root + file), line).toBe(true)
  }
})

test.each(of('json'))('%s parses', (_, { code }) => {
  expect(() => JSON.parse(code)).not.toThrow()
})
