// The signature table of the transforms: their options by name, with kinds and defaults.
import { type OptionReader, optionReader } from '../tensor/signature-reader.ts'

/** Signatures of `wengert/func`. */
export const signatures = {
  grad: 'f: function, *, argnums: int | shape = 0, hasAux: boolean = false',
  gradAndValue: 'f: function, *, argnums: int | shape = 0, hasAux: boolean = false',
  vjp: 'f: function, primals: data, *, hasAux: boolean = false',
  jvp: 'f: function, primals: data, tangents: data, *, hasAux: boolean = false, strict: boolean = false',
  linearize: 'f: function, primals: data',
  jacrev: 'f: function, *, argnums: int | shape = 0, hasAux: boolean = false, chunkSize: int | null = null',
  jacfwd: "f: function, *, argnums: int | shape = 0, hasAux: boolean = false, randomness: 'error' | 'same' | 'different' = 'error'",
  hessian: 'f: function, *, argnums: int | shape = 0',
  vmap: "f: function, *, inDims: data = 0, outDims: data = 0, randomness: 'error' | 'same' | 'different' = 'error', chunkSize: int | null = null",
  functionalCall: 'module: data, parametersAndBuffers: data, args: data',
  stackModuleState: 'modules: data',
} as const

/** Takes the options of a call. */
export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)
