// Signatures of the functions and layers of nn that tensor/ does not have, all together: for types, and for the reference tables in
// docs/. What runs reads those of its own topic, in signatures/, so that a program does not carry the others.
import type { Options, ReadOptions } from '../tensor/signature-reader.ts'
import * as activation from './signatures/activations.ts'
import * as initialiser from './signatures/initialisers.ts'
import * as loss from './signatures/losses.ts'
import * as module from './signatures/modules.ts'
import * as normalization from './signatures/normalizations.ts'
import * as spatial from './signatures/spatial.ts'

export const activations: typeof activation.functions = activation.functions
export const losses: typeof loss.functions = loss.functions
export const initialisers: typeof initialiser.functions = initialiser.functions
export const moduleMethods: typeof module.methods = module.methods

/** Signatures of the other functions: affine maps, normalisation, attention, dropout, distances. */
export const transformations: typeof module.functions & typeof normalization.functions & typeof spatial.functions = {
  ...module.functions,
  ...normalization.functions,
  ...spatial.functions,
}

/** Signatures of the layers' constructors. */
export const layers: typeof module.layers &
  typeof spatial.layers &
  typeof normalization.layers &
  typeof activation.layers &
  typeof loss.layers = {
  ...module.layers,
  ...spatial.layers,
  ...normalization.layers,
  ...activation.layers,
  ...loss.layers,
}

/** Every signature of this folder, by name. */
export const signatures: typeof activations &
  typeof transformations &
  typeof losses &
  typeof moduleMethods &
  typeof layers &
  typeof initialisers = {
  ...activations,
  ...transformations,
  ...losses,
  ...moduleMethods,
  ...layers,
  ...initialisers,
}

/** Names of functions and layers. */
export type SignatureName = keyof typeof signatures
/** What may be given to a function or layer in its options object, as in `OptionsOf<'Conv2d'>`. */
export type OptionsOf<N extends SignatureName> = Options<(typeof signatures)[N]>
/** The same with every default filled in. */
export type ReadOptionsOf<N extends SignatureName> = ReadOptions<(typeof signatures)[N]>
