// The package's main entry: tensors with methods, their functions, grad modes, and the parts that are built on them.
import './tensor/install-methods.ts'

export { type CompiledFunction, compile } from './compile/explainable.ts'
export * from './entries/slim.ts'
