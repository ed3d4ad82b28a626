// Ctrl-C keeps what was learnt so far: the example as a program of its own, stopped after its first lines.
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { safetensors } from 'wengert/io'

const program = fileURLToPath(new URL('../../examples/digits/main.ts', import.meta.url))

test('Ctrl-C saves the weights and the report, and tests', async () => {
  const out = await mkdtemp(join(tmpdir(), 'wengert-'))
  try {
    const run = spawn(process.execPath, ['--conditions=@wengert/source', program, '--out', out], { stdio: ['ignore', 'pipe', 'inherit'] })
    run.stdout.once('data', () => run.kill('SIGINT'))
    const code = new Promise((resolve) => run.once('exit', resolve))
    const lines = (await text(run.stdout)).trimEnd().split('\n')
    expect(await code).toBe(0)
    expect(lines.at(-1)).toMatch(/^test accuracy \d+\.\d\d %$/)
    expect(lines).toContain('stopped early')
    expect((await readdir(out)).sort()).toEqual(['digits.safetensors', 'report.html'])
    expect((await safetensors.loadFile(join(out, 'digits.safetensors')))['conv1.weight']!.shape).toEqual([6, 1, 5, 5])
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('Stopped in epoch 1 of 6')
  } finally {
    await rm(out, { recursive: true })
  }
})
