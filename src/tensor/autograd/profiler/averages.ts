// The rows of a profile: events of one name together.
import { printShape } from '../../../core/shape.ts'
import type { ProfileEvent } from './recording.ts'

/** All events of one name; with `groupByInputShape` those of one name and the same input shapes. Times are in microseconds. */
export interface ProfileRow {
  readonly name: string
  /** The input shapes, where rows are grouped by them; else null. */
  readonly inputShapes: ProfileEvent['inputShapes']
  /** How many events. */
  readonly count: number
  /** Their time, events inside them included; one inside another of the same row counts once. */
  readonly total: number
  /** Their time without that of the events inside them; over all rows it adds up to all the time that was measured. */
  readonly self: number
  /** total / count. */
  readonly mean: number
  /** Self time as a part of the self time of all rows, from 0 to 1. */
  readonly share: number
  /** With `profileMemory`: bytes of the results that they made. */
  readonly allocated: number | null
}

/** Shapes in a row: `[2, 3] [3]`. */
export const printShapes = (shapes: ProfileEvent['inputShapes']): string => shapes?.map(printShape).join(' ') ?? ''

/** The rows of events, those with the longest self time first. */
export function averagesOf(events: readonly ProfileEvent[], groupByInputShape: boolean): ProfileRow[] {
  const keyOf = ({ name, inputShapes }: ProfileEvent): string => (groupByInputShape ? `${name} ${printShapes(inputShapes)}` : name)
  const keys = new Map(events.map((event) => [event, keyOf(event)]))
  /** Whether it is a part of another event of its row. */
  const isInside = (event: ProfileEvent): boolean => {
    for (let { parent } = event; parent !== null; { parent } = parent) if (keys.get(parent) === keys.get(event)) return true
    return false
  }
  const whole = events.reduce((sum, { selfDuration }) => sum + selfDuration, 0)
  const rows = [...Map.groupBy(events, (event) => keys.get(event) as string).values()].map((group): ProfileRow => {
    const [{ name, inputShapes }] = group as [ProfileEvent]
    const outermost = group.filter((event) => !isInside(event))
    const total = outermost.reduce((sum, { duration }) => sum + duration, 0)
    const self = group.reduce((sum, { selfDuration }) => sum + selfDuration, 0)
    return {
      name,
      inputShapes: groupByInputShape ? inputShapes : null,
      count: group.length,
      total,
      self,
      mean: total / group.length,
      share: whole === 0 ? 0 : self / whole,
      allocated: outermost.reduce<number | null>((sum, { allocated }) => (allocated === null ? null : (sum ?? 0) + allocated), null),
    }
  })
  return rows.sort((a, b) => b.self - a.self)
}
