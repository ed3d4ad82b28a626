// The recorded graph's nodes as people see them: what autograd/graph-node.ts is, in terms of tensors.
import type { HookHandle } from '../../autograd/index.ts'
import type { Tensor } from '../tensor.ts'

type Gradients = readonly (Tensor | null)[]
// a hook that only looks may return nothing, also as an arrow function with a statement
// biome-ignore lint/suspicious/noConfusingVoidType: void is what such functions return
type Replacement = Gradients | null | undefined | void

/** A node of the recorded graph: an applied operation, or the place where a leaf's gradient accumulates. */
export interface GraphNode {
  /** As PyTorch prints it: `MulBackward0`, `AccumulateGrad`. */
  readonly name: string
  /** The nodes behind this one, each with the number of its output; `[null, 0]` for an input without gradient. */
  readonly nextFunctions: readonly (readonly [GraphNode | null, number])[]
  /** The leaf, for `AccumulateGrad`. */
  readonly variable?: Tensor
  /** Calls `hook` before this node runs, with the gradients of its outputs; what it returns takes their place. */
  registerPrehook(hook: (gradOutputs: Gradients) => Replacement): HookHandle
  /** Calls `hook` after this node ran, with the gradients of its inputs and outputs; what it returns takes the place of the former. */
  registerHook(hook: (gradInputs: Gradients, gradOutputs: Gradients) => Replacement): HookHandle
}
