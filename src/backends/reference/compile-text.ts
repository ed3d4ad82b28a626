// Turns emitted text into a function, where the page's policy allows that.
import { intrinsics } from '../expression.ts'

let allowed: boolean | undefined

/** Whether `new Function` may be used here; a Content-Security-Policy can forbid it. */
export function canCompileText(): boolean {
  if (allowed === undefined) {
    try {
      allowed = new Function('return true')() as boolean
    } catch {
      allowed = false
    }
  }
  return allowed
}

/** Forces the closure interpreter (`false`) or asks the engine again (`undefined`); for tests. */
export function setCompileText(value: false | undefined): void {
  allowed = value
}

/** The function whose source is `text`; it sees the intrinsics by name. */
export function compileText<F>(text: string): F {
  return new Function(...Object.keys(intrinsics), `'use strict'; return ${text}`)(...Object.values(intrinsics)) as F
}
