// Entry `wengert/slim`: everything that `wengert` has, as functions. Its tensors have no methods for operations and its compiled functions
// none for explanations, so that a bundler leaves out whatever a program does not call.
export { enableGrad, inferenceMode, isGradEnabled, noGrad, setGradEnabled } from '../autograd/index.ts'
export { getNumThreads, setNumThreads } from '../backends/wasm/threads/pool.ts'
export { type CompiledFunction, type CompileOptions, compile, type ExplainOptions, explain } from '../compile/index.ts'
export type { DType } from '../core/dtype.ts'
export {
  DeviceError,
  DTypeError,
  type ErrorCode,
  GradError,
  IndexError,
  OptionError,
  OutOfMemoryError,
  ShapeError,
  TraceError,
  WengertError,
} from '../core/errors.ts'
export * as data from '../data/index.ts'
export * as func from '../func/index.ts'
export * as io from '../io/index.ts'
export * as F from '../nn/functional.ts'
export * as nn from '../nn/index.ts'
export * as optim from '../optim/index.ts'
export { defaultGenerator, Generator } from '../primitives/random.ts'
export * as autograd from '../tensor/autograd/index.ts'
export * from '../tensor/functions/index.ts'
export * as memory from '../tensor/memory.ts'
export { isTensor, Tensor } from '../tensor/tensor.ts'
export * as viz from '../viz/index.ts'
