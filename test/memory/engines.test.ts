// The same loop in engines that offer less: without flags, in workers, without a collector that can be asked, without shared memory,
// without WebAssembly. Each runs in a process of its own.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('engine-program.ts', import.meta.url))

interface Outcome {
  /** Elements that were not what they should be. */
  readonly wrong: number
  readonly gc: string
  readonly stats: {
    readonly used: number
    readonly pooled: number
    readonly blocks: number
    readonly collections: number
    readonly refusals: number
    readonly shared: boolean
    readonly collectable: boolean
  }
}

async function run(mode: string, variables: Readonly<Record<string, string>> = {}, flags: readonly string[] = []): Promise<Outcome> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--conditions=@wengert/source', program, mode], {
    env: { ...process.env, ...variables },
  })
  return JSON.parse(stdout) as Outcome
}

const MB = 2 ** 20

test.each([['plain'], ['worker']])('%s: a synchronous loop is collected without any flag, and leaves no global behind', async (mode) => {
  const { wrong, gc, stats } = await run(mode)
  expect({ wrong, gc }).toEqual({ wrong: 0, gc: 'undefined' })
  expect(stats).toMatchObject({ refusals: 0, shared: true, collectable: true })
  expect(stats.pooled).toBeLessThanOrEqual(16 * MB)
  expect(stats.collections).toBeGreaterThan(3)
})

test('poison changes nothing', async () => {
  expect(await run('plain', { WENGERT_POISON: '1' })).toMatchObject({ wrong: 0, stats: { refusals: 0 } })
})

test('a collector that does not do what it is asked for is listened to instead', async () => {
  const { wrong, stats } = await run('idle-collector')
  expect({ wrong, collectable: stats.collectable }).toEqual({ wrong: 0, collectable: false })
})

test('without a collector that can be asked, finalizers give memory back when the event loop turns', async () => {
  const { wrong, stats } = await run('no-collector')
  expect(wrong).toBe(0)
  expect(stats).toMatchObject({ collectable: false, collections: 0, refusals: 0 })
  // the program made 400 MB; V8 looks when it has counted 64
  expect(stats.pooled).toBeLessThanOrEqual(200 * MB)
})

test('memory that cannot be shared does not grow under its views', async () => {
  const { wrong, stats } = await run('unshared')
  expect(wrong).toBe(0)
  expect(stats).toMatchObject({ shared: false, refusals: 0 })
  expect(stats.collections).toBeGreaterThan(3)
})

test('without WebAssembly everything is in typed arrays', async () => {
  const { wrong, stats } = await run('no-wasm')
  expect(wrong).toBe(0)
  expect(stats).toMatchObject({ pooled: 0, blocks: 0 })
})

test('the reference backend leaves the heap unused', async () => {
  expect(await run('plain', { WENGERT_BACKEND: 'reference' })).toMatchObject({ wrong: 0, stats: { blocks: 0 } })
})
