// What the tape offers to the layers above: modes, gradients, the graph to look at.

export { isAnomalyEnabled, setAnomaly } from './anomaly.ts'
export { type Root, type WalkOptions, walk } from './engine.ts'
export { conform } from './full-run.ts'
export { applyFused, type Fused, type FusedResult, tryFused } from './fused.ts'
export {
  type BackwardOptions,
  backward,
  detach,
  detach_,
  type GradOptions,
  grad,
  gradientOf,
  isLeaf,
  registerPostAccumulateGradHook,
  registerTensorHook,
  requiresGrad,
  retainGrad,
  retainsGrad,
  setGradient,
  setRequiresGrad,
} from './gradients.ts'
export type { GradientOverlay, NodeHook, NodePrehook, TensorHook } from './graph-node.ts'
export { AccumulateGrad, GraphNode, NodeOutput, NumberedOutput, overlayGradients } from './graph-node.ts'
export { baseTape, gradFn, installTape, sourceOf, Tape } from './history.ts'
export type { HookHandle } from './hooks.ts'
export { addHook } from './hooks.ts'
export {
  baseSwitch,
  enableGrad,
  inferenceMode,
  isGradEnabled,
  isInferenceModeEnabled,
  type Mode,
  type ModeScope,
  mode,
  noGrad,
  rememberModes,
  runUnder,
  scopeOf,
  setGradEnabled,
  useSwitch,
} from './modes.ts'
export { type MultiGradHook, registerMultiGradHook } from './multi-grad-hook.ts'
export { announce, type NodeObserver, observeNodes } from './observation.ts'
export { RecordedNode } from './recorded-node.ts'
export type { Gradient, Slot } from './rule.ts'
export { vjpRules } from './rules/index.ts'
export { enterPair, savedTensorsHooks } from './saved-hooks.ts'
export { SavedValue } from './saved-value.ts'
export { releasedError } from './saved-versions.ts'
export { SequenceQueue } from './sequence-queue.ts'
export { currentWalk } from './walk-end.ts'
