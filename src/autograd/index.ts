// What the tape offers to the layers above: modes, gradients, the graph to look at.
export {
  type BackwardOptions,
  backward,
  detach,
  detach_,
  type GradOptions,
  grad,
  gradFn,
  gradientOf,
  isLeaf,
  requiresGrad,
  retainGrad,
  setGradient,
  setRequiresGrad,
} from './gradients.ts'
export { AccumulateGrad, GraphNode } from './graph-node.ts'
export { installTape, sourceOf } from './history.ts'
export { enableGrad, type GradMode, isGradEnabled, type ModeScope, noGrad, setGradEnabled } from './modes.ts'
export { RecordedNode } from './recorded-node.ts'
