// Functions with derivatives of their own, under every transform: the base tape, functional tapes, forward mode and vmap.
import { AccumulateGrad, announce, baseTape, type NodeOutput, noGrad, sourceOf } from '../autograd/index.ts'
import { GradError, TraceError } from '../core/errors.ts'
import { mapNested } from '../core/nested.ts'
import { aliasOf, Value } from '../core/value.ts'
import { highestLevel, present, within } from '../primitives/levels.ts'
import { full, sum } from '../primitives/operations.ts'
import { BatchLevel, type Randomness } from './batch-level.ts'
import { CustomContext } from './custom-context.ts'
import { type CustomBackward, CustomNode } from './custom-node.ts'
import { DualLevel } from './dual-level.ts'
import { lift } from './lowering.ts'
import { TapeLevel } from './tape-level.ts'

/** What a vmap rule is told besides the arguments. */
export interface BatchInfo {
  readonly batchSize: number
  readonly randomness: Randomness
}

/** What `customFunction` is made of; the typed front stands in tensor/custom-function.ts. */
export interface CustomDefinition {
  readonly name: string
  readonly forward: (...inputs: never[]) => unknown
  readonly backward?: CustomBackward | undefined
  readonly setupContext?: ((ctx: CustomContext, inputs: never, output: never) => void) | undefined
  readonly jvp?: ((ctx: CustomContext, ...tangents: readonly (Value | null)[]) => unknown) | undefined
  readonly vmap?: ((info: BatchInfo, inDims: readonly (number | null)[], ...inputs: never[]) => unknown) | undefined
  readonly generateVmapRule?: boolean | undefined
}

/** A result with the context that was set up for it. */
interface Applied {
  readonly output: unknown
  readonly context: CustomContext
}

type Outputs = readonly unknown[]

/** The parts of what forward returned: one value, an array, or an object. */
function partsOf(output: unknown): Outputs {
  if (Array.isArray(output)) return output
  const isRecord = typeof output === 'object' && output !== null && Object.getPrototypeOf(output) === Object.prototype
  return isRecord ? Object.values(output) : [output]
}

/** The same structure with other parts. */
function withParts(output: unknown, parts: Outputs): unknown {
  if (Array.isArray(output)) return parts
  const isRecord = typeof output === 'object' && output !== null && Object.getPrototypeOf(output) === Object.prototype
  return isRecord ? Object.fromEntries(Object.keys(output).map((key, i) => [key, parts[i]])) : parts[0]
}

const mapParts = (output: unknown, change: (value: Value, i: number) => unknown): unknown =>
  withParts(
    output,
    partsOf(output).map((part, i) => (part instanceof Value ? change(part, i) : part)),
  )

function forward(definition: CustomDefinition, context: CustomContext, inputs: readonly unknown[]): unknown {
  const call = definition.forward as (...inputs: readonly unknown[]) => unknown
  if (definition.setupContext === undefined) return noGrad(() => call(context, ...inputs))
  const output = noGrad(() => call(...inputs))
  setUp(definition, context, inputs, output)
  return output
}

function setUp(definition: CustomDefinition, context: CustomContext, inputs: readonly unknown[], output: unknown): void {
  noGrad(() => definition.setupContext?.(context, inputs as never, output as never))
}

const sourcesOf = (inputs: readonly unknown[]): (NodeOutput | null)[] =>
  inputs.map((input) => (input instanceof Value ? sourceOf(input) : null))

/** On the base tape: forward runs on plain values, and one node stands for all of it. */
function applyBase(definition: CustomDefinition, inputs: readonly unknown[]): Applied {
  const edges = sourcesOf(inputs)
  const tracked = baseTape.active && edges.some((edge) => edge !== null)
  const context = new CustomContext(
    { name: nodeName(definition) },
    edges.map((edge) => edge !== null),
  )
  const raw = forward(definition, context, inputs)
  checkDirty(definition, context, inputs, raw, tracked)
  const sources = new Map<Value, NodeOutput | null>(
    inputs.flatMap((input, i) => (input instanceof Value ? [[input, edges[i] ?? null]] : [])),
  )
  const parts = partsOf(raw)
  const node = tracked ? newNode(definition, context, edges, parts) : null
  const output = mapParts(raw, (value, i) => {
    const isDirty = context.dirty.has(value)
    // what is returned is a tensor of its own, also where forward returned one that existed before
    const result = isDirty || (value.source === null && value.origin === null && !sources.has(value)) ? value : aliasOf(value)
    if (node === null || context.nonDifferentiable.has(value) || value.storage.type.category !== 2) return result
    result.source = node.outputs[i] as NodeOutput
    if (isDirty) result.generation++
    announce(node, tensorsOf(inputs), result)
    if (!sources.has(value)) sources.set(value, result.source as NodeOutput)
    return result
  })
  context.seal(sources, true)
  return { output, context }
}

