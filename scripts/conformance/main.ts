// Runs PyTorch's own operator samples: `npm run conformance -- DIR [--only NAME] [--backend reference|wasm] [--json FILE]`.
// See docs/conformance.md.
import { existsSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { isWrittenTensor } from './arguments.ts'
import { findOperation } from './operations.ts'
import { count, type OperationReport, printed, reportOf, totals } from './report.ts'
import { runSample } from './run-sample.ts'
import { readSamples, type SampleFile } from './sample-format.ts'

const usage = 'usage: npm run conformance -- DIR [--only NAME[,NAME…]] [--backend reference|wasm] [--json FILE]'

/** From how many bytes on tensors live in the heap, by backend: all of them, or none; without the option, those that are worth it. */
const heapFromOf: Readonly<Record<string, number>> = { reference: Number.POSITIVE_INFINITY, wasm: 1 }

/** Whether an operation is asked for, by its name or by that of all its variants; without names, every one is. */
const asked = (operation: string, names: readonly string[]): boolean =>
  names.length === 0 || names.some((name) => operation === name || operation.startsWith(`${name}.`))

function runFile({ operation, folder, samples, bytes }: SampleFile, reports: Map<string, OperationReport>): void {
  for (const sample of samples) {
    const first = sample.in
    const invoke = findOperation(operation, isWrittenTensor(first))
    const report = reports.get(operation) ?? reportOf(operation, invoke !== null)
    reports.set(operation, report)
    const outcome = invoke === null ? { state: 'unsupported' as const, reason: 'not in the library' } : runSample(invoke, sample, bytes)
    count(report, folder === '' ? sample.id : `${folder} ${sample.id}`, outcome)
  }
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string', multiple: true, default: [] }, backend: { type: 'string' }, json: { type: 'string' } },
  })
  const [directory] = positionals
  if (directory === undefined || positionals.length > 1) throw new Error(usage)
  if (!existsSync(directory)) throw new Error(`${directory} does not exist. ${usage}`)
  if (values.backend !== undefined) {
    const heapFrom = heapFromOf[values.backend]
    if (heapFrom === undefined) throw new Error(`--backend ${values.backend} is neither reference nor wasm. ${usage}`)
    setHeapFrom(heapFrom)
  }
  const names = values.only.flatMap((list) => list.split(',')).filter((name) => name !== '')
  const found = new Map<string, OperationReport>()
  for (const file of readSamples(directory, (operation) => asked(operation, names))) runFile(file, found)
  const reports = [...found.values()].sort((a, b) => (a.operation < b.operation ? -1 : 1))
  const missing = names.filter((name) => !reports.some(({ operation }) => asked(operation, [name])))
  if (reports.length === 0) throw new Error(`${directory} has no samples${names.length > 0 ? ` of ${names.join(', ')}` : ''}. ${usage}`)
  if (missing.length > 0) throw new Error(`${directory} has no samples of ${missing.join(', ')}.`)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ ...totals(reports), operations: reports }, null, 2)}\n`)
  console.log(printed(reports).join('\n'))
  return reports.some(({ failed }) => failed > 0) ? 1 : 0
}

try {
  process.exitCode = main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
