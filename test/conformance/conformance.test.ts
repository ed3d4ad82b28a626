// The command that runs PyTorch's operator samples, on two small folders (samples.py writes them): one that passes as far as it
// is supported, one with a wrong value, a wrong gradient and a wrong shape.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const [samples, wrong] = [here('samples'), here('wrong')]

function conformance(...args: string[]): { readonly code: number | null; readonly lines: string[]; readonly error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [here('../../scripts/conformance/main.ts'), ...args], { encoding: 'utf8' })
  return { code: status, lines: stdout.trimEnd().split('\n'), error: stderr.trim() }
}

const rowOf = (lines: readonly string[], operation: string): string | undefined =>
  lines.find((line) => line.startsWith(`${operation} `))?.replace(/ +/g, ' ')

test('what passes, what is unsupported and why, the sums', () => {
  const { code, lines } = conformance(samples)
  expect(code).toBe(0)
  expect(lines[0]?.replace(/ +/g, ' ')).toBe('operation passed failed unsupported reasons')
  expect(rowOf(lines, 'std')).toBe('std 8 0 0')
  expect(rowOf(lines, 'abs')).toBe('abs 2 0 4 unsupported: dtype complex64 (2); unsupported: int64 values that int32 does not hold (2)')
  expect(lines.slice(-5)).toEqual([
    'unsupported: not in the library (operations: 1, samples: 4)',
    '  frobnicate',
    '',
    'operations: 20 of 21 are in the library',
    'conformance: 76 of 84 samples pass, 8 unsupported',
  ])
})

test('a folder of one dtype runs, too', () => {
  expect(conformance(join(samples, 'float64')).lines.at(-1)).toBe('conformance: 38 of 42 samples pass, 4 unsupported')
})

test('failures: the first one with what differed, and exit code 1', () => {
  const { code, lines } = conformance(wrong)
  expect(code).toBe(1)
  expect(rowOf(lines, 'exp')).toBe('exp 1 2 0 exp#1: 2.7182817459106445 at [0], expected 3.7182817459106445 (3 of 3 differ); 1 more')
  expect(rowOf(lines, 'log')).toBe('log 0 1 0 log#0: shape [3], expected [2]')
  expect(rowOf(lines, 'sin')).toBe('sin 1 0 0')
  expect(lines.at(-1)).toBe('conformance: 2 of 5 samples pass, 0 unsupported')
})

test('--only takes names and the names of variants, --json writes every miss', () => {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  try {
    const file = join(folder, 'report.json')
    const { lines } = conformance(wrong, '--only', 'exp', '--json', file)
    expect(lines.at(-1)).toBe('conformance: 1 of 3 samples pass, 0 unsupported')
    const report = JSON.parse(readFileSync(file, 'utf8'))
    expect(report).toMatchObject({ passed: 1, failed: 2, unsupported: 0, samples: 3 })
    expect(report.operations[0].misses[1]).toEqual({
      id: 'exp#2',
      state: 'failed',
      reason: 'gradient 0: -2.7182817459106445 at [0], expected 0 (3 of 3 differ)',
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
  const several = conformance(samples, '--only', 'max', '--only', 'add,std').lines
  expect(several.slice(1, 5).map((line) => line.split(' ')[0])).toEqual(['add', 'max.binary', 'max.reduction_with_dim', 'std'])
})

test('what is wrong with a call of the command', () => {
  const calls = [
    [[], 'usage: npm run conformance'],
    [['nowhere'], 'nowhere does not exist. usage: npm run conformance'],
    [[samples, '--only', 'sine'], 'has no samples of sine'],
    [[samples, '--fast'], "Unknown option '--fast'"],
  ] as const
  for (const [args, words] of calls) {
    const { code, error } = conformance(...args)
    expect(code).toBe(1)
    expect(error).toContain(words)
  }
})
