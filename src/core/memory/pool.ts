// The pool: blocks of the heap within limits. When it would become larger than it needs to be, the collector is asked first; when it may
// not grow any more, there is nothing, and the caller has to do without.
import { endOfNew, free, LINE, linesFor, placeOf, pooledLines, takeFree, takeNew, usedBlocks, usedLines } from './blocks.ts'
import { canCollect, canReclaimYoung, fillPoison, poison, reclaim, reclaimKnown, reclaimYoung } from './holders.ts'
import { capacity, growTo, LARGEST_BYTES, openHeap } from './linear-memory.ts'

/** Where the soft limit starts: an epoch of a small program fits, and a collection costs little against filling it. */
const FIRST_SOFT_LIMIT = 64 * 2 ** 20
/** Collecting may take this share of the time; where it took more, the pool may become larger. */
const SHARE = 0.05
/** So large the pool may become for the sake of fewer collections alone; or four times of what is in use after one. */
const SPACIOUS = 512 * 2 ** 20
/** Where less than this share of the pool came back, the next larger effort is made. */
const ENOUGH = 0.25
/** The memory grows by this much more than it has to, since growing makes new views. */
const AHEAD = 16 * 2 ** 20

let limit = LARGEST_BYTES
let softLimit = FIRST_SOFT_LIMIT
let peak = 0
let collections = 0
/** In how many of them the collector looked at all objects. */
let fullCollections = 0
let collectionTime = 0
/** How long the last one of each kind took. */
let youngTime = 0
let fullTime = Number.POSITIVE_INFINITY
let lastEnd = 0
/** The share of time that collecting took lately. */
let effort = 0
/** Bytes asked for since the last collection. */
let requested = 0
/** Bytes of all blocks that were ever taken. */
let handedOut = 0
/** How many of those there must be before the next, where the last one found too little. */
let patience = 0
/** Blocks taken since the last collection. */
let taken = 0
let refusals = 0

/** What the pool has and did; sizes in bytes, times in milliseconds. */
export interface PoolStatistics {
  readonly used: number
  readonly pooled: number
  readonly peak: number
  readonly limit: number
  readonly softLimit: number
  readonly blocks: number
  readonly collections: number
  readonly fullCollections: number
  readonly collectionTime: number
  readonly refusals: number
  readonly handedOut: number
}

const hardLimit = (): number => Math.min(limit, capacity)

export function poolStatistics(): PoolStatistics {
  return {
    used: usedLines * LINE,
    pooled: pooledLines() * LINE,
    peak,
    limit: hardLimit(),
    softLimit: Math.min(softLimit, hardLimit()),
    blocks: usedBlocks,
    collections,
    fullCollections,
    collectionTime,
    refusals,
    handedOut,
  }
}

/** Runs one of the ways to get memory back; returns how many milliseconds it took. */
function timed(way: () => void): number {
  const start = performance.now()
  way()
  lastEnd = performance.now()
  collectionTime += lastEnd - start
  return lastEnd - start
}

/** Collects everything, and frees what nobody holds. */
function collectAll(): void {
  fullTime = timed(reclaim)
  youngTime /= 2 // so that one slow time does not decide for ever
  fullCollections++
}

/** Counts a collection that is over. */
function count(): void {
  collections++
  requested = 0
  taken = 0
}

/** Collects because somebody said so. */
export function collect(): void {
  collectAll()
  count()
}

/** Gets memory back because the soft limit is reached, with as little effort as gives enough; where that is much, the limit grows. */
function collectOnPressure(): void {
  const start = performance.now()
  const computing = start - lastEnd
  const enough = usedLines - (ENOUGH * Math.min(softLimit, hardLimit())) / LINE
  timed(reclaimKnown)
  if (usedLines > enough && canReclaimYoung() && youngTime <= fullTime) youngTime = timed(reclaimYoung)
  if (usedLines > enough) collectAll()
  count()
  // one slow time is bounded, since the machine may have been busy with something else
  effort = (effort + Math.min(2 * SHARE, (lastEnd - start) / computing)) / 2
  if (effort <= SHARE) return
  effort = 0
  // Beyond that, memory that was never touched costs more than collecting does.
  const spacious = Math.max(SPACIOUS, 4 * usedLines * LINE)
  softLimit = Math.max(softLimit, Math.min(2 * softLimit, spacious, LARGEST_BYTES))
}

/** Sets the largest size of the pool in bytes, and lets it start small again. */
export function setLimit(bytes: number): void {
  limit = bytes
  softLimit = FIRST_SOFT_LIMIT
  patience = 0
}

/** A block at the end of the pool, where the limits allow it. */
function extend(lines: number, within: number): number {
  const end = endOfNew(lines) * LINE
  return end <= within && growTo(end, AHEAD) ? takeNew(lines) : 0
}

function search(lines: number, within: number): number {
  return usedLines + lines > within / LINE ? 0 : takeFree(lines) || extend(lines, within)
}

/** Takes a block of so many lines, collecting where that helps. */
function find(lines: number): number {
  const most = hardLimit()
  const soft = Math.min(softLimit, most)
  let block = search(lines, soft)
  if (block !== 0) return block
  if (lines * LINE > most || requested < patience || !canCollect()) return search(lines, most)
  collectOnPressure()
  block = search(lines, Math.min(softLimit, most))
  if (block === 0) {
    // what is in use needs more than the soft limit
    softLimit = Math.min(Math.max(softLimit, 2 * (usedLines + lines) * LINE), LARGEST_BYTES)
    block = search(lines, most)
  }
  // a pool full of what is needed is searched ever more seldom
  const isFull = block === 0 || usedLines * LINE > 0.75 * most
  patience = isFull ? Math.min(Math.max(2 * patience, most / 8), 8 * most) : 0
  return block
}

/** The number of a block of at least `bytes` with undefined contents; 0 where there is none. It may take back what nobody holds. */
export function takeBlock(bytes: number): number {
  if (!openHeap()) return 0
  const block = bytes > LARGEST_BYTES ? 0 : find(linesFor(bytes))
  requested += bytes
  if (block === 0) {
    refusals++
    return 0
  }
  taken++
  handedOut += bytes
  if (usedLines * LINE > peak) peak = usedLines * LINE
  if (poison) fillPoison(block)
  return block
}

/** The same where there is no other memory to be had: not even the next collection is put off, if it can find anything. */
export function insistOnBlock(bytes: number): number {
  if (taken === 0 || bytes > hardLimit()) return 0
  patience = 0
  return takeBlock(bytes)
}

/** The block's first byte. */
export const addressOf = (block: number): number => placeOf(block) * LINE

/** Blocks of the library itself, by address. */
const reserved = new Map<number, number>()

/**
 * Memory of the library itself (arguments, staging, packing): its address, or 0 where the heap is full. It never collects, so that
 * addresses stay good; its contents are undefined.
 */
export function reserve(bytes: number): number {
  if (!openHeap()) return 0
  const lines = bytes > LARGEST_BYTES ? 0 : linesFor(bytes)
  const most = hardLimit()
  const block = lines === 0 ? 0 : takeFree(lines) || extend(lines, most)
  if (block === 0) return 0
  if (usedLines * LINE > peak) peak = usedLines * LINE
  reserved.set(addressOf(block), block)
  return addressOf(block)
}

/** Gives back what `reserve` gave. */
export function unreserve(address: number): void {
  const block = reserved.get(address)
  if (block === undefined) return
  reserved.delete(address)
  if (poison) fillPoison(block)
  free(block)
}
