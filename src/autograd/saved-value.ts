// A value that a custom function or a checkpoint saves: with its version, and through the hooks for saved tensors.
import type { DType } from '../core/dtype.ts'
import type { Shape } from '../core/shape.ts'
import { aliasOf, type Value } from '../core/value.ts'
import type { GraphNode, NodeOutput } from './graph-node.ts'
import { Packed, pack, packs } from './saved-hooks.ts'
import { changedError, versionToSave } from './saved-versions.ts'

/** Stands for a value until it is opened. */
export class SavedValue {
  readonly facts: { readonly shape: Shape; readonly dtype: DType }
  readonly #kept: Value | Packed
  readonly #version: number
  readonly #source: NodeOutput | null
  readonly #owner: Pick<GraphNode, 'name'>
  readonly #own: boolean

  /** `source` is the history that the value gets back; one below the level that saves it (not `own`) keeps its own. */
  constructor(value: Value, source: NodeOutput | null, owner: Pick<GraphNode, 'name'>, own: boolean) {
    this.#version = versionToSave(value, owner)
    this.facts = { shape: value.shape, dtype: value.dtype }
    this.#source = source
    this.#owner = owner
    this.#own = own
    const alias = own ? aliasOf(value) : value
    this.#kept = packs ? pack(alias) : alias
  }

  /** The value as it was when it was saved. */
  open(): Value {
    const kept = this.#kept
    if (!(kept instanceof Packed) && kept.storage.version !== this.#version) throw changedError(kept, this.#version, this.#owner)
    const value = kept instanceof Packed ? kept.open() : kept
    if (!this.#own) return value
    const opened = aliasOf(value)
    opened.source = this.#source
    return opened
  }

  release(): void {
    if (this.#kept instanceof Packed) this.#kept.release()
  }
}
