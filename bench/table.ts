// Prints rows as a table of at most 120 columns.
import type { Row } from './rows.ts'

const CASE = 34
const CELL = 9

/** Three digits that count, in milliseconds. */
export function milliseconds(ms: number | undefined | null): string {
  if (ms === undefined || ms === null) return ''
  if (ms >= 100) return ms.toFixed(0)
  return ms >= 0.001 ? Number(ms.toPrecision(3)).toString() : ms.toFixed(5)
}

const left = (label: string, mode: string, threads: string): string => `${label.padEnd(CASE)}${mode.padEnd(9)}${threads.padStart(3)}`
const right = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(CELL)).join('')

/** A column: its head, and its cell in a row. */
export interface Column {
  readonly head: string
  readonly cell: (row: Row) => string
}

/** A column of times, under the contender's name. */
export const timeColumn = (name: string): Column => ({ head: name, cell: ({ times }) => milliseconds(times[name]) })

/** A column of a contender's times over PyTorch's. */
export const ratioColumn = (name: string): Column => ({
  head: '/PyTorch',
  cell: ({ times, torchMs }) => {
    const own = times[name]
    return own === undefined || torchMs === null ? '' : (own / torchMs).toFixed(2)
  },
})

export const headOf = (columns: readonly Column[]): string =>
  `${left('milliseconds a run (median)', 'mode', 'thr')}${right(columns.map(({ head }) => head))}`

export const lineOf = (row: Row, columns: readonly Column[]): string =>
  `${left(row.case, row.mode, String(row.threads))}${right(columns.map(({ cell }) => cell(row)))}${row.missed.length > 0 ? '  missed' : ''}`

/** What is missed, a line each. */
export const missesOf = (rows: readonly Row[]): readonly string[] =>
  rows.flatMap(({ case: name, threads, mode, missed }) =>
    missed.map((what) => `missed: ${name}, ${mode}, ${threads === 1 ? 'one thread' : `${threads} threads`}: ${what}`),
  )
