// Safetensors on disk, where there is a file system (Node, Bun, Deno). What the bytes mean: safetensors.ts.
import { OptionError } from '../core/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { load, type SaveOptions, save } from './safetensors.ts'

function fileSystem(name: string): typeof import('node:fs/promises') {
  const found = globalThis.process?.getBuiltinModule?.('node:fs/promises')
  if (found === undefined)
    throw new OptionError(
      `safetensors.${name}: there is no file system here. Use safetensors.${name.slice(0, 4)} with bytes, as from fetch.`,
    )
  return found
}

/** Writes tensors into a safetensors file. It appears whole or not at all: the bytes go to a file beside it, which is then renamed. */
export async function saveFile(tensors: Readonly<Record<string, Tensor>>, path: string | URL, options?: SaveOptions): Promise<void> {
  const { rename, rm, writeFile } = fileSystem('saveFile')
  const target = path instanceof URL ? path : String(path)
  const bytes = save(tensors, options)
  const beside = target instanceof URL ? new URL(`${target.href}.part`) : `${target}.part`
  try {
    await writeFile(beside, bytes)
    await rename(beside, target)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

/** Reads the tensors of a safetensors file, such as for `loadStateDict`. */
export async function loadFile(path: string | URL): Promise<Record<string, Tensor>> {
  return load(await fileSystem('loadFile').readFile(path))
}
