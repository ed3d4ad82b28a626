// Measures cases with contenders that take turns, and turns times into rows.
import type { Mode } from './cases.ts'
import type { Contender } from './contenders.ts'
import { type CaseName, type Limit, limits } from './limits.ts'

/** What is known of a case on so many threads; times in milliseconds a run, medians. */
export interface Row {
  readonly case: CaseName
  readonly mode: Mode
  readonly threads: number
  readonly ms: number | null
  readonly torchMs: number | null
  /** Ours over PyTorch's. */
  readonly ratio: number | null
  /** By column, PyTorch and ours among them. */
  readonly times: Readonly<Record<string, number>>
  /** What must hold and does not. */
  readonly missed: readonly string[]
}

/** Columns of our own. */
export const OURS = 'Wengert'
export const PLAIN = 'no flag'
export const PYTORCH = 'PyTorch'

const ROUNDS = 3

/** Why a contender has no time for a case, unless it has no such case. */
export type Complaint = (contender: Contender, name: CaseName, reason: string) => void

const key = ({ name, threads }: Contender): string => `${name}/${threads}`

/** Medians by contender; `seconds` for each of them in all. */
async function measureCase(
  name: CaseName,
  mode: Mode,
  contenders: readonly Contender[],
  seconds: number,
  complain: Complaint,
): Promise<ReadonlyMap<string, number>> {
  const samples = new Map<string, number[]>()
  const out = new Set<Contender>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      if (out.has(contender)) continue
      const reply = await contender.ask({ case: name, mode, seconds: seconds / ROUNDS })
      if ('missing' in reply) {
        out.add(contender)
        if (reply.missing !== 'no such case') complain(contender, name, reply.missing)
      } else samples.set(key(contender), [...(samples.get(key(contender)) ?? []), reply.ms])
    }
  }
  for (const contender of contenders) if (!out.has(contender)) await contender.ask({ case: name, mode, seconds, forget: true })
  return new Map([...samples].map(([contender, times]) => [contender, times.sort((a, b) => a - b)[times.length >> 1] as number]))
}

/** Measures one case in each mode, and gives a row for each number of threads. */
export async function rowsOf(
  name: CaseName,
  modes: readonly Mode[],
  contenders: readonly Contender[],
  seconds: number,
  complain: Complaint,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  const threadCounts = [...new Set(contenders.map(({ threads }) => threads))].sort((a, b) => a - b)
  for (const mode of modes) {
    const medians = await measureCase(name, mode, contenders, seconds, complain)
    for (const threads of threadCounts) {
      const own = contenders.filter((contender) => contender.threads === threads && medians.has(key(contender)))
      const times = Object.fromEntries(own.map((contender) => [contender.name, medians.get(key(contender)) as number]))
      const [ms, torchMs] = [times[OURS] ?? null, times[PYTORCH] ?? null]
      rows.push({ case: name, mode, threads, ms, torchMs, ratio: ms !== null && torchMs !== null ? ms / torchMs : null, times, missed: [] })
    }
  }
  return rows
}

const text = (ratio: number): string => ratio.toFixed(2)

/** What a row must hold and does not, given all rows. */
function missesOf(row: Row, rows: readonly Row[]): string[] {
  const { ms, torchMs, ratio, threads, mode } = row
  const limit: Limit = mode === 'compiled' ? (limits[row.case].compiled ?? {}) : limits[row.case]
  const misses: string[] = []
  if (ms === null) return misses
  const applies = limit.threads?.includes(threads) ?? true
  const plain = row.times[PLAIN]
  const other = (name: CaseName, count: number) =>
    rows.find((one) => one.case === name && one.threads === count && one.mode === mode)?.ms ?? null
  if (applies && limit.ms !== undefined && ms > limit.ms) misses.push(`${ms.toPrecision(3)} ms, at most ${limit.ms.toPrecision(3)}`)
  if (applies && limit.ratio !== undefined && ratio !== null && ratio > limit.ratio)
    misses.push(`${text(ratio)} × PyTorch, at most ${text(limit.ratio)}`)
  if (applies && limit.plainRatio !== undefined && torchMs !== null && plain !== undefined && plain / torchMs > limit.plainRatio)
    misses.push(`${text(plain / torchMs)} × PyTorch without the flag, at most ${text(limit.plainRatio)}`)
  if (limit.over !== undefined) {
    const base = other(limit.over.case, threads)
    if (base !== null && ms / base > limit.over.ratio)
      misses.push(`${text(ms / base)} × ${limit.over.case}, at most ${text(limit.over.ratio)}`)
  }
  const one = other(row.case, 1)
  if (limit.speedup !== undefined && threads === 2 && one !== null && one / ms < limit.speedup)
    misses.push(`${text(one / ms)} × as fast as one thread, at least ${text(limit.speedup)}`)
  return misses
}

/** The rows, with what they miss. */
export const judged = (rows: readonly Row[]): readonly Row[] => rows.map((row) => ({ ...row, missed: missesOf(row, rows) }))
