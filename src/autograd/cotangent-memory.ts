// The memory of a walk: what its rules make belongs to it, and goes back to the heap as soon as no waiting gradient lies in it, so that
// it is used again while it is hot, and the collector has less to do. What anybody outside may hold is never given back.
import { recordInto, releaseStorage, type Storage } from '../core/storage.ts'
import type { Value } from '../core/value.ts'

/** Runs people's functions: what is made meanwhile is theirs. */
export function asOutsider<R>(run: () => R): R {
  const list = recordInto(null)
  try {
    return run()
  } finally {
    recordInto(list)
  }
}

/** Keeps account of one walk's memory. */
export class CotangentMemory {
  /** What rules made since the last node was done. */
  readonly #made: Storage[] = []
  /** What earlier rules made, and waits. */
  readonly #own = new Set<Storage>()
  /** How many waiting gradients lie in a storage. */
  readonly #claims = new Map<Storage, number>()
  /** What got outside: results, kept gradients, arguments of hooks. */
  readonly #escaped = new Set<Storage>()
  readonly #before: Storage[] | null = recordInto(this.#made)

  /** A gradient waits. */
  claim({ storage }: Value): void {
    if (storage.block !== 0) this.#claims.set(storage, (this.#claims.get(storage) ?? 0) + 1)
  }

  /** A gradient waits no longer: its node has run, or it was added to another. */
  unclaim({ storage }: Value): void {
    const claims = this.#claims.get(storage)
    if (claims === undefined) return
    if (claims > 1) this.#claims.set(storage, claims - 1)
    else {
      this.#claims.delete(storage)
      if (this.#own.delete(storage)) this.#release(storage)
    }
  }

  /** A value gets outside. */
  escape({ storage }: Value): void {
    if (storage.block !== 0) this.#escaped.add(storage)
  }

  /** A node has run, and its gradients were delivered: what it made besides is of no use any more. */
  nodeDone(): void {
    for (const storage of this.#made) {
      if (this.#claims.has(storage)) this.#own.add(storage)
      else this.#release(storage)
    }
    this.#made.length = 0
  }

  /** The walk is over. */
  end(): void {
    recordInto(this.#before)
  }

  #release(storage: Storage): void {
    if (!this.#escaped.has(storage)) releaseStorage(storage)
  }
}
