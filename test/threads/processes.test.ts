// Threads and the process that they live in: they keep none alive, and are missed by nobody where there are none.
import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { root } from '../../scripts/entries.ts'

interface Ended {
  readonly printed: string
  readonly complaints: string
  readonly code: number | string | null
}

/** Runs a program of program.ts until it ends by itself, or is killed after 20 seconds. */
const run = (program: string, { env = {}, before }: { env?: Record<string, string>; before?: string } = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const first = before === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(before)}`]
    execFile(
      process.execPath,
      ['--conditions=@wengert/source', '--no-warnings=ExperimentalWarning', ...first, `${root}test/threads/program.ts`, program],
      { env: { ...process.env, NODE_OPTIONS: '', ...env }, timeout: 20_000 },
      (error, printed, complaints) => resolve({ printed: printed.trim(), complaints, code: error?.code ?? error?.signal ?? 0 }),
    )
  })

test.each([
  ['threads', 'true 2', 0],
  ['starting', 'true', 0],
  ['exiting', 'true', 4],
  ['taking', 'taken', 0],
])('a process with idle workers ends by itself: %s', async (program, printed, code) => {
  expect(await run(program)).toEqual({ printed, complaints: '', code })
})

test('an error ends a process with workers', async () => {
  const { code, complaints } = await run('failing')
  expect(code).toBe(1)
  expect(complaints).toContain('on purpose')
})

test('threads inside a worker of the program', async () => {
  expect(await run('inside')).toEqual({ printed: 'true 2\nexit 0', complaints: '', code: 0 })
})

test('the environment says how many; without it, as many as there are cores, at most 8', async () => {
  expect((await run('counting', { env: { WENGERT_NUM_THREADS: '3' } })).printed).toBe('3')
  expect((await run('counting', { env: { WENGERT_NUM_THREADS: 'many' } })).printed).toBe(String(Math.min(8, availableParallelism())))
})

test('one thread, in silence, where memory cannot be shared or there are no workers', async () => {
  const expected = { printed: 'true 1 0', complaints: '', code: 0 }
  const noSharedMemory = `
    const { Memory } = WebAssembly
    WebAssembly.Memory = function (facts) {
      if (facts.shared) throw new TypeError('no shared memory')
      return new Memory(facts)
    }`
  expect(await run('shared', { before: noSharedMemory })).toEqual(expected)
  const noWorkers = `
    const { getBuiltinModule } = process
    process.getBuiltinModule = (name) => (name === 'node:worker_threads' ? undefined : getBuiltinModule(name))`
  expect(await run('shared', { before: noWorkers })).toEqual(expected)
})

test('where kernels cannot be compiled, nothing lives in the heap and the reference computes', async () => {
  expect(await run('tensors')).toEqual({ printed: `270000 ${Math.min(8, availableParallelism())} true`, complaints: '', code: 0 })
  const expected = { printed: '270000 1 false', complaints: '', code: 0 }
  const env = { WENGERT_HEAP_FROM: '4096' } // what importing makes must not open the heap before compiling is forbidden
  expect(await run('forbidden', { env })).toEqual(expected)
  expect(await run('missing', { env })).toEqual(expected)
})
