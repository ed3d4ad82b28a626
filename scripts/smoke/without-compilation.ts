// Loaded before the smoke program: WebAssembly is there, but compiling it is forbidden, as a page's policy does.
const refuse = (): never => {
  throw new EvalError('WebAssembly: compiling is forbidden here')
}
Object.defineProperty(globalThis.WebAssembly, 'Module', { value: refuse })
Object.assign(globalThis.WebAssembly, { compile: refuse, instantiate: refuse, Instance: refuse })
