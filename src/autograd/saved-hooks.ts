// Hooks for what the tape saves: `pack` turns a tensor into whatever is kept in its place, `unpack` turns it back.
import { GradError, OptionError } from '../core/errors.ts'
import { Value } from '../core/value.ts'
import { describe } from '../primitives/operations.ts'
import { asOutsider } from './cotangent-memory.ts'
import { isGradEnabled, type ModeScope, runUnder, setGradEnabled } from './modes.ts'

/** Two functions: one keeps something in place of a saved tensor, the other gives the tensor again. */
export interface SavedTensorsPair {
  readonly pack: (tensor: Value) => unknown
  readonly unpack: (packed: unknown) => Value
  /** Told when nobody will unpack any more. */
  readonly release?: (packed: unknown) => void
}

const pairs: SavedTensorsPair[] = []

/** Whether hooks are active; a plain variable, since the tape asks for each saved value. */
export let packs = false

/** Runs one of people's functions without recording. */
function unrecorded<R>(run: () => R): R {
  const before = isGradEnabled()
  setGradEnabled(false)
  try {
    return run()
  } finally {
    setGradEnabled(before)
  }
}

/** What is kept in place of a saved tensor. */
export class Packed {
  readonly #packed: unknown
  readonly #pair: SavedTensorsPair

  constructor(packed: unknown, pair: SavedTensorsPair) {
    this.#packed = packed
    this.#pair = pair
  }

  /** The tensor again. */
  open(): Value {
    const value = asOutsider(() => this.#pair.unpack(this.#packed))
    if (value instanceof Value) return value
    throw new GradError(`savedTensorsHooks: unpack must give a tensor, got ${describe(value)}. Return the tensor that pack was given.`)
  }

  release(): void {
    this.#pair.release?.(this.#packed)
  }
}

/** What is to be kept of a value: itself, or what the innermost pack hook makes of it. */
export function pack(value: Value): Value | Packed {
  const pair = pairs[pairs.length - 1]
  if (pair === undefined) return value
  const { version } = value.storage
  const packed = unrecorded(() => pair.pack(value))
  if (value.storage.version !== version)
    throw new GradError('savedTensorsHooks: pack changed its tensor in place. Leave it as it is, or change a clone().')
  return new Packed(packed, pair)
}

/** Makes a pair the innermost; what it returns takes it out again. */
export function enterPair(pair: SavedTensorsPair): () => void {
  pairs.push(pair)
  packs = true
  return () => {
    const at = pairs.lastIndexOf(pair)
    if (at >= 0) pairs.splice(at) // a scope that was left already is no longer there
    packs = pairs.length > 0
  }
}

function enter(packHook: SavedTensorsPair['pack'], unpackHook: SavedTensorsPair['unpack']): () => void {
  if (typeof packHook !== 'function' || typeof unpackHook !== 'function')
    throw new OptionError('savedTensorsHooks: needs two functions, pack and unpack.')
  return enterPair({ pack: packHook, unpack: unpackHook })
}

/** See the typed front in tensor/autograd/index.ts. */
export const savedTensorsHooks: {
  <R>(packHook: SavedTensorsPair['pack'], unpackHook: SavedTensorsPair['unpack'], run: () => R): R
  scope(packHook: SavedTensorsPair['pack'], unpackHook: SavedTensorsPair['unpack']): ModeScope
} = /*@__PURE__*/ Object.assign(
  <R>(packHook: SavedTensorsPair['pack'], unpackHook: SavedTensorsPair['unpack'], run: () => R): R =>
    runUnder('savedTensorsHooks', () => enter(packHook, unpackHook), run, ['pack', 'unpack']),
  {
    scope(packHook: SavedTensorsPair['pack'], unpackHook: SavedTensorsPair['unpack']): ModeScope {
      const leave = enter(packHook, unpackHook)
      return { [Symbol.dispose]: leave }
    },
  },
)
