// Functions with derivatives of their own, under every transform: the base tape, functional tapes, forward mode and vmap.
import { AccumulateGrad, announce, baseTape, type NodeOutput, noGrad, sourceOf } from '../autograd/index.ts'
import { isFloating } from '../core/dtype.ts'
import { GradError, TraceError } from '../core/errors.ts'
import { aliasOf, Value } from '../core/value.ts'
import { highestLevel, present } from '../primitives/levels.ts'
import { full } from '../primitives/operations.ts'
import { BatchLevel } from './batch-level.ts'
import type { CustomContext } from './custom-context.ts'
import {
  type BatchInfo,
  type CustomDefinition,
  contextFor,
  mapParts,
  nodeName,
  type Outputs,
  partsOf,
  requireSetup,
  setUp,
} from './custom-definition.ts'
import { CustomNode } from './custom-node.ts'
import { overBatch } from './custom-over-batch.ts'
import { DualLevel } from './dual-level.ts'
import { lift } from './lowering.ts'
import { TapeLevel } from './tape-level.ts'

/** A result with the context that was set up for it. */
interface Applied {
  readonly output: unknown
  readonly context: CustomContext
}

function forward(definition: CustomDefinition, context: CustomContext, inputs: readonly unknown[]): unknown {
  const call = definition.forward as (...inputs: readonly unknown[]) => unknown
  if (definition.setupContext === undefined) return noGrad(() => call(context, ...inputs))
  const output = noGrad(() => call(...inputs))
  setUp(definition, context, inputs, output)
  return output
}

const sourcesOf = (inputs: readonly unknown[]): (NodeOutput | null)[] =>
  inputs.map((input) => (input instanceof Value ? sourceOf(input) : null))

/** On the base tape: forward runs on plain values, and one node stands for all of it. */
function applyBase(definition: CustomDefinition, inputs: readonly unknown[]): Applied {
  const edges = sourcesOf(inputs)
  const tracked = baseTape.active && edges.some((edge) => edge !== null)
  const context = contextFor(
    definition,
    edges.map((edge) => edge !== null),
  )
  const raw = forward(definition, context, inputs)
  checkDirty(definition, context, inputs, raw, tracked)
  const sources = new Map<Value, NodeOutput | null>(
    inputs.flatMap((input, i) => (input instanceof Value ? [[input, edges[i] ?? null]] : [])),
  )
  const parts = partsOf(raw)
  const node = tracked ? newNode(definition, context, edges, inputs, parts) : null
  const output = mapParts(raw, (value, i) => {
    const isDirty = context.dirty.has(value)
    // what is returned is a tensor of its own, also where forward returned one that existed before
    const result = isDirty || (value.source === null && value.origin === null && !sources.has(value)) ? value : aliasOf(value)
    if (!isDirty) lockShared(result, inputs)
    if (node === null || context.nonDifferentiable.has(value) || !isFloating(value.dtype)) return result
    result.source = node.outputs[i] as NodeOutput
    if (isDirty) result.generation++
    announce(node, tensorsOf(inputs), result)
    if (!sources.has(value)) sources.set(value, result.source as NodeOutput)
    return result
  })
  context.seal(sources, true)
  return { output, context }
}

/** Has a result that shares memory with an argument refuse to be changed: the function's derivative says nothing of such a change. */
function lockShared(result: Value, inputs: readonly unknown[]): void {
  const parent = tensorsOf(inputs).find(({ storage }) => storage === result.storage)
  if (parent === undefined) return
  const root = parent.origin?.root ?? parent
  const locked = 'has the memory of an argument, which a custom function returned'
  result.origin = { parent, root, primitive: null, params: null, generation: root.generation, locked }
}

const tensorsOf = (inputs: readonly unknown[]): Value[] => inputs.filter((input) => input instanceof Value)

function newNode(
  definition: CustomDefinition,
  context: CustomContext,
  edges: readonly (NodeOutput | null)[],
  inputs: readonly unknown[],
  parts: Outputs,
): CustomNode | null {
  const results = parts.map((part) => (part instanceof Value ? part : null))
  return results.some((result) => result !== null)
    ? new CustomNode(nodeName(definition), definition.backward, context, edges, inputs, results)
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
    if (tracked) refuseDirty(name, value)
  }
}

/** Throws where a change in place cannot become the history of `value`. */
function refuseDirty(name: string, value: Value): void {
  const what = sourceOf(value) instanceof AccumulateGrad ? 'a leaf that requires grad' : value.origin !== null ? 'a view' : null
  if (what !== null) throw new GradError(`${name}: ${what} was changed in place by forward. Return a new tensor, or pass a clone().`)
}

/** On a functional tape: the function is applied to the values below, and a node of the level stands for it. */
function applyTape(level: TapeLevel, definition: CustomDefinition, inputs: readonly unknown[]): Applied {
  requireSetup(definition, level.name)
  const below = inputs.map((input) => (input instanceof Value ? level.lower(input) : input))
  const { output } = apply(definition, below)
  const edges = level.tape.edgesTo(inputs.map((input) => (input instanceof Value ? input : constantInput)))
  const context = contextFor(
    definition,
    inputs.map((_, i) => edges?.[i] != null),
  )
  setUp(definition, context, below, output)
  const parts = partsOf(output)
  const node = edges !== null && level.tape.active ? newNode(definition, context, edges, inputs, parts) : null
  context.seal(new Map(), false)
  const lifted = mapParts(output, (value, i) => {
    const dirty = context.dirty.has(value) ? (inputs[below.indexOf(value)] as Value | undefined) : undefined
    const result = dirty ?? lift({ level, below: value })
    if (dirty === undefined) lockShared(result, inputs)
    else if (node !== null) refuseDirty(definition.name, dirty)
    if (node === null || context.nonDifferentiable.has(value) || !isFloating(value.dtype)) return result
    result.source = node.outputs[i] as NodeOutput
    if (dirty !== undefined) result.generation++
    announce(node, tensorsOf(inputs), result)
    return result
  })
  return { output: lifted, context }
}

const constantInput: Value = /*@__PURE__*/ full([], 0, 'float32')

/** In forward mode: the primals go through the function, the tangents through its jvp. */
function applyDual(level: DualLevel, definition: CustomDefinition, inputs: readonly unknown[]): Applied {
  const { name, jvp } = definition
  if (jvp === undefined)
    throw new GradError(
      `${name}: no jvp was given to customFunction, so that it has no forward-mode derivative. Give one, or use reverse mode.`,
    )
  const primals = inputs.map((input) => (input instanceof Value ? level.primal(input) : input))
  const applied = apply(definition, primals)
  let { context } = applied
  if (definition.setupContext !== undefined) {
    context = contextFor(definition, context.needsInputGrad)
    setUp(definition, context, primals, applied.output)
  } else if (primals.some((primal) => primal instanceof Value && primal.lifted !== null)) requireSetup(definition, level.name)
  const tangents = inputs.map((input, i) => {
    if (!(input instanceof Value)) return null
    const primal = primals[i] as Value
    return level.tangent(input) ?? (context.materializes && isFloating(primal.dtype) ? full(primal.shape, 0, primal.dtype) : null)
  })
  const results = partsOf(jvp(context, ...tangents))
  const output = mapParts(applied.output, (value, i) => {
    const tangent = results[i] ?? null
    if (tangent !== null && !(tangent instanceof Value))
      throw new GradError(`${name}: jvp must return a tensor or null for each output, got ${typeof tangent}.`)
    return isFloating(value.dtype) ? level.make(value, tangent) : value
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
  return { output: lifted, context: contextFor(definition, []) }
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
