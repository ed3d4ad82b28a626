// Checkpoints: less memory for a second forward pass. The typed front of transforms/checkpoint.ts.
import { OptionError } from '../../core/errors.ts'
import * as transforms from '../../transforms/index.ts'
import { optionReader } from '../signature-reader.ts'
import type { Tensor } from '../tensor.ts'

/** Options of `checkpoint` and `checkpointSequential`. */
export interface CheckpointOptions {
  /** Gives the second run the random numbers of the first, so that dropout drops the same (default true). */
  readonly preserveRngState?: boolean
  /** Whether shapes and dtypes of the second run are compared with the first's (default 'default'). */
  readonly determinismCheck?: transforms.DeterminismCheck
}

const readOptions = /*@__PURE__*/ optionReader({
  checkpoint: "f: function, inputs: data, *, preserveRngState: boolean = true, determinismCheck: 'default' | 'none' = 'default'",
  checkpointSequential:
    "functions: data, segments: int, input: tensor, *, preserveRngState: boolean = true, determinismCheck: 'default' | 'none' = 'default'",
} as const)

/**
 * Calls `f(...inputs)` so that it keeps its inputs only: what it would save for backward is computed a second time when backward needs
 * it. The gradients are the same; the memory is that of one such part at a time.
 *
 * @throws GradError in backward, if the second run saves other tensors than the first.
 * @example
 * ```ts
 * import { autograd, randn, type Tensor } from 'wengert'
 * const block = (x: Tensor) => x.sin().exp().tanh()
 * const x = randn([1000], { requiresGrad: true })
 * autograd.checkpoint(block, [x]).sum().backward() // keeps x only
 * console.log(x.grad?.shape) // [ 1000 ]
 * ```
 */
export function checkpoint<const Inputs extends readonly unknown[], Output>(
  f: (...inputs: Inputs) => Output,
  inputs: Inputs,
  options?: CheckpointOptions,
): Output {
  return transforms.checkpoint(f as (...inputs: never[]) => unknown, inputs, readOptions('checkpoint', options)) as Output
}

/** A function of one tensor, or a module. */
export type Stage = ((input: Tensor) => Tensor) | { forward(input: Tensor): Tensor }

/**
 * Runs functions or modules one after the other, in `segments` checkpointed parts; the last part runs as usual, since backward needs it
 * at once.
 */
export function checkpointSequential(functions: Iterable<Stage>, segments: number, input: Tensor, options?: CheckpointOptions): Tensor {
  const stages = [...functions]
  if (!Number.isInteger(segments) || segments < 1 || segments > stages.length)
    throw new OptionError(`checkpointSequential: segments must be an integer from 1 to ${stages.length}, got ${segments}.`)
  if (stages.some((stage) => typeof stage !== 'function' && typeof stage?.forward !== 'function'))
    throw new OptionError('checkpointSequential: needs functions of one tensor, or modules.')
  const settings = readOptions('checkpointSequential', options)
  const run =
    (part: readonly Stage[]) =>
    (x: Tensor): Tensor =>
      part.reduce((value, stage) => (typeof stage === 'function' ? stage(value) : stage.forward(value)), x)
  const size = Math.floor(stages.length / segments)
  let x = input
  for (let segment = 0; segment < segments - 1; segment++) {
    const part = run(stages.slice(segment * size, (segment + 1) * size))
    x = transforms.checkpoint(part as (...inputs: never[]) => unknown, [x], settings) as Tensor
  }
  return run(stages.slice((segments - 1) * size))(x)
}
