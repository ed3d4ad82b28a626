// Whole functions of tensors as plans.
export { type CompiledFunction, type CompileOptions, compile, type ExplainOptions } from './compile.ts'
