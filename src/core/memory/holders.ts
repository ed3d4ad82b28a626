// Who holds a block of the heap: the one typed array that looks at it. While anybody can reach that, the block is in use.
//
// Note [Nothing reachable is reused]
// The weak reference is to the typed array itself, not to the storage around it: whoever keeps only `storage.data` keeps the block. Kernels
// know addresses alone; so between taking an address and using it nothing may be allocated, since only an allocation collects.
import { environmentVariable } from '../environment.ts'
import { blockCount, free, LINE, linesOf, placeOf } from './blocks.ts'
import { type Collector, findCollector } from './collector.ts'
import { words } from './linear-memory.ts'

/** Whether memory is filled with NaN before and after use, so that reading what nobody wrote, or what was given back, shows. */
export let poison: boolean = /*@__PURE__*/ environmentVariable('WENGERT_POISON') === '1'

/** Switches that on or off; returns what held before. */
export function setPoison(on: boolean): boolean {
  const before = poison
  poison = on
  return before
}

const WORDS_PER_LINE = LINE / 4

/** Fills a block with NaN of every floating type. */
export function fillPoison(block: number): void {
  const start = placeOf(block) * WORDS_PER_LINE
  words.fill(-1, start, start + linesOf(block) * WORDS_PER_LINE)
}

/**
 * The latest views, by block. They are held for real: most temporaries are given back soon, and a weak reference costs more than all the
 * rest of an allocation.
 */
const held: (object | null)[] = []
/** Blocks in the order in which they were taken; some have been given back since. */
let fresh: number[] = []
/** Older views, by block. */
const weak: (WeakRef<object> | null)[] = []
/** So many views at most are held for real: few enough for the rest to die young. */
const MOST_FRESH = 256

/** How often a block's number came back, so that a late message about an earlier view is recognised. */
const uses: number[] = []
const USES = 2 ** 26

/** Asks the collector; undefined until it is looked for. */
let collector: Collector | null | undefined
let registry: FinalizationRegistry<number> | null = null

/** Whether the collector can be asked. */
export function canCollect(): boolean {
  if (collector === undefined) collector = findCollector()
  return collector !== null
}

function listen(view: object, block: number): void {
  registry ??= new FinalizationRegistry((message) => {
    const taken = message % USES
    if (uses[taken] !== Math.floor(message / USES)) return
    giveBack(taken)
  })
  registry.register(view, (uses[block] as number) * USES + block)
}

/** From now on the block belongs to whoever can reach `view`. */
export function hold(block: number, view: object): void {
  while (block >= held.length) {
    held.push(null)
    weak.push(null)
    uses.push(0)
  }
  if (!canCollect()) return listen(view, block)
  held[block] = view
  fresh.push(block)
  if (fresh.length === MOST_FRESH) weaken()
}

/** Frees a block at once. */
export function giveBack(block: number): void {
  held[block] = null
  weak[block] = null
  uses[block] = (uses[block] as number) + 1
  if (poison) fillPoison(block)
  free(block)
}

/** Holds fresh views weakly from now on. */
function weaken(): void {
  for (const block of fresh) {
    const view = held[block] as object | null
    if (view === null) continue
    weak[block] = new WeakRef(view)
    held[block] = null
  }
  fresh = []
  collector?.endKeeping()
}

/** Objects that nothing holds; in a function of its own so that no register remembers them. */
const unreachable = (): WeakRef<object>[] => Array.from({ length: 8 }, () => new WeakRef({}))
/** Whether they are gone now. A collector that looks through registers and stacks for what could be pointers may miss some. */
const areGone = (witnesses: readonly WeakRef<object>[]): boolean => witnesses.some((witness) => witness.deref() === undefined)

let isProven = false
/** Whether weak references to young objects are emptied when these alone are collected; undefined until it was tried. */
let agesCount: boolean | undefined

/** Listens to an engine whose collector does not do what it should when asked. */
function listenInstead(): void {
  collector = null
  for (let block = 0; block < weak.length; block++) {
    const view = weak[block]?.deref()
    weak[block] = null
    if (view !== undefined) listen(view, block)
  }
}

/** Frees the blocks whose views are gone. */
function sweep(): void {
  for (let block = Math.min(weak.length, blockCount()) - 1; block > 0; block--) {
    const reference = weak[block] as WeakRef<object> | null
    if (reference !== null && reference.deref() === undefined) giveBack(block)
  }
}

/** Frees the blocks that nobody can reach, as far as that can be found out now. */
export function reclaim(): void {
  if (!canCollect()) return
  const witnesses = isProven ? [] : unreachable()
  weaken()
  collector?.collect()
  sweep()
  if (!isProven && !areGone(witnesses)) listenInstead()
  isProven = true
  collector?.endKeeping()
}

/** Frees the blocks of which the engine has found out by itself that nobody can reach them. */
export function reclaimKnown(): void {
  weaken()
  sweep()
  collector?.endKeeping()
}

/** Whether looking at young objects alone finds anything in this engine. */
export const canReclaimYoung = (): boolean => canCollect() && collector?.collectYoung !== null && agesCount !== false

/** Frees the blocks that nobody can reach and that were taken lately: most, in a training loop. It takes little time. */
export function reclaimYoung(): void {
  const witnesses = agesCount === undefined ? unreachable() : []
  weaken()
  collector?.collectYoung?.()
  sweep()
  agesCount ??= areGone(witnesses)
  collector?.endKeeping()
}
