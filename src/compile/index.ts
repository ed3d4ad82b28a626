// Whole functions of tensors as plans.
export { type CompiledFunction, type CompileOptions, compile } from './compile.ts'
export { type ExplainOptions, explain } from './explain.ts'
