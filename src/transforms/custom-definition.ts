// What a custom function is made of, and how its parts are called and its results taken apart, under any transform.
import { noGrad } from '../autograd/index.ts'
import { GradError } from '../core/errors.ts'
import { isPlainObject } from '../core/nested.ts'
import { Value } from '../core/value.ts'
import type { Randomness } from './batch-level.ts'
import { CustomContext } from './custom-context.ts'
import type { CustomBackward } from './custom-node.ts'

/** What a vmap rule is told besides the arguments. */
export interface BatchInfo {
  readonly batchSize: number
  readonly randomness: Randomness
}

/** What `customFunction` is made of; the typed front stands in tensor/autograd/custom-function.ts. */
export interface CustomDefinition {
  readonly name: string
  readonly forward: (...inputs: never[]) => unknown
  readonly backward?: CustomBackward | undefined
  readonly setupContext?: ((ctx: CustomContext, inputs: never, output: never) => void) | undefined
  readonly jvp?: ((ctx: CustomContext, ...tangents: readonly (Value | null)[]) => unknown) | undefined
  readonly vmap?: ((info: BatchInfo, inDims: readonly (number | null)[], ...inputs: never[]) => unknown) | undefined
  readonly generateVmapRule?: boolean | undefined
}

/** The name of the function's nodes. */
export const nodeName = ({ name }: CustomDefinition): string => `${name}Backward`

/** An empty context. */
export const contextFor = (definition: CustomDefinition, needsInputGrad: readonly boolean[]): CustomContext =>
  new CustomContext({ name: nodeName(definition) }, needsInputGrad)

/** Has the function fill a context from its arguments and output. */
export function setUp(definition: CustomDefinition, context: CustomContext, inputs: readonly unknown[], output: unknown): void {
  noGrad(() => definition.setupContext?.(context, inputs as never, output as never))
}

/** Throws unless each transform can have a context of its own. */
export function requireSetup({ name, setupContext }: CustomDefinition, transform: string): void {
  if (setupContext === undefined)
    throw new GradError(
      `${name}: ${transform} needs a custom function with setupContext(ctx, inputs, output), whose forward takes no ctx, so that each transform can save its own values.`,
    )
}

/** What forward returned, part by part. */
export type Outputs = readonly unknown[]

/** The parts of what forward returned: one value, an array, or an object. */
export function partsOf(output: unknown): Outputs {
  if (Array.isArray(output)) return output
  return isPlainObject(output) ? Object.values(output) : [output]
}

/** The same structure with other parts. */
function withParts(output: unknown, parts: Outputs): unknown {
  if (Array.isArray(output)) return parts
  return isPlainObject(output) ? Object.fromEntries(Object.keys(output).map((key, i) => [key, parts[i]])) : parts[0]
}

/** The same structure with its tensors changed. */
export const mapParts = (output: unknown, change: (value: Value, i: number) => unknown): unknown =>
  withParts(
    output,
    partsOf(output).map((part, i) => (part instanceof Value ? change(part, i) : part)),
  )
