// Imports the files named on its command line, one after the other, and prints what each wrote and threw as one JSON object.
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import type { Run } from './programs.ts'

const write = process.stdout.write.bind(process.stdout)
const runs: Record<string, Run> = {}
for (const file of process.argv.slice(2)) {
  let printed = ''
  process.stdout.write = ((chunk: string | Uint8Array) => {
    printed += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    return true
  }) as typeof process.stdout.write // the callbacks that it may be given are never used by console.log
  const error = await import(pathToFileURL(file).href).then(() => null, inspect)
  runs[file] = { printed, error }
}
process.stdout.write = write
write(JSON.stringify(runs))