const tensorsOf = (inputs: readonly unknown[]): Value[] => inputs.filter((input) => input instanceof Value)

const nodeName = ({ name }: CustomDefinition): string => `${name}Backward`

function newNode(
  definition: CustomDefinition,
  context: CustomContext,
  edges: readonly (NodeOutput | null)[],
  parts: Outputs,
): CustomNode | null {
  const results = parts.map((part) => (part instanceof Value ? part : null))
  return results.some((result) => result !== null)
    ? new CustomNode(nodeName(definition), definition.backward, context, edges, results)
    : null
}

function checkDirty(
  { name }: CustomDefinition,
  { dirty }: CustomContext,
  inputs: readonly unknown[],
  raw: unknown,
  tracked: boolean,
): void {
  for (const value of dirty) {
    if (!inputs.includes(value) || !partsOf(raw).includes(value))
      throw new GradError(`${name}: markDirty takes tensors that are arguments of forward and are returned by it.`)
    if (!tracked) continue
    if (sourceOf(value) instanceof AccumulateGrad)
      throw new GradError(`${name}: a leaf that requires grad was changed in place by forward. Return a new tensor, or pass a clone().`)
    if (value.origin !== null)
      throw new GradError(`${name}: a view was changed in place by forward. Return a new tensor, or pass a clone().`)
  }
}

/** On a functional tape: the function is applied to the values below, and a node of the level stands for it. */
function applyTape(level: TapeLevel, definition: CustomDefinition, inputs: readonly unknown[]): Applied {
  requireSetup(definition, level.name)
  const below = inputs.map((input) => (input instanceof Value ? level.lower(input) : input))
  const { output } = apply(definition, below)
  const edges = level.tape.edgesTo(inputs.map((input) => (input instanceof Value ? input : constantInput)))
  const context = new CustomContext(
    { name: nodeName(definition) },
    inputs.map((_, i) => edges?.[i] != null),
  )
  setUp(definition, context, below, output)
  const parts = partsOf(output)
  const node = edges !== null && level.tape.active ? newNode(definition, context, edges, parts) : null
  context.seal(new Map(), false)
  const lifted = mapParts(output, (value, i) => {
    const result = lift({ level, below: value })
    if (node === null || context.nonDifferentiable.has(value) || value.storage.type.category !== 2) return result
    result.source = node.outputs[i] as NodeOutput
    announce(node, tensorsOf(inputs), result)
    return result
  })
  return { output: lifted, context }
}

const constantInput: Value = /*@__PURE__*/ full([], 0, 'float32')

function requireSetup({ name, setupContext }: CustomDefinition, transform: string): void {
  if (setupContext === undefined)
    throw new GradError(
      `${name}: ${transform} needs a custom function with setupContext(ctx, inputs, output), whose forward takes no ctx, so that each transform can save its own values.`,
    )
}

/** In forward mode: the primals go through the function, the tangents through its jvp. */
function applyDual(level: DualLevel, definition: CustomDefinition, inputs: readonly unknown[]): Applied {
  const { name, jvp } = definition
  if (jvp === undefined) throw new GradError(`${name}: no jvp was given to customFunction, so that it has no forward-mode derivative.`)
  const primals = inputs.map((input) => (input instanceof Value ? level.primal(input) : input))
  const applied = apply(definition, primals)
  let { context } = applied
  if (definition.setupContext !== undefined) {
    context = new CustomContext({ name: nodeName(definition) }, context.needsInputGrad)
    setUp(definition, context, primals, applied.output)
  } else if (primals.some((primal) => primal instanceof Value && primal.lifted !== null)) requireSetup(definition, level.name)
  const tangents = inputs.map((input, i) => {
    if (!(input instanceof Value)) return null
    const primal = primals[i] as Value
    const isFloat = primal.storage.type.category === 2
    return level.tangent(input) ?? (context.materializes && isFloat ? full(primal.shape, 0, primal.dtype) : null)
  })
  const results = partsOf(jvp(context, ...tangents))
  const output = mapParts(applied.output, (value, i) => {
    const tangent = results[i] ?? null
    if (tangent !== null && !(tangent instanceof Value))
      throw new GradError(`${name}: jvp must return a tensor or null for each output, got ${typeof tangent}.`)
    return value.storage.type.category === 2 ? level.make(value, tangent) : value
  })
  return { output, context }
}

