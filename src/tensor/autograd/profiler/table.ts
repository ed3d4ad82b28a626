// The rows of a profile as text, with PyTorch's columns.
import { type ProfileRow, printShapes } from './averages.ts'

/** By what the rows of a table are sorted: times and counts from the largest, names by the alphabet. */
export type SortBy = 'selfTime' | 'totalTime' | 'count' | 'name'

/** Longer names are cut. */
const LONGEST = 55

const orders: { readonly [S in SortBy]: (a: ProfileRow, b: ProfileRow) => number } = {
  selfTime: (a, b) => b.self - a.self,
  totalTime: (a, b) => b.total - a.total,
  count: (a, b) => b.count - a.count,
  name: (a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)),
}

/** A number in the largest of some units of which it is at least one. */
function inUnits(amount: number, step: number, units: readonly string[], digits: number): string {
  const exponent = amount < step ? 0 : Math.min(Math.floor(Math.log(amount) / Math.log(step)), units.length - 1)
  return `${(amount / step ** exponent).toFixed(digits)}${units[exponent]}`
}
const time = (microseconds: number): string => inUnits(microseconds, 1000, ['µs', 'ms', 's'], 3)
const memory = (bytes: number): string => inUnits(bytes, 1024, [' B', ' KiB', ' MiB', ' GiB'], bytes < 1024 ? 0 : 2)
const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)

/** The table of `rows`, the first `rowLimit` of them in this order. */
export function tableOf(rows: readonly ProfileRow[], sortBy: SortBy, rowLimit: number): string {
  const whole = rows.reduce((sum, { self }) => sum + self, 0)
  const percent = (part: number): string => `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(2)}%`
  const columns: [string, (row: ProfileRow) => string][] = [
    ['Name', ({ name }) => cut(name)],
    ['Self %', ({ self }) => percent(self)],
    ['Self time', ({ self }) => time(self)],
    ['Total %', ({ total }) => percent(total)],
    ['Total time', ({ total }) => time(total)],
    ['Mean', ({ mean }) => time(mean)],
    ['# of calls', ({ count }) => String(count)],
  ]
  if (rows.some(({ allocated }) => allocated !== null)) columns.push(['Allocated', ({ allocated }) => memory(allocated ?? 0)])
  if (rows.some(({ inputShapes }) => inputShapes !== null))
    columns.push(['Input shapes', ({ inputShapes }) => cut(printShapes(inputShapes))])
  const shown = rows.toSorted(orders[sortBy]).slice(0, rowLimit)
  const cells = [columns.map(([title]) => title), ...shown.map((row) => columns.map(([, text]) => text(row)))]
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => (row[column] as string).length)))
  const isText = (column: number): boolean => ['Name', 'Input shapes'].includes((columns[column] as [string, unknown])[0])
  const lines = cells.map((row) =>
    row
      .map((text, column) => (isText(column) ? text.padEnd(widths[column] as number) : text.padStart(widths[column] as number)))
      .join('  ')
      .trimEnd(),
  )
  const rule = widths.map((width) => '-'.repeat(width)).join('  ')
  const left = rows.length > shown.length ? ` (${shown.length} of ${rows.length} rows)` : ''
  return [rule, lines[0], rule, ...lines.slice(1), rule, `Self time total: ${time(whole)}${left}`].join('\n')
}
