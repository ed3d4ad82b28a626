// Programs of several kernels with several results, beside the primitives, which have one: what a fused composition runs that is no loop over rows.
import type { Value } from '../core/value.ts'
import { tracer } from './tracer.ts'

/** A program. Its outputs are dense, and their contents undefined before. */
export interface Program<Params> {
  readonly name: string
  /** Runs it on kernels; false where the reference must compute, and nothing was written. */
  run(inputs: readonly Value[], params: Params, outputs: readonly Value[]): boolean
  /** The same in plain loops. */
  reference(inputs: readonly Value[], params: Params, outputs: readonly Value[]): void
}

/** Runs a program, or has it recorded. */
export function runProgram<Params>(program: Program<Params>, inputs: readonly Value[], params: Params, outputs: readonly Value[]): void {
  if (tracer !== null) tracer.program(program, inputs, params, outputs)
  else if (!program.run(inputs, params, outputs)) program.reference(inputs, params, outputs)
}
