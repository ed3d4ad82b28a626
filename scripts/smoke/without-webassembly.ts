// Loaded before the smoke program: there is no WebAssembly.
Reflect.deleteProperty(globalThis, 'WebAssembly')
