// Safetensors on disk, where there is a file system (Node, Bun, Deno). What the bytes mean: safetensors.ts.
import { OptionError } from '../core/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { load, type SaveOptions, save } from './safetensors.ts'

type Path = string | URL
/** What is used of `node:fs/promises`. */
interface FileSystem {
  readFile(path: Path): Promise<Uint8Array>
  writeFile(path: Path, bytes: Uint8Array): Promise<void>
  rename(from: Path, to: Path): Promise<void>
  rm(path: Path, options: { force: boolean }): Promise<void>
}

function fileSystem(name: string): FileSystem {
  const { process } = globalThis as { process?: { getBuiltinModule?(module: string): unknown } }
  const found = process?.getBuiltinModule?.('node:fs/promises')
  if (found === undefined)
    throw new OptionError(
      `safetensors.${name}: there is no file system here. Use safetensors.${name.slice(0, 4)} with bytes, as from fetch.`,
    )
  return found as FileSystem // which has these methods wherever it exists
}

/** Writes tensors into a safetensors file. It appears whole or not at all: the bytes go to a file beside it, which is then renamed. */
export async function saveFile(tensors: Readonly<Record<string, Tensor>>, path: Path, options?: SaveOptions): Promise<void> {
  const { rename, rm, writeFile } = fileSystem('saveFile')
  const bytes = save(tensors, options)
  const beside = path instanceof URL ? new URL(`${path.href}.part`) : `${path}.part`
  try {
    await writeFile(beside, bytes)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

/** Reads the tensors of a safetensors file, such as for `loadStateDict`. */
export async function loadFile(path: Path): Promise<Record<string, Tensor>> {
  const { readFile } = fileSystem('loadFile')
  try {
    return load(await readFile(path))
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== 'ENOENT') throw error
    throw Object.assign(new OptionError(`safetensors.loadFile: there is no file ${path}. Relative paths start at the working directory.`), {
      cause: error,
    })
  }
}
