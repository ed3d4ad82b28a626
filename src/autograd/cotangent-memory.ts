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

/** What a walk knows of a storage in the heap. */
interface Account {
  /** How many waiting gradients lie in it. */
  claims: number
  /** Whether a rule of this walk made it. */
  isOwn: boolean
  /** Whether it got outside: as a result, a kept gradient, an argument of a hook. */
  hasEscaped: boolean
}

/** Keeps account of one walk's memory. */
export class CotangentMemory {
  /** What rules made since the last node was done. */
  readonly #made: Storage[] = []
  /** Made when there is something in the heap: small walks are common. */
  #accounts: Map<Storage, Account> | null = null
  readonly #before: Storage[] | null = recordInto(this.#made)

  #account(storage: Storage): Account {
    this.#accounts ??= new Map()
    let account = this.#accounts.get(storage)
    if (account === undefined) {
      account = { claims: 0, isOwn: false, hasEscaped: false }
      this.#accounts.set(storage, account)
    }
    return account
  }

  /** A gradient waits. */
  claim({ storage }: Value): void {
    if (storage.block !== 0) this.#account(storage).claims++
  }

  /** A gradient waits no longer: its node has run, or it was added to another. */
  unclaim({ storage }: Value): void {
    const account = this.#accounts?.get(storage)
    if (account === undefined || --account.claims > 0) return
    if (account.isOwn && !account.hasEscaped) {
      this.#accounts?.delete(storage)
      releaseStorage(storage)
    }
  }

  /** A value gets outside. */
  escape({ storage }: Value): void {
    if (storage.block !== 0) this.#account(storage).hasEscaped = true
  }

  /** A node has run, and its gradients were delivered: what it made besides is of no use any more. */
  nodeDone(): void {
    if (this.#made.length === 0) return
    for (const storage of this.#made) {
      const account = this.#accounts?.get(storage)
      if (account === undefined) releaseStorage(storage)
      else account.isOwn = true
      if (account?.claims === 0 && !account.hasEscaped) releaseStorage(storage)
    }
    this.#made.length = 0
  }

  /** The walk is over. */
  end(): void {
    recordInto(this.#before)
  }
}
