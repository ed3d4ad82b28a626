// Memory of a traced tensor: it stands for contents that there will be when the recorded program runs.
import { callSiteLater, type SourceLine } from '../core/call-site.ts'
import type { DTypeFacts, ElementArray } from '../core/dtype.ts'
import { TraceError } from '../core/errors.ts'
import { PlacelessStorage, type Storage, startingVersion } from '../core/storage.ts'
import type { Buffer } from './graph.ts'

/** ` (model.ts:12)`, for messages. */
export const place = (site: SourceLine | null): string => (site === null ? '' : ` (${site.file}:${site.line})`)

/** A storage, as far as operations can tell that compute nothing. */
export class TracedStorage extends PlacelessStorage {
  readonly buffer: Buffer
  /** Whose it is. */
  readonly trace: object
  readonly made: () => SourceLine | null = callSiteLater()
  version: number = startingVersion()
  changedBy: string | null = null

  constructor(buffer: Buffer, trace: object) {
    super()
    this.buffer = buffer
    this.trace = trace
  }

  get type(): DTypeFacts {
    return this.buffer.type
  }

  get length(): number {
    return this.buffer.length
  }

  get data(): ElementArray {
    throw new TraceError(
      `compile: a tensor that was computed while compile recorded${place(this.made())} has no contents outside. Return it from the compiled function, and use what that returns.`,
    )
  }
}

/** The traced memory behind a storage; null behind others. */
export const tracedOf = (storage: Storage): TracedStorage | null =>
  (storage as unknown) instanceof TracedStorage ? (storage as unknown as TracedStorage) : null
