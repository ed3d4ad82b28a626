// `memory`: what the heap holds, which line made it, and how large it may become. Programs need none of this; it is for looking.
import { OptionError } from '../core/errors.ts'
import { canCollect } from '../core/memory/holders.ts'
import { isShared, openHeap } from '../core/memory/linear-memory.ts'
import { collect as collectNow, poolStatistics, setLimit } from '../core/memory/pool.ts'
import { isTracing, type LiveMemory, liveMemory, setTracing } from '../core/memory/tracing.ts'
import { optionReader } from './signature-reader.ts'

export type { LiveMemory } from '../core/memory/tracing.ts'

/** What the heap holds and did. Sizes are in bytes, times in milliseconds. */
export interface MemoryStats {
  /** In tensors that are held, or of which it is not known yet that nobody does; and in the library's own working memory. */
  readonly used: number
  /** Taken from the engine so far; it is reused, and never returned. */
  readonly pooled: number
  /** The most that was ever used. */
  readonly peak: number
  /** What `pooled` may become. */
  readonly limit: number
  /** What `used` may become before the garbage collector is asked; it adapts. */
  readonly softLimit: number
  /** How many tensors' memory lies in the heap, views not counted. */
  readonly blocks: number
  /** How often memory that nobody holds was looked for. */
  readonly collections: number
  /** How often that took a full garbage collection; most of the time it is enough to look at young objects, which is quick. */
  readonly fullCollections: number
  /** How long all of them took. */
  readonly collectionTime: number
  /** How often the heap was full, so that a tensor got an ordinary typed array. */
  readonly refusals: number
  /** All that was ever put into the heap: divided by the limit, how often its memory was used again. */
  readonly handedOut: number
  /** Whether there is a heap that threads can share. */
  readonly shared: boolean
  /** Whether the garbage collector can be asked (Node, Bun, Deno); elsewhere it runs when it likes. */
  readonly collectable: boolean
}

/** Options of `configure`. */
export interface MemoryOptions {
  /** The most bytes that the heap may have; null (the default) means as many as there are addresses: 4 GiB. */
  readonly limit?: number | null
}

const readOptions = /*@__PURE__*/ optionReader({
  'memory.configure': '*, limit: number | null = null',
  'memory.report': 'count: int = 10',
} as const)

/**
 * What the heap holds and did, in bytes and milliseconds.
 *
 * @example
 * ```ts
 * import { memory, ones } from 'wengert'
 * const before = memory.stats().used
 * const x = ones([1024, 1024])
 * console.log(memory.stats().used - before >= x.numel() * 4) // true
 * ```
 */
export function stats(): MemoryStats {
  const shared = openHeap() && isShared
  return { ...poolStatistics(), shared, collectable: canCollect() }
}

/**
 * Limits the heap. What is in it already stays; tensors that find no room get ordinary typed arrays and work as before, more slowly.
 *
 * @throws OptionError for a limit below 1 MB.
 * @example
 * ```ts
 * import { memory } from 'wengert'
 * memory.configure({ limit: 512 * 2 ** 20 })
 * console.log(memory.stats().limit) // 536870912
 * ```
 */
export function configure(options?: MemoryOptions): void {
  const { limit } = readOptions('memory.configure', options)
  if (limit !== null && !(limit >= 2 ** 20)) throw new OptionError(`memory.configure: limit is in bytes and at least 1 MB, got ${limit}.`)
  setLimit(limit ?? Number.POSITIVE_INFINITY)
}

/**
 * Asks the garbage collector now, and takes back what nobody holds; returns how many bytes that were. The heap does so itself when it
 * needs memory. In a page the collector cannot be asked, and the result is 0.
 *
 * @example
 * ```ts
 * import { memory, ones } from 'wengert'
 * const make = () => ones([1024, 1024]).sum().item()
 * make()
 * console.log(memory.collect() >= 4 * 2 ** 20) // true
 * ```
 */
export function collect(): number {
  const before = poolStatistics().used
  collectNow()
  return before - poolStatistics().used
}

/**
 * Remembers, from now on, which line makes each tensor, or stops and forgets; returns whether it was on. It is slow, since every operation
 * reads the stack.
 *
 * @example
 * ```ts
 * import { memory, ones } from 'wengert'
 * memory.trace(true)
 * const x = ones([512, 512])
 * console.log(memory.report()[0]?.bytes, memory.report()[0]?.line?.text) // 1048576 const x = ones([512, 512])
 * memory.trace(false)
 * ```
 */
export function trace(on: boolean): boolean {
  if (typeof on !== 'boolean') throw new OptionError(`memory.trace: needs true or false, not ${typeof on}.`)
  return setTracing(on)
}

/**
 * The largest tensors' memory that is held, with the line that made it, of what was made since `memory.trace(true)`.
 *
 * @throws OptionError where nothing is traced.
 * @example
 * ```ts
 * import { memory, ones } from 'wengert'
 * memory.trace(true)
 * const kept = [ones([512, 512]), ones([256, 256])]
 * for (const { bytes, line } of memory.report(2)) console.log(bytes, line?.text)
 * memory.trace(false)
 * ```
 */
export function report(count?: number): LiveMemory[] {
  const { count: most } = readOptions('memory.report', count)
  if (!isTracing) throw new OptionError('memory.report: lines are not remembered. Call memory.trace(true) first.')
  collectNow()
  return liveMemory().slice(0, most)
}
