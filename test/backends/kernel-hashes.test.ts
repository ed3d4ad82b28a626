// Generated code changes only when somebody says so: `npm run kernel-hashes` writes the file anew. It is that of the flag-free engine
// with relaxed SIMD, in a process of its own, where nothing has been compiled before.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { root } from '../../scripts/entries.ts'

const program = `import { compiledKernels } from '${root}test/backends/kernel-corpus.ts'; console.log(JSON.stringify(compiledKernels()))`

/** What a fresh process compiles. */
function compiled(): Readonly<Record<string, readonly string[]>> {
  const args = ['--conditions=@wengert/source', '--input-type=module', '--eval', program]
  return JSON.parse(
    execFileSync(process.execPath, args, {
      encoding: 'utf8',
      env: { ...process.env, WENGERT_REVECTORIZE: '0', WENGERT_HEAP_FROM: '4096' },
    }),
  )
}

test('the code of the corpus is what was reviewed', () => {
  const reviewed = JSON.parse(readFileSync(new URL('kernel-hashes.json', import.meta.url), 'utf8'))
  expect(compiled(), 'npm run kernel-hashes writes the file anew').toEqual(reviewed)
})
