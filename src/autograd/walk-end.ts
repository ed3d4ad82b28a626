// What waits for the end of the walk that is under way: hooks that need the gradients of several tensors.

/** One walk, while it lasts. */
export interface CurrentWalk {
  /** Called at the end of the walk, if it gets there. */
  readonly callbacks: (() => void)[]
}

let current: CurrentWalk | null = null

/** The walk under way; null outside one. Walks nest when a hook starts another. */
export const currentWalk = (): CurrentWalk | null => current

/** Begins a walk. `completed` is called when all nodes have run, `left` in any case. */
export function beginWalk(): { completed(): void; left(): void } {
  const before = current
  const walk: CurrentWalk = { callbacks: [] }
  current = walk
  return {
    completed() {
      for (const callback of walk.callbacks) callback()
    },
    left() {
      current = before
    },
  }
}
