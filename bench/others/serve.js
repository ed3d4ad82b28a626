// Runs a library's cases on request, as bench/worker.ts does for ours: a line of JSON in, a line of JSON out.
import { createInterface } from 'node:readline'
import { answering } from '../measure.ts'

/** `cases` by name; each sets itself up and gives what is measured. */
export async function serve(cases) {
  const answer = answering((name, mode) => (mode === 'eager' ? cases[name] : undefined))
  for await (const line of createInterface(process.stdin)) console.log(JSON.stringify(await answer(JSON.parse(line))))
}
