// Lists of hooks, and the handles that take a hook out again.
import { OptionError } from '../core/errors.ts'

/** What registering a hook gives. */
export interface HookHandle {
  /** Takes the hook out; doing so twice is harmless. */
  remove(): void
}

/** Hooks in order of registration. */
export type HookList<Hook> = Map<HookHandle, Hook>

/** Adds a hook to the end of a list. */
export function addHook<Hook>(operation: string, hooks: HookList<Hook>, hook: Hook): HookHandle {
  if (typeof hook !== 'function') throw new OptionError(`${operation}: a hook is a function, got ${hook === null ? 'null' : typeof hook}.`)
  const handle: HookHandle = { remove: () => void hooks.delete(handle) }
  hooks.set(handle, hook)
  return handle
}
