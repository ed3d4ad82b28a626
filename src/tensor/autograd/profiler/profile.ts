// A profile as people hold it: its events, and what can be made of them.
import { OptionError } from '../../../core/errors.ts'
import { optionReader } from '../../signature-reader.ts'
import { averagesOf, type ProfileRow } from './averages.ts'
import { chromeTraceOf } from './chrome-trace.ts'
import type { ProfileEvent, Recording } from './recording.ts'
import { type SortBy, tableOf } from './table.ts'

/** Options of `keyAverages`. */
export interface AveragesOptions {
  /** Makes a row for each combination of input shapes; needs `recordShapes` (default false). */
  readonly groupByInputShape?: boolean
}

/** Options of `table`. */
export interface TableOptions extends AveragesOptions {
  /** What comes first (default 'selfTime'). */
  readonly sortBy?: SortBy
  /** Shows no more rows (default 100). */
  readonly rowLimit?: number
}

const readOptions = /*@__PURE__*/ optionReader({
  keyAverages: '*, groupByInputShape: boolean = false',
  table: "*, sortBy: 'selfTime' | 'totalTime' | 'count' | 'name' = 'selfTime', rowLimit: int = 100, groupByInputShape: boolean = false",
} as const)

/** What was measured. `profile` makes one. */
export class Profile<R = undefined> {
  /** What the function returned. */
  readonly result: R
  readonly #recording: Recording

  /** @internal */
  constructor(recording: Recording, result: R) {
    this.#recording = recording
    this.result = result
  }

  /** Everything that ran and has ended, in the order in which it began. */
  get events(): readonly ProfileEvent[] {
    return this.#recording.events
  }

  /** One row for each name, the longest self time first. */
  keyAverages(options?: AveragesOptions): ProfileRow[] {
    return this.#rows('keyAverages', readOptions('keyAverages', options).groupByInputShape)
  }

  /** The rows as a table to print. */
  table(options?: TableOptions): string {
    const { sortBy, rowLimit, groupByInputShape } = readOptions('table', options)
    if (rowLimit < 0) throw new OptionError(`table: rowLimit must be 0 or more, not ${rowLimit}.`)
    return tableOf(this.#rows('table', groupByInputShape), sortBy, rowLimit)
  }

  /** The events as JSON in the Trace Event Format: Perfetto (ui.perfetto.dev) and chrome://tracing show it as a time line. */
  toChromeTrace(): string {
    return chromeTraceOf(this.events)
  }

  /** Ends a profile that `profile.scope()` began. */
  [Symbol.dispose](): void {
    this.#recording.stop()
  }

  #rows(name: string, groupByInputShape: boolean): ProfileRow[] {
    if (groupByInputShape && !this.#recording.settings.recordShapes)
      throw new OptionError(`${name}: no shapes were noted to group by. Profile with { recordShapes: true }.`)
    return averagesOf(this.events, groupByInputShape)
  }
}
