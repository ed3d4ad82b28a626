// The place of whoever takes launches down to run them later, again and again: a compiled plan. While there is a recorder, a program that launches
// kernels runs none. Its operands may have addresses that mean nothing yet; they are at least `FIRST_STAND_IN`, and the recorder knows them.
import type { Cut } from './cut.ts'
import type { Kernel } from './threads/pool.ts'

/** Addresses from here on stand for memory that has no place yet: no heap reaches so far, and sums with sizes and strides stay exact. */
export const FIRST_STAND_IN: number = 2 ** 40

/** Takes launches down. */
export interface LaunchRecorder {
  /** A kernel is to run with these words, of which some may be stand-ins; `cut` says what of the program's output each task computes for good. */
  launch(kernel: Kernel, args: readonly number[], tasks: number, work: number, cut: Cut | null): void
  /** Working memory until the program is over; its address. */
  scratch(bytes: number): number
  /** Words that kernels look up; their address. */
  table(words: readonly number[]): number
  /** The launch to come depends on a choice that may change as kernels are optimised; it is asked for again after so many runs. */
  choose(kernel: (runs: number) => Kernel): void
}

/** Who takes launches down; null while they run. */
export let recorder: LaunchRecorder | null = null

/** Takes launches down while a program runs. */
export function recordLaunches<R>(wanted: LaunchRecorder, program: () => R): R {
  const before = recorder
  recorder = wanted
  try {
    return program()
  } finally {
    recorder = before
  }
}
