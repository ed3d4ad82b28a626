// The tape's nodes: which primitive made which value from which. A node holds edges, never the tensors around it.

import type { DTypeFacts } from '../core/dtype.ts'
import { inspect } from '../core/printed.ts'
import type { Shape } from '../core/shape.ts'
import type { GradientSource, Value } from '../core/value.ts'
import type { HookHandle, HookList } from './hooks.ts'
import { addHook } from './hooks.ts'

let created = 0
/** A hook of a tensor: gets its gradient; what it returns takes its place. */
export type TensorHook = (gradient: Value) => Value | null | undefined
/** A hook that runs before a node: gets the gradients of its outputs; what it returns takes their place. */
export type NodePrehook = (gradOutputs: readonly (Value | null)[]) => readonly (Value | null)[] | null | undefined
/** A hook that runs after a node: gets the gradients of its inputs and outputs; what it returns takes the place of the former. */
export type NodeHook = (
  gradInputs: readonly (Value | null)[],
  gradOutputs: readonly (Value | null)[],
) => readonly (Value | null)[] | null | undefined

/** What stands before the gradients that are kept, while a program is recorded: nobody's are changed. */
export interface GradientOverlay {
  read(output: NodeOutput): Value | null
  write(output: NodeOutput, gradient: Value | null): void
}

let overlay: GradientOverlay | null = null

/** Lets gradients be read and written elsewhere from now on, or, with null, where they are; returns where before. */
export function overlayGradients(wanted: GradientOverlay | null): GradientOverlay | null {
  const before = overlay
  overlay = wanted
  return before
}

/** One output of a node: where the gradients of a value arrive. The source of every recorded value is one. */
export abstract class NodeOutput implements GradientSource {
  /** Shape of the output, hence of its gradient. */
  readonly shape: Shape
  /** Dtype of the output, hence of its gradient. */
  readonly type: DTypeFacts
  /** Whether the gradient of the output is kept for reading: always for a leaf, on request (`retainGrad`) elsewhere. */
  retains = false
  /** The gradient that is kept, or what will give it when somebody asks. */
  #kept: Value | null | (() => Value) = null
  /** @internal Hooks of the tensor. */
  hooks: HookList<TensorHook> | null = null

  constructor(shape: Shape, type: DTypeFacts) {
    this.shape = shape
    this.type = type
  }

  /** The gradient that is kept. Only the engine and its front in gradients.ts write it. */
  get grad(): Value | null {
    if (overlay !== null) return overlay.read(this)
    if (typeof this.#kept === 'function') this.#kept = this.#kept()
    return this.#kept
  }

  set grad(gradient: Value | null) {
    if (overlay !== null) overlay.write(this, gradient)
    else this.#kept = gradient
  }

  /** Has the gradient made when somebody asks for it. */
  keepLater(make: () => Value): void {
    this.#kept = make
  }

  /** Whether a gradient is kept, without asking for it. */
  get keeps(): boolean {
    return this.#kept !== null
  }

  /** The node whose output this is. */
  abstract get node(): GraphNode
  /** Which of its outputs. */
  abstract get number(): number
  abstract get sequence(): number
}

/** A node of the recorded graph: an applied primitive, or the place where a leaf's gradient accumulates. It is its own, only output. */
export abstract class GraphNode extends NodeOutput {
  /** Order of creation. Inputs are made before what uses them, so descending order is a topological order. */
  override readonly sequence: number = ++created
  /** The outputs that made the inputs; null where no gradient is wanted. */
  readonly edges: readonly (NodeOutput | null)[]
  /** @internal Hooks of the node itself. */
  nodeHooks: { readonly before: HookList<NodePrehook>; readonly after: HookList<NodeHook> } | null = null

  constructor(edges: readonly (NodeOutput | null)[], shape: Shape, type: DTypeFacts) {
    super(shape, type)
    this.edges = edges
  }

  override get node(): this {
    return this
  }

  override get number(): number {
    return 0
  }

  /** Whether the gradients along all edges are computed together (`gradientsAlong`), not one by one. */
  readonly joint: boolean = false

  /** As PyTorch prints it, `MulBackward0`. */
  abstract get name(): string

  /** Outputs by number; null where the node is its own, only one. */
  get outputs(): readonly NodeOutput[] | null {
    return null
  }

  /** The gradient along edge `i` from the gradient of the only output; null where it is zero. */
  abstract gradientAlong(i: number, cotangent: Value): Value | null

  /** The gradients along all edges for which `wanted` says so, from the gradients of the outputs. */
  gradientsAlong(cotangents: readonly (Value | null)[], wanted: (i: number) => boolean): (Value | null)[] {
    const [cotangent] = cotangents
    return this.edges.map((_, i) => (cotangent != null && wanted(i) ? this.gradientAlong(i, cotangent) : null))
  }

  /** Lets go of what was saved; a later walk through this node throws if it saved anything. */
  release(): void {}

  /** The nodes behind this one with their output numbers, as PyTorch's next_functions. */
  get nextFunctions(): [GraphNode | null, number][] {
    return this.edges.map((edge) => (edge === null ? [null, 0] : [edge.node, edge.number]))
  }

  /** Calls `hook` before this node runs; what it returns takes the place of the outputs' gradients. */
  registerPrehook(hook: NodePrehook): HookHandle {
    return addHook('registerPrehook', this.#ownHooks().before, hook)
  }

  /** Calls `hook` after this node ran; what it returns takes the place of the inputs' gradients. */
  registerHook(hook: NodeHook): HookHandle {
    return addHook('registerHook', this.#ownHooks().after, hook)
  }

  #ownHooks(): NonNullable<GraphNode['nodeHooks']> {
    this.nodeHooks ??= { before: new Map(), after: new Map() }
    return this.nodeHooks
  }

  override toString(): string {
    return `<${this.name}>`
  }

  /** @internal */
  [inspect](): string {
    return this.toString()
  }
}

/** One of several outputs. */
export class NumberedOutput extends NodeOutput {
  override readonly node: GraphNode
  override readonly number: number

  constructor(node: GraphNode, number: number, shape: Shape, type: DTypeFacts) {
    super(shape, type)
    this.node = node
    this.number = number
  }

  override get sequence(): number {
    return this.node.sequence
  }
}

/** Where the gradient of a leaf accumulates: what `x.grad` reads. */
export class AccumulateGrad extends GraphNode {
  /** The leaf. */
  readonly variable: Value
  /** @internal Hooks that run after the gradient was added. */
  accumulated: HookList<(leaf: Value) => void> | null = null

  constructor(variable: Value) {
    super([], variable.shape, variable.storage.type)
    this.variable = variable
    this.retains = true
  }

  get name(): string {
    return 'AccumulateGrad'
  }

  gradientAlong(): null {
    return null
  }
}
