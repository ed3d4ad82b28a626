// Entry `wengert/func`: transforms, which take a function of tensors and give another one.
export type { Randomness } from '../transforms/index.ts'
export { type JvpOptions, jvp, linearize } from './forward.ts'
export { type CallArguments, functionalCall, type NamedState, type StatefulModule, stackModuleState } from './functional-call.ts'
export { type HessianOptions, hessian, type JacfwdOptions, type JacrevOptions, jacfwd, jacrev } from './jacobian.ts'
export { type GradOptions, grad, gradAndValue, type VjpOptions, vjp } from './reverse.ts'
export type { AnyFunction, Aux, Derivative, Jacobian, Main, Mapped, Selected, WithAux } from './types.ts'
export { type MappedDims, type VmapOptions, vmap } from './vmap.ts'
