// What `generateVmapRule` asks for: a custom function of whole batches, made of one for each sample.
import { mapNested } from '../core/nested.ts'
import { Value } from '../core/value.ts'
import { within } from '../primitives/levels.ts'
import { sum } from '../primitives/operations.ts'
import type { BatchLevel } from './batch-level.ts'
import type { CustomContext } from './custom-context.ts'
import { type CustomDefinition, contextFor, mapParts, partsOf, setUp } from './custom-definition.ts'

/** In place of a tensor in a structure that one level saved; below, another batch may save that structure with holes of its own. */
class Hole {
  readonly level: BatchLevel
  /** Which of the saved tensors stands here. */
  readonly number: number
  readonly batched: boolean

  constructor(level: BatchLevel, number: number, batched: boolean) {
    this.level = level
    this.number = number
    this.batched = batched
  }
}

/** The function of whole batches that does what `definition` does for each sample: its parts run at the level of the batch. */
export function overBatch(level: BatchLevel, definition: CustomDefinition, batched: readonly boolean[]): CustomDefinition {
  const atLevel = <R>(run: () => R): R => (level.depth >= 0 ? run() : within(level, run))
  const liftIf = (value: unknown, isBatched: boolean | undefined): unknown =>
    isBatched && value instanceof Value ? level.lift(value) : value
  const liftAll = (values: readonly unknown[]): unknown[] => values.map((value, i) => liftIf(value, batched[i]))
  const wholeBatches = (output: unknown): unknown => mapParts(output, (value) => level.lowerBatch(value))
  /** What the function saves at the level, so that the tensors are saved one level below. */
  const saveBelow = (ctx: CustomContext, saved: object): void => {
    const tensors: Value[] = []
    const structure = mapNested(saved, (leaf) => {
      if (!(leaf instanceof Value)) return leaf
      const { value, batched: isBatched } = level.lower(leaf)
      return new Hole(level, tensors.push(value) - 1, isBatched)
    })
    ctx.save({ structure, tensors })
  }
  const contextAtLevel = (ctx: CustomContext): CustomContext => {
    const { structure, tensors } = ctx.saved as { structure: unknown; tensors: Value[] }
    const saved = mapNested(structure, (leaf) =>
      leaf instanceof Hole && leaf.level === level ? liftIf(tensors[leaf.number], leaf.batched) : leaf,
    )
    const inner = contextFor(definition, ctx.needsInputGrad)
    inner.save(saved as Record<string, unknown>)
    return inner
  }
  const { backward, jvp } = definition
  return {
    name: definition.name,
    generateVmapRule: true, // below may be another batch
    forward: (...inputs: unknown[]) =>
      atLevel(() => wholeBatches((definition.forward as (...inputs: unknown[]) => unknown)(...liftAll(inputs)))),
    setupContext: (ctx, inputs: readonly unknown[], output) => {
      const inner = contextFor(definition, ctx.needsInputGrad)
      const lifted = mapParts(output, (value) => level.lift(value))
      atLevel(() => setUp(definition, inner, liftAll(inputs), lifted))
      ctx.setMaterializeGrads(inner.materializes)
      const marked = partsOf(output).filter((_, i) => inner.nonDifferentiable.has(partsOf(lifted)[i] as Value))
      ctx.markNonDifferentiable(...(marked as Value[]))
      saveBelow(ctx, { ...inner.saved })
    },
    backward:
      backward &&
      ((ctx, ...gradOutputs) =>
        atLevel(() => {
          const lifted = gradOutputs.map((gradient) => gradient && level.lift(gradient))
          return partsOf(backward(contextAtLevel(ctx), ...lifted)).map((gradient, i) => {
            if (!(gradient instanceof Value)) return gradient
            // an input that is the same for all calls gets the sum of their gradients
            return batched[i] ? level.lowerBatch(gradient) : level.lower(gradient).batched ? sum(level.lower(gradient).value, 0) : gradient
          })
        })),
    jvp:
      jvp &&
      ((ctx, ...tangents) => atLevel(() => partsOf(wholeBatches(jvp(contextAtLevel(ctx), ...(liftAll(tangents) as (Value | null)[])))))),
  }
}
