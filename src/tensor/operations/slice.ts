// Slices as values: `x.at(slice(1, 3))` is `x[1:3]`.
import { IndexError, OptionError } from '../../core/errors.ts'

/** A range of positions along one dim, as Python's slice: from `start` up to but not including `stop`, every `step`-th. */
export class Slice<
  Start extends number | null = number | null,
  Stop extends number | null = number | null,
  Step extends number | null = number | null,
> {
  readonly start: Start
  readonly stop: Stop
  readonly step: Step

  constructor(start: Start, stop: Stop, step: Step) {
    this.start = start
    this.stop = stop
    this.step = step
  }
}

function requireBound(parameter: string, value: unknown): void {
  if (value === null || Number.isSafeInteger(value)) return
  throw new OptionError(`slice: ${parameter} must be an integer or null, not ${String(value)}. Use null, or leave it out, for an open end.`)
}

/** The positions from `start` up to but not including `stop`, every `step`-th; `null` leaves an end open, negatives count from the back. */
export function slice<
  const Start extends number | null = null,
  const Stop extends number | null = null,
  const Step extends number | null = null,
>(start?: Start, stop?: Stop, step?: Step): Slice<Start, Stop, Step> {
  requireBound('start', start ?? null)
  requireBound('stop', stop ?? null)
  requireBound('step', step ?? null)
  if (step === 0) throw new IndexError('slice: step must not be 0. Leave it out for every position.')
  return new Slice((start ?? null) as Start, (stop ?? null) as Stop, (step ?? null) as Step) // null is the parameters' default
}

/** First position, number of positions and step of a slice of a dim of `size`. */
export function resolveSlice(range: Slice, size: number): { start: number; length: number; step: number } {
  const step = range.step ?? 1
  const clip = (value: number, low: number, high: number): number => Math.min(Math.max(value < 0 ? value + size : value, low), high)
  if (step > 0) {
    const start = range.start === null ? 0 : clip(range.start, 0, size)
    const stop = range.stop === null ? size : clip(range.stop, 0, size)
    return { start, length: Math.max(0, Math.ceil((stop - start) / step)), step }
  }
  const start = range.start === null ? size - 1 : clip(range.start, -1, size - 1)
  const stop = range.stop === null ? -1 : clip(range.stop, -1, size - 1)
  return { start, length: Math.max(0, Math.ceil((stop - start) / step)), step }
}
