// Runs programs one after the other in one child process, because starting Node and loading the library takes longer than most of them.
import { join } from 'node:path'
import { root } from '../../scripts/entries.ts'
import { run } from '../package/installed.ts'

export interface Run {
  readonly printed: string
  /** What it threw, as Node prints it; null when it ended well. */
  readonly error: string | null
}

/** What each of these files printed. */
export async function runPrograms(files: readonly string[]): Promise<ReadonlyMap<string, Run>> {
  const { output } = await run(root, process.execPath, '--conditions=@wengert/source', join(root, 'test/docs/program-runner.ts'), ...files)
  try {
    return new Map(Object.entries(JSON.parse(output)))
  } catch {
    return new Map(files.map((file) => [file, { printed: '', error: `the programs ended early:\n${output}` }]))
  }
}
