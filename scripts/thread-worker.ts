// Writes src/backends/wasm/threads/worker-source.ts: the program of worker threads as text, from worker.ts beside it, because bundlers
// lose workers that are files. `node scripts/thread-worker.ts` rewrites it; a test compares it.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { root } from './entries.ts'

const folder = `${root}src/backends/wasm/threads/`
/** Where the text is kept. */
export const target: string = `${folder}worker-source.ts`

/** The source of worker-source.ts. */
export async function workerModule(): Promise<string> {
  const bundle = await rolldown({ input: `${folder}worker.ts`, platform: 'neutral', transform: { target: 'es2022' } })
  const { output } = await bundle.generate({ format: 'iife', minify: true })
  await bundle.close()
  return `// Made from worker.ts by \`node scripts/thread-worker.ts\`; do not edit by hand.
// biome-ignore-all format: as its maker writes it
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the program's own

/** What a worker thread runs. */
export const workerSource: string =
  ${JSON.stringify(output[0].code.trim())}
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, await workerModule())
