// What is printed: a row for each operation, the operations that the library lacks in one paragraph, and the sums.
import type { Outcome } from './run-sample.ts'

/** What became of the samples of one operation. */
export interface OperationReport {
  readonly operation: string
  /** Whether the library has it. */
  readonly covered: boolean
  passed: number
  failed: number
  unsupported: number
  /** Every sample that did not pass. */
  readonly misses: { readonly id: string; readonly state: Outcome['state']; readonly reason: string }[]
}

/** An empty report. */
export const reportOf = (operation: string, covered: boolean): OperationReport => ({
  operation,
  covered,
  passed: 0,
  failed: 0,
  unsupported: 0,
  misses: [],
})

/** Adds one outcome to the report of its operation. */
export function count(report: OperationReport, id: string, { state, reason }: Outcome): void {
  report[state]++
  if (state !== 'passed') report.misses.push({ id, state, reason })
}

/** The reasons of one operation, short: the first failure, and how often which kind of sample cannot be expressed. */
function reasons({ misses }: OperationReport): string {
  const failures = misses.filter(({ state }) => state === 'failed')
  const counts = new Map<string, number>()
  for (const { state, reason } of misses) if (state === 'unsupported') counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const first = failures.slice(0, 1).map(({ id, reason }) => `${id}: ${reason}`)
  const more = failures.length > 1 ? [`${failures.length - 1} more`] : []
  return [...first, ...more, ...[...counts].map(([reason, times]) => `unsupported: ${reason} (${times})`)].join('; ')
}

/** Words in lines of at most `width` characters, each behind `indent`. */
function paragraph(words: readonly string[], indent: string, width: number): string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(indent + word)
  }
  return lines
}

/** The sums of several reports. */
export function totals(reports: readonly OperationReport[]): { passed: number; failed: number; unsupported: number; samples: number } {
  const sum = (of: (report: OperationReport) => number): number => reports.reduce((total, report) => total + of(report), 0)
  const [passed, failed, unsupported] = [sum((r) => r.passed), sum((r) => r.failed), sum((r) => r.unsupported)]
  return { passed, failed, unsupported, samples: passed + failed + unsupported }
}

/** The lines of the report. */
export function printed(reports: readonly OperationReport[]): string[] {
  const covered = reports.filter((report) => report.covered)
  const lacking = reports.filter((report) => !report.covered)
  const failing = reports.filter((report) => report.failed > 0)
  const width = Math.max('operation'.length, ...covered.map(({ operation }) => operation.length))
  const row = (name: string, ...cells: readonly string[]): string =>
    `${name.padEnd(width)} ${cells.map((cell, i) => (i < 3 ? cell.padStart(11) : `  ${cell}`)).join(' ')}`.trimEnd()
  const { passed, samples, unsupported } = totals(reports)
  return [
    row('operation', 'passed', 'failed', 'unsupported', 'reasons'),
    ...covered.map((report) =>
      row(report.operation, String(report.passed), String(report.failed), String(report.unsupported), reasons(report)),
    ),
    ...(lacking.length === 0
      ? []
      : [
          '',
          `unsupported: not in the library (operations: ${lacking.length}, samples: ${totals(lacking).samples})`,
          ...paragraph(
            lacking.map(({ operation }) => operation),
            '  ',
            140,
          ),
        ]),
    '',
    ...(failing.length === 0 ? [] : [`operations with failures: ${failing.map(({ operation }) => operation).join(', ')}`]),
    `operations: ${covered.length} of ${reports.length} are in the library`,
    `conformance: ${passed} of ${samples} samples pass, ${unsupported} unsupported`,
  ]
}
