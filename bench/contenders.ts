// Who is measured: each is something that answers requests for cases, in a process of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Reply, Request } from './measure.ts'

/** What answers requests. */
export interface Contender {
  /** The column. */
  readonly name: string
  readonly threads: number
  ask(request: Request): Promise<Reply>
  close(): void | Promise<void>
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Lines of JSON to a process and back. */
class Conversation {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #reader: Interface
  #errors = ''

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child.on('error', (error) => {
      this.#errors = String(error)
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-2000)
    })
    // a process that has ended is noticed when its answer is missing
    this.#child.stdin?.on('error', () => undefined)
    this.#reader = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })
    this.#lines = this.#reader[Symbol.asyncIterator]()
  }

  async read<T>(): Promise<T> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error(`ended: ${this.#errors.trim().split('\n').slice(-3).join(' ')}`)
    return JSON.parse(value) as T
  }

  ask<T>(request: unknown): Promise<T> {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`)
    return this.read<T>()
  }

  close(): void {
    this.#child.stdin?.end()
    this.#child.kill()
    this.#reader.close()
  }
}

function contender(name: string, threads: number, conversation: Conversation): Contender {
  let ended: string | null = null
  return {
    name,
    threads,
    ask: async (request) => {
      if (ended !== null) return { missing: ended }
      try {
        return await conversation.ask<Reply>(request)
      } catch (error) {
        ended = String(error)
        return { missing: ended }
      }
    },
    close: () => conversation.close(),
  }
}

/** Our library in a Node, from its sources. */
export function wengertIn(name: string, node: string, threads: number, env: Readonly<Record<string, string>> = {}): Contender {
  const args = ['--conditions=@wengert/source', '--disable-warning=ExperimentalWarning', here('worker.ts')]
  return contender(name, threads, new Conversation(node, args, { WENGERT_NUM_THREADS: String(threads), ...env }))
}

/** Without it, PyTorch asks the system for large blocks again and again. */
const keepMemory = { MALLOC_MMAP_THRESHOLD_: '4294967296', MALLOC_TRIM_THRESHOLD_: '8589934592' }

/**
 * PyTorch, as fast as Debian's can be made: OpenBLAS without threads of its own, or with those that PyTorch has, waiting passively.
 * Null where there is none.
 */
export async function pytorch(threads: number): Promise<{ readonly version: string; readonly contender: Contender } | null> {
  const library = `/usr/lib/x86_64-linux-gnu/openblas-${threads === 1 ? 'serial' : 'openmp'}`
  const conversation = new Conversation('/usr/bin/python3', [here('pytorch.py'), String(threads)], {
    ...keepMemory,
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
    ...(threads > 1 && { OMP_WAIT_POLICY: 'PASSIVE' }),
    ...(existsSync(library) && { LD_LIBRARY_PATH: library }),
  })
  try {
    const { version } = await conversation.read<{ readonly version: string }>()
    return { version, contender: contender('PyTorch', threads, conversation) }
  } catch {
    conversation.close()
    return null
  }
}

/** The other libraries of bench/others, installed there at the first run; none, with a line that says so, where that fails. */
export function otherLibraries(): readonly Contender[] {
  if (!existsSync(here('others/node_modules/@jax-js/jax'))) {
    console.log('installing the other libraries in bench/others …')
    try {
      execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], {
        cwd: here('others'),
        stdio: 'ignore',
      })
    } catch {
      console.log('they cannot be installed here: without TensorFlow.js and jax-js')
      return []
    }
  }
  const other = (name: string, file: string) => contender(name, 1, new Conversation(process.execPath, [here(`others/${file}`)], {}))
  return [other('TF.js', 'tfjs.js'), other('jax-js', 'jax.js')]
}
