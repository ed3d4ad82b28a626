// What waits for the end of the walk that is under way: hooks that need the gradients of several tensors.

/** One walk, while it lasts. */
export interface CurrentWalk {
  /** Called at the end of the walk, if it gets there. */
  readonly callbacks: (() => void)[]
}

let current: CurrentWalk | null = null

/** The walk under way; null outside one. Walks nest when a hook starts another. */
export const currentWalk = (): CurrentWalk | null => current

/** Begins a walk; returns the one that it interrupts, for `leaveWalk`. */
export function enterWalk(): CurrentWalk | null {
  const before = current
  current = { callbacks: [] }
  return before
}

/** All nodes have run. */
export function completeWalk(): void {
  for (const callback of current?.callbacks ?? []) callback()
}

/** Ends a walk, in any case. */
export function leaveWalk(before: CurrentWalk | null): void {
  current = before
}
