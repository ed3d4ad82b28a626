// Workers of whatever there is: worker_threads of Node (and of Bun and Deno), or a page's Workers. It starts them, hears of their end and,
// in Node, can see it without waiting for an event.
import { workerSource } from './worker-source.ts'

/** What a worker is told. */
export interface WorkerFacts {
  readonly memory: WebAssembly.Memory
  /** Of the control block. */
  readonly address: number
  /** The number of its slot. */
  readonly index: number
  /** Closes with the worker, which can be seen from the other end. */
  readonly port?: unknown
}

/** A worker that was started. */
export interface StartedWorker {
  /** Whether it has ended; null where that cannot be known while the main thread is busy. */
  readonly hasEnded: () => boolean | null
  readonly terminate: () => void
}

// what is used of node:worker_threads, whose types a page does not have
interface NodeThreads {
  readonly Worker: new (
    source: string,
    options: object,
  ) => {
    on(event: 'error', listener: (error: unknown) => void): void
    on(event: 'exit', listener: (code: number) => void): void
    unref(): void
    terminate(): unknown
  }
  readonly receiveMessageOnPort: (port: MessagePort) => unknown
}

interface HostProcess {
  readonly getBuiltinModule?: (name: string) => unknown
  readonly versions?: Readonly<Record<string, string>>
  readonly emitWarning?: (text: string, type: string) => void
}

const host = /*@__PURE__*/ (() => (globalThis as { process?: HostProcess }).process)()

const nodeThreads = (): NodeThreads | undefined => host?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined

/** Whether threads can be had that share memory with this one. */
export const hasThreads = (): boolean =>
  nodeThreads() !== undefined || (globalThis.crossOriginIsolated === true && typeof Worker === 'function' && typeof Blob === 'function')

/** How many threads run at the same time on this machine. */
export function countCores(): number {
  const os = host?.getBuiltinModule?.('node:os') as { availableParallelism?: () => number } | undefined
  return os?.availableParallelism?.() ?? (globalThis.navigator as Navigator | undefined)?.hardwareConcurrency ?? 1
}

/** Says something that is no error. */
export function warn(text: string): void {
  if (host?.emitWarning) host.emitWarning(text, 'WengertWarning')
  // biome-ignore lint/suspicious/noConsole: a page has no other place for warnings
  else console.warn(text)
}

/**
 * Starts a worker without waiting for it; `onEnd` hears once, and with the reason, that it could not start or has ended. It keeps no
 * process alive. Throws where the engine refuses at once.
 */
export function startWorker(facts: WorkerFacts, onEnd: (reason: string) => void): StartedWorker {
  const threads = nodeThreads()
  return threads === undefined ? startInPage(facts, onEnd) : startInNode(threads, facts, onEnd)
}

function startInNode({ Worker, receiveMessageOnPort }: NodeThreads, facts: WorkerFacts, onEnd: (reason: string) => void): StartedWorker {
  const { port1, port2 } = new MessageChannel()
  // nothing of the program's own command line, which may load what has no business in a worker
  const worker = new Worker(workerSource, {
    eval: true,
    execArgv: [],
    env: {},
    workerData: { ...facts, port: port2 },
    transferList: [port2],
  })
  let reason = ''
  worker.on('error', (error) => {
    reason = String(error)
  })
  worker.on('exit', (code) => {
    port.close()
    onEnd(reason || `exit code ${code}`)
  })
  worker.unref()
  let port = port1
  // elsewhere such a port may behave otherwise
  const isNode = host?.versions?.['v8'] !== undefined && !host.versions['bun'] && !host.versions['deno']
  return {
    terminate: () => void worker.terminate(),
    hasEnded() {
      if (!isNode) return null
      // No event arrives while the main thread computes, but reading from a port notices that its other end was closed, and a closed port
      // cannot be handed on.
      receiveMessageOnPort(port)
      try {
        port = structuredClone(port, { transfer: [port] })
        return false
      } catch {
        return true
      }
    },
  }
}

let sourceUrl = ''

function startInPage(facts: WorkerFacts, onEnd: (reason: string) => void): StartedWorker {
  sourceUrl ||= URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }))
  const worker = new Worker(sourceUrl)
  worker.onerror = (event) => {
    event.preventDefault()
    worker.onerror = null
    onEnd(event.message || 'it was refused')
  }
  worker.postMessage(facts)
  return { terminate: () => worker.terminate(), hasEnded: () => null }
}
