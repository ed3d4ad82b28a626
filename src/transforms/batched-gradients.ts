// One walk of the base tape for a whole batch of cotangents: the rows of a Jacobian at once.
import { type GradOptions, grad } from '../autograd/index.ts'
import { ShapeError } from '../core/errors.ts'
import type { Value } from '../core/value.ts'
import { within } from '../primitives/levels.ts'
import { BatchLevel } from './batch-level.ts'

/** The gradients for each cotangent in `gradOutputs`, which are batches along dim 0, as batches along dim 0. */
export function gradOfBatch(outputs: Value | readonly Value[], inputs: Value | readonly Value[], options: GradOptions): (Value | null)[] {
  const given = options.gradOutputs ?? []
  const batches = (Array.isArray(given) ? given : [given]) as readonly (Value | null)[]
  const size = batches[0]?.shape[0]
  if (size === undefined || batches.some((batch) => batch === null || batch.shape[0] !== size))
    throw new ShapeError('grad: with isGradsBatched, gradOutputs needs a batch for each output, all of the same size along dim 0.')
  const level = new BatchLevel(size)
  return within(level, () => {
    const gradOutputs = batches.map((batch) => level.lift(batch as Value))
    return grad(outputs, inputs, { ...options, gradOutputs }).map((gradient) => gradient && level.lowerBatch(gradient))
  })
}