/** In vmap: by the function's own rule, or by running the function itself on batched values. */
function applyBatch(level: BatchLevel, definition: CustomDefinition, inputs: readonly unknown[]): Applied {
  const { name, vmap, generateVmapRule } = definition
  const lower = (input: unknown): unknown => (input instanceof Value ? level.lower(input).value : input)
  const isBatched = (input: unknown): boolean => input instanceof Value && level.lower(input).batched
  if (vmap === undefined) {
    requireSetup(definition, level.name)
    if (!generateVmapRule)
      throw new TraceError(`${name}: customFunction has no vmap rule. Give it vmap(info, inDims, …), or generateVmapRule: true.`)
    const { output, context } = apply(overBatch(level, definition, inputs.map(isBatched)), inputs.map(lower))
    return { output: mapParts(output, (value) => level.lift(value)), context }
  }
  const inDims = inputs.map((input) => (isBatched(input) ? 0 : null))
  const info = { batchSize: level.size, randomness: level.randomness }
  const call = vmap as (info: BatchInfo, inDims: readonly (number | null)[], ...inputs: readonly unknown[]) => unknown
  const returned = call(info, inDims, ...inputs.map(lower))
  if (!Array.isArray(returned) || returned.length !== 2) throw new TraceError(`${name}: its vmap must return [output, outDims].`)
  const [output, outDims] = returned as [unknown, unknown]
  const dims = partsOf(output).length === 1 && !Array.isArray(outDims) ? [outDims] : partsOf(outDims)
  const lifted = mapParts(output, (value, i) => (typeof dims[i] === 'number' ? level.lift(value, dims[i]) : value))
  return { output: lifted, context: new CustomContext({ name: nodeName(definition) }, []) }
}

/** In place of a tensor in a structure. */
class Hole {}

/** The function of whole batches that does what `definition` does for each sample: its parts run at the level of the batch. */
function overBatch(level: BatchLevel, definition: CustomDefinition, batched: readonly boolean[]): CustomDefinition {
  const atLevel = <R>(run: () => R): R => (level.depth >= 0 ? run() : within(level, run))
  const liftIf = (value: unknown, isBatched: boolean | undefined): unknown =>
    isBatched && value instanceof Value ? level.lift(value) : value
  const liftAll = (values: readonly unknown[]): unknown[] => values.map((value, i) => liftIf(value, batched[i]))
  const wholeBatches = (output: unknown): unknown => mapParts(output, (value) => level.lowerBatch(value))
  /** What the function saves at the level, so that the tensors are saved one level below. */
  const saveBelow = (ctx: CustomContext, saved: object): void => {
    const tensors: Value[] = []
    const batchedTensors: boolean[] = []
    const structure = mapNested(saved, (leaf) => {
      if (!(leaf instanceof Value)) return leaf
      const { value, batched: isBatched } = level.lower(leaf)
      tensors.push(value)
      batchedTensors.push(isBatched)
      return new Hole()
    })
    ctx.save({ structure, tensors, batchedTensors })
  }
  const contextAtLevel = (ctx: CustomContext): CustomContext => {
    const { structure, tensors, batchedTensors } = ctx.saved as { structure: unknown; tensors: Value[]; batchedTensors: boolean[] }
    let next = 0
    const saved = mapNested(structure, (leaf) => {
      if (!(leaf instanceof Hole)) return leaf
      const i = next++
      return liftIf(tensors[i], batchedTensors[i])
    })
    const inner = new CustomContext({ name: nodeName(definition) }, ctx.needsInputGrad)
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
      const inner = new CustomContext({ name: nodeName(definition) }, ctx.needsInputGrad)
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

function apply(definition: CustomDefinition, inputs: readonly unknown[]): Applied {
  const current = inputs.map((input) => (input instanceof Value ? present(input) : input))
  const level = highestLevel(tensorsOf(current))
  if (level === null) return applyBase(definition, current)
  if (level instanceof TapeLevel) return applyTape(level, definition, current)
  if (level instanceof DualLevel) return applyDual(level, definition, current)
  if (level instanceof BatchLevel) return applyBatch(level, definition, current)
  throw new TypeError(`${definition.name}: ${level.name} does not know custom functions`)
}

/** The callable of a definition. */
export const customFunction =
  (definition: CustomDefinition) =>
  (...inputs: readonly unknown[]): unknown =>
    apply(definition, inputs).output
