// `optim`: optimizers and learning-rate schedules.
export { Adam, AdamW } from './adam.ts'
export { Optimizer, type ParameterGroup, type ParameterState, type Parameters } from './optimizer.ts'
export type { OptimizerState } from './optimizer-state.ts'
export { CosineAnnealingLR, ExponentialLR, LambdaLR, LinearLR, LRScheduler, MultiStepLR, OneCycleLR, StepLR } from './scheduler.ts'
export { SGD } from './sgd.ts'
