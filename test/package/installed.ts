// An empty project in a temporary folder with the packed library installed in it, as a user would have it.
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../scripts/entries.ts'

const execute = promisify(execFile)

export interface Result {
  readonly code: number
  readonly output: string
}

/** A program to its end: exit code and everything it printed. */
export async function run(folder: string, program: string, ...words: string[]): Promise<Result> {
  try {
    const { stdout, stderr } = await execute(program, words, { cwd: folder, maxBuffer: 1 << 26 })
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string }
    return { code: typeof code === 'number' ? code : 1, output: stdout + stderr || String(error) }
  }
}

async function expectSuccess(folder: string, program: string, ...words: string[]): Promise<string> {
  const { code, output } = await run(folder, program, ...words)
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}:\n${output}`)
  return output
}

export interface Project {
  /** The project's folder. */
  readonly folder: string
  /** The tarball that npm would publish. */
  readonly tarball: string
  /** The installed library's package.json. */
  readonly manifest: { readonly scripts?: Readonly<Record<string, string>>; readonly dependencies?: Readonly<Record<string, string>> }
  /** Paths inside the installed library. */
  remove(): void
}

export async function install(): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), 'wengert-package-'))
  await expectSuccess(root, 'npm', 'pack', '--silent', '--pack-destination', folder)
  const { name, version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { name: string; version: string }
  const tarball = join(folder, `${name}-${version}.tgz`)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await expectSuccess(folder, 'npm', 'install', '--no-audit', '--no-fund', tarball)
  cpSync(`${root}test/package/consumer`, folder, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'))
  return { folder, tarball, manifest, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
